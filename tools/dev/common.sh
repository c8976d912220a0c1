# What all verbs share: how they speak, and the environment of the compiler. Sourced by ./dev, which has gone to the
# root of the repository.
# shellcheck shell=bash

say() { printf '%s\n' "dev: $*" >&2; }
refuse() {
    say "$*"
    exit 1
}
usage_error() {
    say "$*"
    exit 2
}

have() { command -v "$1" >/dev/null 2>&1; }

# A person who can answer: both ends are terminals and nobody said this is a machine.
is_interactive() { [[ -t 0 && -t 1 && -z "${CI:-}" ]]; }

# Cores, but never more jobs than memory allows: a sanitized translation unit takes up to 1.5 GB.
parallel_jobs() {
    local cores memory_mb by_memory
    cores="$(nproc 2>/dev/null || echo 2)"
    memory_mb="$(awk '/^MemTotal:/ {print int($2 / 1024)}' /proc/meminfo 2>/dev/null || echo 4096)"
    by_memory=$((memory_mb / 1500))
    ((by_memory < 1)) && by_memory=1
    echo $((cores < by_memory ? cores : by_memory))
}

# Without a home that can be written, the compiler cache lies in the build folder.
prepare_environment() {
    if [[ -z "${CCACHE_DIR:-}" && (-z "${HOME:-}" || ! -w "${HOME:-/nonexistent}") ]]; then
        export CCACHE_DIR="$PARLEY_ROOT/build/.ccache"
    fi
    export CCACHE_MAXSIZE="${CCACHE_MAXSIZE:-5G}"
    export LC_ALL=C.UTF-8
}
prepare_environment
