# Rows of ./dev bench about people: many who listen, many who only are there, many who log in at once.
# shellcheck shell=bash disable=SC2154

measure_people() {
    wants_any fanout-1000 fanout-1000.p99 connections connections.bytes connections.come connections.posts logins logins.p50 logins.posts || return 0
    start_bench_cluster people
    measure_fanout
    measure_logins
    stop_bench_cluster
    measure_connections
}

# measured ROW COMMAND...: the last line that the command printed, into $line; false, and the row is lost, when it failed.
measured() {
    local row="$1"
    shift
    line="$("build/release/bin/$1" "${@:2}" 2>"$bench_folder/error" | tail -n 1)" || true
    jq -e 'type == "object"' <<<"$line" >/dev/null 2>&1 && return 0
    lose "$row" "$(tail -n 1 "$bench_folder/error")$line"
    return 1
}

measure_fanout() {
    local line run
    local -a rates=() tails=() command=(parley-bench fanout --listeners 1000 --seconds 5 --json)
    wants_any fanout-1000 fanout-1000.p99 || return 0
    for ((run = 0; run < suite_runs; ++run)); do
        measured fanout-1000 "${command[@]}" || return 0
        rates+=("$(jq '.deliveries_per_second | round' <<<"$line")")
        tails+=("$(jq '.p99_us / 1000' <<<"$line")")
    done
    keep fanout-1000 deliveries/s more 25000 "${command[*]}" "${rates[@]}"
    keep fanout-1000.p99 ms less 100 "${command[*]}" "${tails[@]}"
}

measure_logins() {
    local line
    local -a command=(parley-bench logins --count 200 --at-once 16 --json)
    wants_any logins logins.p50 logins.posts || return 0
    measured logins "${command[@]}" || return 0
    keep logins logins/s more 10 "${command[*]}" "$(jq '.logins_per_second' <<<"$line")"
    keep logins.p50 ms less "" "${command[*]}" "$(jq '.p50_us / 1000' <<<"$line")"
    keep logins.posts "ms (p99 of posts)" less "" "${command[*]}" "$(jq '.posts_p99_us / 1000' <<<"$line")"
}

# Ten thousand at one replica: more than one lets in unless it is told to.
measure_connections() {
    local line
    local -a command=(parley-bench connections --count 10000 --seconds 5 --json)
    wants_any connections connections.bytes connections.come connections.posts || return 0
    start_bench_cluster crowd
    stop_bench_cluster
    sed -i 's/^#* *clients_max *=.*/clients_max = 20000/' "$bench_folder"/crowd/[0-9]*/parleyd.toml
    ulimit -n "$(ulimit -Hn)"
    start_bench_cluster crowd
    if measured connections "${command[@]}"; then
        keep connections "stand at one replica" more 10000 "${command[*]}" "$(jq '.connections' <<<"$line")"
        keep connections.bytes "bytes each" less 40000 "${command[*]}" "$(jq '.bytes_each' <<<"$line")"
        keep connections.come connections/s more 100 "${command[*]}" "$(jq '.come_per_second | round' <<<"$line")"
        keep connections.posts "of the rate without" more 0.8 "${command[*]}" "$(jq '.posts_per_second / .posts_per_second_before * 100 | round / 100' <<<"$line")"
    fi
    stop_bench_cluster
}
