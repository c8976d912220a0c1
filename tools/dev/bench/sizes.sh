# Rows of ./dev bench about sizes: what a long room and many rooms cost, and how fast a replica that was away is there again.
# shellcheck shell=bash disable=SC2154

readonly size_figures=(post open_room jump_to_number jump_to_date unread search_rare_word)

# Clusters of growing size, the smallest with a room of 1,000 messages and 10 rooms, the largest with a million and 10,000. Each figure
# of the largest is at most twice that of the smallest, and half a millisecond, which is less than the machine's own noise; a search
# for a rare word takes at most 50 ms.
measure_sizes() {
    local messages name line limit rows="$suite_out/sizes.jsonl"
    wants_any "${size_figures[@]/#/size-}" || return 0
    : >"$rows"
    for messages in 1000 10000 100000 1000000; do
        local -a command=(parley-bench history --messages "$messages" --rooms $((messages / 100)) --json)
        say "posting $messages messages into one room, and making $((messages / 100)) rooms"
        start_bench_cluster "size$messages"
        measured "size-post" "${command[@]}" || return 0
        stop_bench_cluster
        printf '%s\n' "$line" >>"$rows"
    done
    for name in "${size_figures[@]}"; do
        if [[ "$name" == search_rare_word ]]; then limit=50; else limit="$(jq -s ".[0].${name}_us * 2 / 1000 + 0.5" "$rows")"; fi
        keep "size-$name" "ms, of a million" less "$limit" "${command[*]}" "$(jq -s ".[-1].${name}_us / 1000" "$rows")"
    done
}

# A follower dies, so many seconds of posts are written without it, and it starts again.
measure_catchup() {
    catch_up catchup-log 4
    catch_up catchup-snapshot 40
}

catch_up() {
    local row="$1" seconds="$2" line node posts begun target
    wants "$row" || return 0
    start_bench_cluster "$row" --lab
    node="$(build/release/bin/parley status --json | jq -r 'select(.role == "follower") | .id' | head -n 1)"
    build/release/bin/parley lab kill "$node" >/dev/null
    if measured "$row" parley-bench load --clients 256 --connections 8 --seconds "$seconds" --json; then
        posts="$(jq .posts <<<"$line")"
        target="$(applied_by leader)"
        begun="$(date +%s%3N)"
        build/release/bin/parley lab restart "$node" >/dev/null
        wait_applied "$node" "$target" &&
            keep "$row" messages/s more "" "a follower is away for parley-bench load --seconds $seconds" $((posts * 1000 / ($(date +%s%3N) - begun)))
    fi
    stop_bench_cluster
}

applied_by() { build/release/bin/parley status --json | jq -r --arg role "$1" 'select(.role == $role) | .applied' | head -n 1; }

wait_applied() {
    local node="$1" target="$2" waited=0 applied
    until applied="$(build/release/bin/parley status --json 2>/dev/null | jq -r --arg id "$node" 'select((.id | tostring) == $id) | .applied')" &&
        [[ -n "$applied" && "$applied" != null ]] && ((applied >= target)); do
        ((++waited < 1200)) || {
            lose "catchup" "replica $node was not there again within two minutes"
            return 1
        }
        sleep 0.1
    done
}
