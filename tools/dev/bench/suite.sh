# The suite of ./dev bench. A row is a line of JSON in build/bench/rows: name, value (the median of its runs), unit, which
# way is better, target, the runs, the command. It is measured once a commit, so that a suite that was stopped goes on.
# shellcheck shell=bash

# shellcheck source=tools/dev/bench/report.sh
source tools/dev/bench/report.sh
# shellcheck source=tools/dev/bench/people.sh
source tools/dev/bench/people.sh
# shellcheck source=tools/dev/bench/sizes.sh
source tools/dev/bench/sizes.sh
# shellcheck source=tools/dev/bench/window.sh
source tools/dev/bench/window.sh

suite_runs=3
suite_again=""
suite_only=""
suite_peers=""
suite_full=""
suite_commit=""
suite_failed=0
readonly suite_out=build/bench

bench_suite() {
    while [[ $# -gt 0 ]]; do
        case "$1" in
            --again) suite_again=1 ;;
            --quick) suite_runs=1 ;;
            --peers) suite_peers=1 ;;
            --full) suite_full=1 ;;
            --only)
                [[ $# -ge 2 ]] || usage_error "--only wants a pattern"
                suite_only="$2"
                shift
                ;;
            --compare)
                [[ $# -eq 3 ]] || usage_error "--compare wants two files, the old result and the new one"
                need_packages bench
                compare_results "$2" "$3"
                return
                ;;
            *) usage_error "./dev bench does not know $1" ;;
        esac
        shift
    done
    need_packages build test bench
    build_targets release parley parleyd parley-bench parley-sim archive_bench log_bench state_bench net_bench local_store_bench gui_figures parley-gui || exit 1
    suite_commit="$(git rev-parse --short HEAD 2>/dev/null || echo unknown)$(git diff --quiet HEAD 2>/dev/null || echo +)"
    mkdir -p "$suite_out/rows"
    make_bench_folder
    say "measuring $suite_commit on $(nproc) cores; leave the machine alone meanwhile"
    measure_posts
    measure_failover
    measure_people
    measure_sizes
    measure_catchup
    measure_window
    measure_simulator
    measure_parts
    [[ -z "$suite_full" ]] || measure_history
    if [[ -n "$suite_peers" ]]; then
        # shellcheck source=tools/dev/bench/peers.sh
        source tools/dev/bench/peers.sh
        measure_peers
    fi
    report_results "$suite_out" "$suite_commit"
    ((suite_failed == 0)) || refuse "$suite_failed rows could not be measured; the table has the others"
}

wants() {
    local name="$1" file="$suite_out/rows/$1.json"
    [[ -z "$suite_only" || "$name" =~ $suite_only ]] || return 1
    [[ -n "$suite_again" || ! -f "$file" ]] && return 0
    [[ "$(jq -r .commit "$file" 2>/dev/null)" != "$suite_commit" ]]
}

wants_any() {
    local name
    for name in "$@"; do wants "$name" && return 0; done
    return 1
}

# keep NAME UNIT more|less TARGET COMMAND VALUE...: the target may be empty; the median counts.
keep() {
    local name="$1" unit="$2" better="$3" target="$4" made_by="$5"
    shift 5
    printf '%s\n' "$@" | jq -s --arg name "$name" --arg unit "$unit" --arg better "$better" --arg target "$target" \
        --arg command "$made_by" --arg commit "$suite_commit" --arg at "$(date -u +%FT%TZ)" \
        '{name: $name, value: (sort | .[length / 2 | floor]), unit: $unit, better: $better,
          target: (if $target == "" then null else ($target | tonumber) end), runs: ., command: $command, commit: $commit, at: $at}' \
        >"$suite_out/rows/$name.json.new" && mv "$suite_out/rows/$name.json.new" "$suite_out/rows/$name.json"
    say "$name: $(jq -r '"\(.value) \(.unit)"' "$suite_out/rows/$name.json")"
}

lose() {
    say "$1 could not be measured: $2"
    suite_failed=$((suite_failed + 1))
}

