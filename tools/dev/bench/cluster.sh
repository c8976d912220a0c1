# A cluster for measurements in a temporary folder, gone afterwards. Its own state folder: the user's own cluster and
# profiles are not touched.
# shellcheck shell=bash

bench_folder=""
bench_cluster=""

stop_bench_cluster() {
    [[ -n "$bench_cluster" ]] || return 0
    kill -TERM "$bench_cluster" 2>/dev/null || true
    wait "$bench_cluster" 2>/dev/null || true
    bench_cluster=""
}

end_bench() {
    trap '' INT TERM HUP
    stop_bench_cluster
    if declare -F stop_peer >/dev/null; then stop_peer; fi
    [[ -z "$bench_folder" ]] || rm -rf "$bench_folder"
}

make_bench_folder() {
    [[ -z "$bench_folder" ]] || return 0
    mkdir -p build
    bench_folder="$(mktemp -d "$PARLEY_ROOT/build/bench.XXXXXX")"
    trap end_bench EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    export XDG_STATE_HOME="$bench_folder/state" XDG_DATA_HOME="$bench_folder/share" XDG_CONFIG_HOME="$bench_folder/config"
}

# start_bench_cluster [NAME [UP'S OPTIONS...]]: the folder is made, or found as an earlier start left it. Sets
# bench_started_ms, the time until it was ready.
start_bench_cluster() {
    local name="${1:-data}" waited=0 begun log
    [[ $# -eq 0 ]] || shift
    make_bench_folder
    log="$bench_folder/$name.log"
    : >"$log"
    begun="$(date +%s%3N)"
    setsid build/release/bin/parley up --with-parent --data "$bench_folder/$name" "$@" >"$log" 2>&1 </dev/null &
    bench_cluster=$!
    until grep -q '^ready' "$log"; do
        kill -0 "$bench_cluster" 2>/dev/null || refuse "the cluster did not start: $(tail -n 2 "$log")"
        ((waited += 1))
        ((waited < 3000)) || refuse "the cluster was not ready within a minute"
        sleep 0.02
    done
    # shellcheck disable=SC2034
    bench_started_ms=$(($(date +%s%3N) - begun))
}
