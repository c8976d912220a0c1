# ./dev run: a local cluster in ./.parley and a client. The first one owns the cluster and stops it when its client
# ends; later ones only open a client under a profile of their own. The client is the window where there is a display,
# else the one in the terminal. Nothing started here outlives this shell: the
# cluster watches its parent, the client gets a signal when it dies.
#
# PARLEY_BIN=DIR uses the programs there and builds nothing; PARLEY_DATA=DIR keeps the data elsewhere. Tests do.
# shellcheck shell=bash

programs="${PARLEY_BIN:-build/release/bin}"
data_folder="${PARLEY_DATA:-./.parley}"
run_folder="${PARLEY_DATA:+$PARLEY_DATA.run}"
run_folder="${run_folder:-build/run}"
cluster_pid=""
client_pid=""

# The pid of the `parley up` that serves the data folder, when one does.
running_cluster() {
    local described pid data
    data="$(readlink -m "$data_folder")"
    described="${XDG_STATE_HOME:-${HOME:-/nonexistent}/.local/state}/parley/local.json"
    [[ -f "$described" ]] || return 1
    grep -qF "\"$data\"" "$described" || return 1
    pid="$(sed -n 's/.*"pid"[^0-9]*\([0-9]\{1,\}\).*/\1/p' "$described" | head -n 1)"
    [[ -n "$pid" && "$(readlink "/proc/$pid/exe" 2>/dev/null)" == */parley* ]] || return 1
    printf '%s\n' "$pid"
}

# Prints what `up` said since line $1 of its log, then how many lines there are.
show_new_lines() {
    local from="$1" total
    total="$(wc -l <"$run_folder/up.log")"
    ((total > from)) && sed -n "$((from + 1)),${total}p" "$run_folder/up.log" >&2
    printf '%s\n' "$total"
}

# Starts `parley up` beside this shell and waits until it is ready.
start_cluster() {
    local shown=0 waited=0
    mkdir -p "$run_folder"
    : >"$run_folder/up.log"
    # A session of its own: Ctrl-C belongs to the client, and the cluster goes down after it.
    setsid "$programs/parley" up --with-parent --data "$data_folder" "$@" >"$run_folder/up.log" 2>&1 </dev/null &
    cluster_pid=$!
    while kill -0 "$cluster_pid" 2>/dev/null; do
        shown="$(show_new_lines "$shown")"
        grep -q '^ready' "$run_folder/up.log" && return 0
        ((waited += 1))
        ((waited > 1200)) && break
        sleep 0.05
    done
    show_new_lines "$shown" >/dev/null
    end_child "$cluster_pid"
    cluster_pid=""
    return 1
}

# A child that ended counts as gone, collected or not. (A `wait` inside of a trap that interrupted another `wait` may
# wait for the wrong child.)
is_gone() {
    local state
    state="$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null)" || return 0
    [[ -z "$state" || "$state" == [ZX]* ]]
}

# end_child PID: SIGTERM, ten seconds, SIGKILL.
end_child() {
    local waited=0
    kill -TERM "$1" 2>/dev/null || true
    until is_gone "$1"; do
        ((waited += 1))
        ((waited < 200)) || { kill -KILL "$1" 2>/dev/null || true; }
        ((waited < 300)) || return 0
        sleep 0.05
    done
}

stop_all() {
    trap '' INT TERM HUP
    [[ -z "$client_pid" ]] || end_child "$client_pid"
    client_pid=""
    [[ -n "$cluster_pid" ]] || return 0
    end_child "$cluster_pid"
    cluster_pid=""
    printf 'stopped; messages are in %s\n' "$data_folder" >&2 || true
}

# Holds the first free client number for as long as the client lives (the lock's descriptor is the client's too).
take_client_number() {
    local number
    mkdir -p "$run_folder"
    for number in $(seq 1 99); do
        exec 9>"$run_folder/client-$number.lock"
        if flock -n 9; then
            client_number=$number
            return 0
        fi
    done
    refuse "99 clients are open already"
}

has_display() { [[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]]; }

open_client() {
    local code=0
    local -a client=("$programs/parley" chat)
    if [[ -z "$in_terminal" ]]; then
        client=("$programs/parley-gui")
        say "the window is the client: closing it, or Ctrl-C here, ends it"
    fi
    take_client_number
    if [[ -z "${PARLEY_PROFILE:-}" && "$client_number" -gt 1 ]]; then
        export PARLEY_PROFILE="client-$client_number"
    fi
    # Started in the background so that a signal to this shell is acted on at once; it still owns the terminal.
    env --default-signal=INT,QUIT setpriv --pdeathsig TERM "${client[@]}" <&0 &
    client_pid=$!
    trap ':' INT
    while kill -0 "$client_pid" 2>/dev/null; do
        code=0
        wait "$client_pid" || code=$?
    done
    client_pid=""
    # A client that was killed could not put the terminal back.
    if ((code > 128)); then
        stty sane 2>/dev/null || true
        tput rmcup 2>/dev/null || true
    fi
    return "$code"
}

verb_run() {
    local with_client=1 code=0
    in_terminal=1
    if has_display; then in_terminal=""; fi
    local -a up_options=()
    while [[ $# -gt 0 ]]; do
        case "$1" in
            --no-client) with_client="" ;;
            --terminal) in_terminal=1 ;;
            --data) usage_error "./dev run keeps its data in ./.parley; for another folder: ./dev parley up --data DIR" ;;
            *) up_options+=("$1") ;;
        esac
        shift
    done
    if [[ -z "${PARLEY_BIN:-}" ]]; then
        need_packages build
        local -a targets=(parley parleyd)
        if [[ -n "$with_client" && -z "$in_terminal" ]]; then targets+=(parley-gui); fi
        build_targets release "${targets[@]}" || exit 1
    fi
    if [[ -z "$with_client" ]] || { [[ -n "$in_terminal" ]] && ! is_interactive; }; then
        exec "$programs/parley" up --data "$data_folder" "${up_options[@]}"
    fi

    trap stop_all EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    trap 'exit 129' HUP
    if running_cluster >/dev/null; then
        say "the cluster in $data_folder is running already: opening another client"
    elif ! start_cluster "${up_options[@]}"; then
        running_cluster >/dev/null || refuse "the cluster did not start; what it said: $run_folder/up.log"
    fi
    open_client || code=$?
    exit "$code"
}
