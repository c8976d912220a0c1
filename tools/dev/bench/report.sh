# The table, the JSON and the plots of ./dev bench for the rows of one commit, and the comparison of two results.
# shellcheck shell=bash disable=SC2154

report_results() {
    local out="$1" commit="$2"
    jq -s --arg commit "$commit" 'map(select(.commit == $commit)) | sort_by(.name)' "$out"/rows/*.json >"$out/results.json"
    print_table "$out/results.json"
    if have gnuplot; then
        plot_latency "$out"
        plot_sizes "$out"
        plot_failover "$out" kill
        plot_failover "$out" stop
    fi
    say "the figures: $out/results.json; plots: $(cd "$out" && printf '%s ' *.svg)in $out"
}

print_table() {
    jq -r '.[] | [.name, (.value | tostring), .unit,
                  (if .target == null then "-" else (if .better == "more" then "at least " else "at most " end) + (.target | tostring) end),
                  (if .target == null then "" elif (.better == "more" and .value >= .target) or (.better == "less" and .value <= .target)
                   then "met" else "missed" end),
                  (.runs | map(tostring) | join(" · "))] | @tsv' "$1" |
        awk -F '\t' 'BEGIN {printf "%-44s %12s %-16s %-18s %-7s %s\n", "row", "median", "", "target", "", "runs"}
                     {printf "%-44s %12s %-16s %-18s %-7s %s\n", $1, $2, $3, $4, $5, $6}'
}

# Throughput against latency: each point a number of clients.
plot_latency() {
    local out="$1" suffix label
    local -a parts=()
    for suffix in "" -clear; do
        label="TLS"
        [[ -z "$suffix" ]] || label="in the clear"
        jq -r --arg s "$suffix" '(map({(.name): .value}) | add) as $v |
            ["1-leader", "4", "16", "64", "256-over-256"][] |
            select($v["posts-\(.)\($s)"] != null) |
            "\($v["posts-\(.)\($s)"]) \($v["posts-\(.)\($s).p50"]) \($v["posts-\(.)\($s).p99"]) \(. | split("-")[0])"' \
            "$out/results.json" >"$out/latency$suffix.dat"
        [[ -s "$out/latency$suffix.dat" ]] || continue
        parts+=("'$out/latency$suffix.dat' using 1:2:4 with labels offset 0,1 notitle"
            "'$out/latency$suffix.dat' using 1:2 with linespoints title 'median, $label'"
            "'$out/latency$suffix.dat' using 1:3 with linespoints dashtype 2 title '99 %, $label'")
    done
    ((${#parts[@]} > 0)) || return 0
    gnuplot <<PLOT
set terminal svg size 800,500 background "white"
set output "$out/latency.svg"
set title "Posts of 100 bytes, three replicas and the generator on one machine; points: clients"
set xlabel "acknowledged posts a second"
set ylabel "ms"
set logscale y
set grid
set key top left
plot $(IFS=,; echo "${parts[*]}")
PLOT
}

# What each question takes against how many messages the room has.
plot_sizes() {
    local out="$1" name
    local -a parts=()
    [[ -s "$out/sizes.jsonl" ]] || return 0
    for name in "${size_figures[@]}"; do
        jq -r "\"\(.messages) \(.${name}_us / 1000)\"" "$out/sizes.jsonl" >"$out/size-$name.dat"
        parts+=("'$out/size-$name.dat' using 1:2 with linespoints title '${name//_/ }'")
    done
    gnuplot <<PLOT
set terminal svg size 800,500 background "white"
set output "$out/sizes.svg"
set title "Median times in rooms of growing size; a hundredth as many rooms"
set xlabel "messages in the room"
set ylabel "ms"
set logscale xy
set grid
set key outside
plot $(IFS=,; echo "${parts[*]}")
PLOT
}

# What was acknowledged around the first times that a leader was hurt.
plot_failover() {
    local out="$1" how="$2" data="$1/failover-$2.dat"
    [[ -s "$data" ]] || return 0
    awk '$3 == 1 {++hurt} hurt <= 3' "$data" >"$data.part"
    gnuplot <<PLOT
set terminal svg size 800,400 background "white"
set output "$out/failover-$how.svg"
set title "Acknowledged posts while the leader is hurt ($how); each step is 20 ms, the marks are when"
set xlabel "s"
set ylabel "posts a second"
set yrange [0:]
set grid
plot '$data.part' using (\$1 / 1000):(\$2 * 50) with steps notitle, \
     '' using (\$3 == 1 ? \$1 / 1000 : NaN):(0) with points pointtype 9 pointsize 2 title 'hurt'
PLOT
}

# Fails where the new figure is more than a tenth worse.
compare_results() {
    local old="$1" new="$2" file
    for file in "$old" "$new"; do
        jq -e 'type == "array" and length > 0 and all(has("name") and has("value"))' "$file" >/dev/null 2>&1 ||
            refuse "$file holds no results of ./dev bench"
    done
    local worse
    worse="$(jq -rn --slurpfile old "$old" --slurpfile new "$new" '
        ($old[0] | map({(.name): .}) | add) as $before | $new[0][] | select($before[.name] != null) |
        (if .better == "more" then .value / ([$before[.name].value, 1e-9] | max) else $before[.name].value / ([.value, 1e-9] | max) end) as $ratio |
        [.name, ($before[.name].value | tostring), (.value | tostring), ($ratio * 100 | round | tostring) + " %",
         (if $ratio < 0.9 then "WORSE" else "" end)] | @tsv' |
        tee /dev/stderr | grep -c WORSE || true)"
    ((worse == 0)) || refuse "rows more than a tenth worse: $worse"
    say "no row is more than a tenth worse"
}