# ---- posts ----

# load NAME CLIENTS CONNECTIONS TO TLS RATE_TARGET P50_TARGET P99_TARGET: rows NAME, NAME.p50 and NAME.p99.
load() {
    local name="$1" clients="$2" connections="$3" to="$4" tls="$5" line run
    local -a rates=() medians=() tails=()
    local -a command=(parley-bench load --clients "$clients" --connections "$connections" --to "$to" --seconds 5 --size 100 --json)
    [[ "$tls" == on ]] || command+=(--tls off)
    wants_any "$name" "$name.p50" "$name.p99" || return 0
    for ((run = 0; run < suite_runs; ++run)); do
        if ! line="$("build/release/bin/${command[0]}" "${command[@]:1}" 2>"$bench_folder/error" | tail -n 1)" ||
            [[ "$(jq -r '.errors' <<<"$line" 2>/dev/null)" != 0 ]]; then
            lose "$name" "$(tail -n 1 "$bench_folder/error")$line"
            return 0
        fi
        rates+=("$(jq '.posts_per_second | round' <<<"$line")")
        medians+=("$(jq '.p50_us / 1000' <<<"$line")")
        tails+=("$(jq '.p99_us / 1000' <<<"$line")")
    done
    keep "$name" posts/s more "$6" "${command[*]}" "${rates[@]}"
    keep "$name.p50" ms less "$7" "${command[*]}" "${medians[@]}"
    keep "$name.p99" ms less "$8" "${command[*]}" "${tails[@]}"
}

load_rows() {
    local tls="$1" suffix="$2"
    load "posts-1-leader$suffix" 1 1 leader "$tls" "" 0.6 ""
    load "posts-1-follower$suffix" 1 1 follower "$tls" "" 0.6 ""
    load "posts-4$suffix" 4 4 any "$tls" "" "" ""
    load "posts-16$suffix" 16 16 any "$tls" 20000 "" ""
    load "posts-64$suffix" 64 64 any "$tls" "" "" ""
    load "posts-256-over-256$suffix" 256 256 any "$tls" 35000 "" ""
    load "posts-256-over-8$suffix" 256 8 any "$tls" 60000 "" 15
}

# The names of all of these, a line each.
post_rows() { printf "posts-%s$1\nposts-%s$1.p50\nposts-%s$1.p99\n" {1-leader,1-follower,4,16,64,256-over-256,256-over-8}{,,}; }

measure_posts() {
    local -a encrypted clear
    mapfile -t encrypted < <(post_rows "")
    mapfile -t clear < <(post_rows -clear)
    if wants_any "${encrypted[@]}" restart; then
        start_bench_cluster posts
        load_rows on ""
        stop_bench_cluster
        measure_restart
    fi
    if wants_any "${clear[@]}"; then
        start_bench_cluster clear --tls off
        load_rows off -clear
        stop_bench_cluster
    fi
}

# From the command to a cluster with a leader, on the folder that the rows before have filled.
measure_restart() {
    local run
    local -a times=()
    wants restart || return 0
    for ((run = 0; run < suite_runs; ++run)); do
        start_bench_cluster posts
        times+=("$bench_started_ms")
        stop_bench_cluster
    done
    keep restart ms less 1000 "parley up on the folder of the rows above" "${times[@]}"
}

# ---- failover ----

measure_failover() {
    wants_any failover-kill failover-kill.worst failover-stop && {
        start_bench_cluster failover
        failover kill 20 250 600
        failover stop 6 600 ""
        stop_bench_cluster
    }
    return 0
}

