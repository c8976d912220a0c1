# ./dev fuzz [SECONDS]: every fuzz target for that long. Inputs it finds stay in build/clang/fuzz; one that breaks
# something lies beside them and is named in the output.
# shellcheck shell=bash

verb_fuzz() {
    local seconds="${1:-60}" name command failed=0
    local -a names
    [[ "$seconds" =~ ^[0-9]+$ ]] || usage_error "fuzz: '$seconds' is not a number of seconds"
    need_packages build test fuzz
    configure clang || exit 1
    mapfile -t names < <(ctest --test-dir build/clang -N -L fuzz | sed -n 's/^ *Test *#[0-9]*: *//p')
    [[ ${#names[@]} -gt 0 ]] || refuse "the clang preset has no fuzz targets"
    build_targets clang "${names[@]}" || exit 1
    for name in "${names[@]}"; do
        say "$name: $seconds s"
        command="$(ctest --test-dir build/clang -N -V -R "^$name\$" | sed -n 's/^[0-9]*: Test command: //p')"
        # ctest prints the command quoted for a shell.
        eval "set -- ${command//-max_total_time=[0-9]*\"/-max_total_time=$seconds\"}"
        "$@" >"build/clang/fuzz-$name.log" 2>&1 || {
            failed=$((failed + 1))
            say "$name found something:"
            tail -n 15 "build/clang/fuzz-$name.log" >&2
        }
    done
    say "${#names[@]} targets, $failed with findings"
    ((failed == 0))
}
