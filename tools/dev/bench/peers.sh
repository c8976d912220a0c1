# ./dev bench --peers: etcd (three nodes, durable, replicated) and Redis (one node, durable, not replicated) beside Parley, in
# turn, since a disk's speed drifts within the hour. 256 requests outstanding over 8 connections each, values of 100 bytes.
# The generators are h2load, which speaks etcd's gRPC, and redis-benchmark.
# shellcheck shell=bash disable=SC2154,SC2094

peer_pids=()

stop_peer() {
    local pid
    for pid in "${peer_pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
    for pid in "${peer_pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    peer_pids=()
}

measure_peers() {
    local run
    local -a ours=() etcd=() redis=() to_etcd=() to_redis=()
    wants_any peers-etcd peers-redis || return 0
    make_bench_folder
    need_packages peers
    write_put "$bench_folder/put"
    for ((run = 0; run < suite_runs; ++run)); do
        ours+=("$(our_rate "peer$run")")
        etcd+=("$(etcd_rate "$run" || true)")
        redis+=("$(redis_rate "$run" || true)")
        to_etcd+=("$(ratio "${ours[run]}" "${etcd[run]}")")
        to_redis+=("$(ratio "${ours[run]}" "${redis[run]}")")
        say "Parley ${ours[run]:-?}/s, etcd ${etcd[run]:-?}/s, Redis ${redis[run]:-?}/s"
    done
    keep_peer etcd 5 "${to_etcd[@]}"
    keep_peer redis 0.6 "${to_redis[@]}"
}

ratio() { [[ -z "$1" || -z "$2" ]] || jq -n "$1 / $2 * 100 | round / 100"; }

# keep_peer NAME TARGET RATIO...
keep_peer() {
    local name="$1" target="$2"
    shift 2
    [[ -n "$*" && -n "${1:-}" ]] || {
        lose "peers-$name" "it is not installed, or did not answer ($bench_folder/$name.log)"
        return 0
    }
    keep "peers-$name" "times its rate" more "$target" "256 outstanding over 8 connections" "$@"
}

our_rate() {
    start_bench_cluster "$1"
    build/release/bin/parley-bench load --clients 256 --connections 8 --seconds 5 --size 100 --json | tail -n 1 | jq '.posts_per_second | round'
    stop_bench_cluster
}

# One gRPC message to etcdserverpb.KV/Put: a flag, its length, then PutRequest with the key (field 1) and a value of 100 bytes.
write_put() {
    {
        printf '\0\0\0\0\153\012\003key\022\144'
        printf 'x%.0s' {1..100}
    } >"$1"
}

etcd_rate() {
    local node peers="" port=23790 leader="" waited=0
    local folder="$bench_folder/etcd$1"
    have etcd && have h2load || return 1
    mkdir -p "$folder"
    for node in 1 2 3; do peers+="${peers:+,}n$node=http://127.0.0.1:$((port + 2 * node + 1))"; done
    for node in 1 2 3; do
        etcd --name "n$node" --data-dir "$folder/n$node" --initial-cluster "$peers" --initial-cluster-state new \
            --listen-client-urls "http://127.0.0.1:$((port + 2 * node))" --advertise-client-urls "http://127.0.0.1:$((port + 2 * node))" \
            --listen-peer-urls "http://127.0.0.1:$((port + 2 * node + 1))" \
            --initial-advertise-peer-urls "http://127.0.0.1:$((port + 2 * node + 1))" >"$bench_folder/etcd.log" 2>&1 </dev/null &
        peer_pids+=("$!")
    done
    # Whoever leads takes the requests: the fastest that etcd can be.
    until [[ -n "$leader" ]] || ((++waited > 100)); do
        sleep 0.2
        for node in 1 2 3; do
            curl -s "http://127.0.0.1:$((port + 2 * node))/metrics" | grep -q '^etcd_server_is_leader 1' && leader=$((port + 2 * node))
        done
    done
    [[ -z "$leader" ]] || h2load -c 8 -m 32 -D 5 --warm-up-time 1 -d "$bench_folder/put" -H 'content-type: application/grpc' -H 'te: trailers' \
        "http://127.0.0.1:$leader/etcdserverpb.KV/Put" 2>>"$bench_folder/etcd.log" | tee -a "$bench_folder/etcd.log" |
        sed -n 's/^finished in .*, \([0-9.]*\) req\/s.*/\1/p'
    stop_peer
}

redis_rate() {
    local folder="$bench_folder/redis$1" text
    have redis-server && have redis-benchmark || return 1
    mkdir -p "$folder"
    text="$(printf 'x%.0s' {1..100})"
    redis-server --port 23799 --bind 127.0.0.1 --dir "$folder" --save '' --appendonly yes --appendfsync always >"$bench_folder/redis.log" 2>&1 </dev/null &
    peer_pids+=("$!")
    sleep 1
    redis-benchmark -p 23799 -c 256 -n 200000 -q --csv XADD room '*' text "$text" 2>>"$bench_folder/redis.log" |
        awk -F '"' 'END {printf "%.0f\n", $4}'
    stop_peer
}
