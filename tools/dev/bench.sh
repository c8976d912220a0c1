# ./dev bench: parley-bench against a cluster of its own in a temporary folder, gone afterwards. With --servers: against
# that one.
# shellcheck shell=bash

bench_folder=""
bench_cluster=""

end_bench() {
    trap '' INT TERM HUP
    if [[ -n "$bench_cluster" ]]; then
        kill -TERM "$bench_cluster" 2>/dev/null || true
        wait "$bench_cluster" 2>/dev/null || true
    fi
    [[ -z "$bench_folder" ]] || rm -rf "$bench_folder"
}

start_bench_cluster() {
    local waited=0
    mkdir -p build
    bench_folder="$(mktemp -d "$PARLEY_ROOT/build/bench.XXXXXX")"
    trap end_bench EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    # Its own state folder: the user's own cluster and profiles are not touched.
    export XDG_STATE_HOME="$bench_folder/state" XDG_DATA_HOME="$bench_folder/share"
    setsid build/release/bin/parley up --with-parent --data "$bench_folder/data" >"$bench_folder/up.log" 2>&1 </dev/null &
    bench_cluster=$!
    until grep -q '^ready' "$bench_folder/up.log"; do
        kill -0 "$bench_cluster" 2>/dev/null || refuse "the cluster did not start: $(tail -n 2 "$bench_folder/up.log")"
        ((waited += 1))
        ((waited < 600)) || refuse "the cluster was not ready within a minute"
        sleep 0.1
    done
}

verb_bench() {
    need_packages build
    build_targets release parley parleyd parley-bench || exit 1
    local bench=build/release/bin/parley-bench
    [[ " $* " == *" --servers "* ]] && exec "$bench" "$@"
    start_bench_cluster
    if [[ $# -gt 0 ]]; then
        "$bench" "$@"
        return
    fi
    "$bench" load --clients 256 --connections 256 --size 100 --seconds 10
    "$bench" load --clients 1 --size 100 --seconds 10
    "$bench" failover --kills 5
}