failover() {
    local how="$1" kills="$2" line
    local -a command=(parley-bench failover --kills "$kills" --how "$how" --timeline "$suite_out/failover-$how.dat" --json)
    wants_any "failover-$how" "failover-$how.worst" || return 0
    ((suite_runs > 1)) || command[3]=5
    line="$("build/release/bin/${command[0]}" "${command[@]:1}" 2>"$bench_folder/error" | tail -n 1)" || true
    if [[ "$(jq -r '.lost + .repeated' <<<"$line" 2>/dev/null)" != 0 ]]; then
        lose "failover-$how" "$(tail -n 1 "$bench_folder/error") $line"
        return 0
    fi
    keep "failover-$how" ms less "$3" "${command[*]}" "$(jq .median_ms <<<"$line")"
    keep "failover-$how.worst" ms less "$4" "${command[*]}" "$(jq .worst_ms <<<"$line")"
}

# ---- the simulator ----

measure_simulator() {
    simulate toy 400 3000
    simulate sqlite 60 200
}

# Rows sim-PROFILE.seeds (a minute) and sim-PROFILE.events (a CPU second).
simulate() {
    local profile="$1" seeds="$2" line
    local -a command=(parley-sim run --profile "$profile" --seeds "1..$seeds" --json)
    wants_any "sim-$profile.seeds" "sim-$profile.events" || return 0
    local begun ended
    begun="$(date +%s%3N)"
    line="$("build/release/bin/${command[0]}" "${command[@]:1}" 2>"$bench_folder/error" | tail -n 1)" || true
    ended="$(date +%s%3N)"
    if [[ "$(jq '.failures | length' <<<"$line" 2>/dev/null)" != 0 ]]; then
        lose "sim-$profile" "$(tail -n 1 "$bench_folder/error") $line"
        return 0
    fi
    keep "sim-$profile.seeds" seeds/min more "$3" "${command[*]}" $((seeds * 60000 / (ended - begun)))
    keep "sim-$profile.events" events/CPU-s more 200000 "${command[*]}" "$(jq '.events * 1000000 / .cpu_us | round' <<<"$line")"
}

# ---- parts ----

# The micro benchmarks, each a row of its own: what one core does in a second.
measure_parts() {
    local program line name
    for program in archive log state net local_store; do
        wants "micro-$program" || continue
        if ! "build/release/bin/${program}_bench" --benchmark_format=json --benchmark_min_time=0.2 >"$suite_out/$program.json" 2>"$suite_out/$program.log"; then
            lose "micro-$program" "$(tail -n 1 "$suite_out/$program.log")"
            continue
        fi
        while IFS=$'\t' read -r name line; do
            keep "micro-$program:${name//\//_}" items/s more "" "${program}_bench" "$line"
        done < <(jq -r '.benchmarks[] | [.name, ((.items_per_second // (1e9 / .real_time)) | round)] | @tsv' "$suite_out/$program.json")
        keep "micro-$program" benchmarks more "" "${program}_bench" "$(jq '.benchmarks | length' "$suite_out/$program.json")"
    done
}

# ---- what a long history costs ----

# Two clusters in turn, one empty and one with a million messages: what a post costs must not depend on it.
measure_history() {
    local run line with without
    local -a ratios=() command=(parley-bench load --clients 256 --connections 8 --seconds 20 --size 100 --json)
    wants history-ratio || return 0
    start_bench_cluster long
    say "filling a cluster with a million messages"
    while (($(posted_so_far) < 1000000)); do "build/release/bin/${command[0]}" "${command[@]:1}" >>"$bench_folder/filling"; done
    stop_bench_cluster
    for ((run = 0; run < suite_runs; ++run)); do
        start_bench_cluster "empty$run"
        without="$("build/release/bin/${command[0]}" "${command[@]:1}" | jq .posts_per_second)"
        stop_bench_cluster
        start_bench_cluster long
        with="$("build/release/bin/${command[0]}" "${command[@]:1}" | jq .posts_per_second)"
        stop_bench_cluster
        ratios+=("$(jq -n "$with / $without * 1000 | round / 1000")")
    done
    line="${command[*]}"
    keep history-ratio "of the empty one" more 0.9 "$line" "${ratios[@]}"
}

posted_so_far() { jq -s 'map(.posts) | add // 0 | floor' "$bench_folder/filling" 2>/dev/null || echo 0; }
