# Rows of ./dev bench about the window: gui_figures on a display without a screen, with a cluster and a local store of its own.
# shellcheck shell=bash disable=SC2154

readonly -a window_rows=(window-send window-start window-memory window-idle window-open window-paint window-memory-scrolled window-memory-million)

bench_window() {
    need_packages build test
    build_targets release gui_figures parley parleyd parley-gui || exit 1
    say "measuring the window for two minutes; leave the machine alone meanwhile"
    build/release/bin/gui_figures "$@"
}

# One run: its figures are percentiles of many frames, texts and starts already.
measure_window() {
    local line row value unit limit
    wants_any "${window_rows[@]}" || return 0
    build/release/bin/gui_figures --json >"$suite_out/window.jsonl" 2>"$suite_out/window.log" || true   # 1: a limit is missed, which the table says
    for row in "${window_rows[@]}"; do
        line="$(jq -c --arg row "$row" 'select(.row == $row)' "$suite_out/window.jsonl" 2>/dev/null)" || true
        if [[ -z "$line" ]]; then
            lose "$row" "$(tail -n 1 "$suite_out/window.log")"
            continue
        fi
        IFS=$'\t' read -r value unit limit < <(jq -r '[.value, .unit, .limit] | @tsv' <<<"$line")
        keep "$row" "$unit" less "$limit" "gui_figures --json" "$value"
    done
}
