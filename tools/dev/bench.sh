# ./dev bench: what Parley does in a second, and how long a thing takes. Without arguments the whole suite, one table with
# targets, JSON and plots in build/bench; with a word of parley-bench that measurement alone.
# shellcheck shell=bash

# shellcheck source=tools/dev/bench/cluster.sh
source tools/dev/bench/cluster.sh

bench_usage() {
    cat <<'USAGE'
./dev bench                     the suite; rows that this commit has already are not measured again
        --again                 measures them again
        --quick                 one run of each instead of three
        --only PATTERN          only rows whose name matches
        --peers                 etcd and Redis beside it, alternating, and the ratios
        --full                  and what a history of a million messages costs
./dev bench --compare OLD NEW   two results (build/bench/results.json); fails where NEW is a tenth worse
./dev bench window [--json]     what the window costs: rooms, frames, memory, starts, wake-ups, from a key to the other window
./dev bench endurance [SECONDS] posts without a pause (600 s): memory, what waits, and the tail of the latency, first third and last
./dev bench load|failover|fanout|connections|logins|history ...
                                parley-bench itself, on a cluster of its own, or on that of --servers
USAGE
}

bench_one() {
    need_packages build
    build_targets release parley parleyd parley-bench || exit 1
    local bench=build/release/bin/parley-bench
    [[ " $* " == *" --servers "* ]] && exec "$bench" "$@"
    start_bench_cluster
    "$bench" "$@"
}

verb_bench() {
    case "${1:-}" in
        -h | --help) bench_usage ;;
        load | failover | fanout | connections | logins | history) bench_one "$@" ;;
        window)
            # shellcheck source=tools/dev/bench/window.sh
            source tools/dev/bench/window.sh
            bench_window "${@:2}"
            ;;
        endurance)
            # shellcheck source=tools/dev/bench/endurance.sh
            source tools/dev/bench/endurance.sh
            bench_endurance "${@:2}"
            ;;
        "" | --again | --quick | --only | --peers | --full | --compare)
            # shellcheck source=tools/dev/bench/suite.sh
            source tools/dev/bench/suite.sh
            bench_suite "$@"
            ;;
        *)
            bench_usage >&2
            usage_error "there is no ./dev bench $1"
            ;;
    esac
}
