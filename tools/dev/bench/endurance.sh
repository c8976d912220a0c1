# ./dev bench endurance [SECONDS]: posts without a pause, ten minutes unless told, and what grows meanwhile. Each ten seconds a line in
# build/bench/endurance.jsonl: what the generator saw, and of each replica its memory, its CPU time and what waits in it. At the end the last third
# is compared with the first; `perf`, where it is there and allowed, samples both.
# shellcheck shell=bash disable=SC2154

readonly endurance_every=10
readonly endurance_out=build/bench

# The replicas of the folder begin with a page of metrics each, on ports that are free now.
monitor_replicas() {
    local folder="$1" port=19400 replica
    endurance_ports=()
    for replica in "$folder"/[0-9]*; do
        while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
        sed -i "/^\[monitoring\]/,/^\[/ s/^port = .*/port = $port/" "$replica/parleyd.toml"
        endurance_ports+=("$port")
        port=$((port + 1))
    done
}

# One replica's line of figures, as JSON.
replica_now() {
    curl -sf --max-time 5 "http://127.0.0.1:$1/metrics" | jq -Rn '
        [inputs | select(startswith("#") | not) | capture("^(?<name>[a-z_]+)(?<labels>\\{[^}]*\\})? (?<value>[-+0-9.e]+)$")] |
        map({(.name): (.value | tonumber)}) | add |
        {memory: .process_resident_memory_bytes, cpu: .process_cpu_seconds_total, queued: .parley_commands_queued, waiting: .parley_commands_waiting,
         behind: (.parley_slots_chosen - .parley_slots_executed), open: .parley_slots_open}' -c
}

# perf's samples of all replicas for so many seconds: the functions that took the most time.
sample_replicas() {
    local name="$1" seconds="$2" processes
    have perf || return 0
    processes="$(cat "$bench_folder"/endurance/[0-9]*/parleyd.pid | paste -sd,)"
    perf record -q -e cpu-clock -F 499 -g -o "$bench_folder/$name.perf" -p "$processes" -- sleep "$seconds" 2>/dev/null || return 0
    perf report -q --no-children -g none --percent-limit 1 --sort symbol -i "$bench_folder/$name.perf" 2>/dev/null >"$endurance_out/endurance-$name.txt" || true
}

# Beside the generator until it ends.
watch_replicas() {
    local generator="$1" log="$2" out="$3" lines=0 port part
    while kill -0 "$generator" 2>/dev/null; do
        sleep 1
        part="$(sed -n "$((lines + 1))p" "$log")"
        [[ "$part" == *at_seconds* ]] || continue
        lines=$((lines + 1))
        for port in "${endurance_ports[@]}"; do replica_now "$port"; done | jq -sc --argjson part "$part" '$part + {replicas: .}' >>"$out"
        say "$(jq -r '"\(.at_seconds | round) s: \(.posts_per_second | round) posts/s, median \(.p50_us / 1000) ms, 99 %: \(.p99_us / 1000) ms; memory \([.replicas[].memory / 1048576 | round | tostring] | join(", ")) MiB"' < <(tail -n 1 "$out"))"
    done
}

# The first and the last third as two columns.
compare_thirds() {
    jq -s '
        def median: sort | .[length / 2 | floor];
        def third: {rate: (map(.posts_per_second) | median | round), p50: (map(.p50_us) | median / 1000), p99: (map(.p99_us) | median / 1000),
                    memory: (map([.replicas[].memory] | max) | median / 1048576 | round), waiting: (map(.replicas[] | .queued + .waiting + .behind) | max)};
        (length / 3 | floor) as $n | {first: (.[:$n] | third), last: (.[-$n:] | third)}' "$1"
}

what_grew() {
    jq -r '[(if .last.memory > .first.memory * 1.1 + 8 then "memory" else empty end), (if .last.p99 > .first.p99 * 1.5 + 5 then "p99" else empty end),
            (if .last.waiting > .first.waiting * 2 + 1000 then "what waits" else empty end)] | join(", ")'
}

thirds_table() {
    jq -r '["", "first third", "last third"], ["posts/s", .first.rate, .last.rate], ["median, ms", .first.p50, .last.p50], ["99 %, ms", .first.p99, .last.p99],
           ["memory of the largest replica, MiB", .first.memory, .last.memory], ["most that waited in a replica", .first.waiting, .last.waiting] | @tsv' |
        column -t -s $'\t'
}

plot_endurance() {
    local out="$1" data="$1/endurance.dat"
    have gnuplot || return 0
    jq -r '[.at_seconds, .posts_per_second, .p99_us / 1000, ([.replicas[].memory] | max / 1048576)] | @tsv' "$out/endurance.jsonl" >"$data"
    gnuplot <<PLOT
set terminal svg size 800,500 background "white"
set output "$out/endurance.svg"
set title "Posts without a pause: 256 over 8 connections"
set xlabel "s"
set ylabel "posts a second"
set y2label "ms, MiB"
set yrange [0:]
set y2range [0:]
set y2tics
set grid
set key bottom
plot '$data' using 1:2 with lines title 'posts a second', \
     '' using 1:3 axes x1y2 with lines title '99 % answered after, ms', \
     '' using 1:4 axes x1y2 with lines title 'memory of the largest replica, MiB'
PLOT
}

bench_endurance() {
    local seconds="${1:-600}" log generator sampler thirds grew
    [[ "$seconds" =~ ^[0-9]+$ && "$seconds" -ge 90 ]] || usage_error "endurance: '$seconds' is not a number of seconds from 90 on"
    need_packages build bench
    build_targets release parley parleyd parley-bench || exit 1
    mkdir -p "$endurance_out"
    : >"$endurance_out/endurance.jsonl"
    start_bench_cluster endurance
    stop_bench_cluster
    monitor_replicas "$bench_folder/endurance"
    start_bench_cluster endurance
    say "posting for $seconds s; leave the machine alone meanwhile"
    log="$bench_folder/endurance-load.log"
    build/release/bin/parley-bench load --clients 256 --connections 8 --size 100 --seconds "$seconds" --every "$endurance_every" --json >"$log" 2>&1 &
    generator=$!
    (sleep $((seconds / 4)) && sample_replicas first 20 && sleep $((seconds / 2)) && sample_replicas last 20) &
    sampler=$!
    watch_replicas "$generator" "$log" "$endurance_out/endurance.jsonl"
    wait "$generator" || refuse "the generator ended: $(tail -n 1 "$log")"
    wait "$sampler" || true
    plot_endurance "$endurance_out"
    thirds="$(compare_thirds "$endurance_out/endurance.jsonl")"
    thirds_table <<<"$thirds"
    grew="$(what_grew <<<"$thirds")"
    [[ -z "$grew" ]] || refuse "from the first third to the last one grew: $grew"
    say "nothing grew in $seconds s; every line: $endurance_out/endurance.jsonl"
}
