# ./dev fuzz [SECONDS | --long] [TARGET...]: every fuzz target, or those named, for that long; --long is half an hour. As many
# run side by side as there are processors. Inputs that cover something new stay in build/clang/fuzz/TARGET, for the next run; one that breaks
# something lies beside and is named in the output.
# shellcheck shell=bash

fuzz_names() { ctest --test-dir build/clang -N -L fuzz | sed -n 's/^ *Test *#[0-9]*: *//p'; }

# The corpus without what covers nothing that the seeds and the rest of it do not.
minimise_corpus() {
    local name="$1" seeds="tests/fuzz/seeds/$1" found="build/clang/fuzz/$1"
    rm -rf "$found.merged"
    mkdir -p "$found.merged"
    if "build/clang/bin/$name" -merge=1 "$found.merged" "$seeds" "$found" >"build/clang/fuzz-$name-merge.log" 2>&1; then
        rm -rf "$found"
        mv "$found.merged" "$found"
    else
        rm -rf "$found.merged"
        say "$name: its corpus stays as it is, merging failed (build/clang/fuzz-$name-merge.log)"
    fi
}

run_fuzz_target() {
    local name="$1" seconds="$2" found="build/clang/fuzz/$1" log="build/clang/fuzz-$1.log" status=0
    mkdir -p "$found"
    "build/clang/bin/$name" "-max_total_time=$seconds" "-artifact_prefix=$found-" -print_final_stats=1 "$found" "tests/fuzz/seeds/$name" >"$log" 2>&1 || status=$?
    if ((status == 72)); then # interrupted by Ctrl-C
        return 72
    elif ((status != 0)); then
        say "$name found something:"
        tail -n 15 "$log" >&2
        return 1
    fi
    minimise_corpus "$name"
    say "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions in $seconds s, $(find "$found" -type f | wc -l) inputs kept"
}

# Leaves how many of them found something in failed_targets.
run_fuzz_targets() {
    local seconds="$1" name process waits=0
    local -a processes=()
    shift
    failed_targets=0
    for name in "$@"; do
        if ((${#processes[@]} - waits >= $(parallel_jobs))); then
            wait "${processes[waits]}" || failed_targets=$((failed_targets + 1))
            waits=$((waits + 1))
        fi
        run_fuzz_target "$name" "$seconds" &
        processes+=("$!")
    done
    for process in "${processes[@]:waits}"; do
        wait "$process" || failed_targets=$((failed_targets + 1))
    done
}

verb_fuzz() {
    local seconds=60 name failed_targets
    local -a names known
    case "${1:-}" in
        --long) seconds=1800 && shift ;;
        [0-9]*) seconds="$1" && shift ;;
    esac
    [[ "$seconds" =~ ^[0-9]+$ ]] || usage_error "fuzz: '$seconds' is not a number of seconds"
    need_packages build test fuzz
    configure clang || exit 1
    mapfile -t known < <(fuzz_names)
    [[ ${#known[@]} -gt 0 ]] || refuse "the clang preset has no fuzz targets"
    names=("$@")
    [[ $# -gt 0 ]] || names=("${known[@]}")
    for name in "${names[@]}"; do
        [[ " ${known[*]} " == *" $name "* ]] || usage_error "fuzz: there is no target '$name'; there are ${known[*]}"
    done
    build_targets clang "${names[@]}" || exit 1
    run_fuzz_targets "$seconds" "${names[@]}"
    say "${#names[@]} targets, $failed_targets with findings"
    ((failed_targets == 0))
}
