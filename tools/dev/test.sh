# ./dev test: builds and runs tests, preset by preset. The last line is "N passed, N failed", summed over all of them.
# shellcheck shell=bash

tests_passed=0
tests_failed=0
failures=()

# Where threads meet: what ThreadSanitizer looks at when time is short.
readonly threaded_tests='^(net_|gateway|client|peers|gui_engine)'

# Sanitizers speak up and stop at the first mistake; end-to-end runs shrink to what a slow build does in a minute.
test_environment() {
    export ASAN_OPTIONS="detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1"
    export UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1"
    export TSAN_OPTIONS="halt_on_error=1:second_deadlock_stack=1"
    case "$1" in
        release | dev) export PARLEY_E2E_SCALE="${PARLEY_E2E_SCALE:-1}" ;;
        *) export PARLEY_E2E_SCALE="${PARLEY_E2E_SCALE_SANITIZED:-0.05}" ;;
    esac
}

# ThreadSanitizer of g++ 12 does not stand a very random address space.
runner_of() {
    if [[ "$1" == tsan ]] && setarch -R true 2>/dev/null; then echo "setarch -R"; fi
}

# The names ctest would run; a test program and its target bear the same name.
listed_tests() {
    local preset="$1"
    shift
    ctest --test-dir "build/$preset" -N "$@" 2>/dev/null | sed -n 's/^ *Test *#[0-9]*: *\([^ ]*\).*/\1/p'
}

# Of the names on standard input, those that Ninja can build.
only_targets() {
    local known
    known="$(ninja -C "build/$1" -t targets all 2>/dev/null | sed -n 's/^\([A-Za-z0-9_.-]*\): phony$/\1/p' | sort -u)"
    sort -u | comm -12 - <(printf '%s\n' "$known")
}

build_for_tests() {
    local preset="$1"
    shift
    if [[ $# -eq 0 ]]; then
        KEEP_GOING=1 build_targets "$preset"
        return
    fi
    configure "$preset" || return 1
    local -a targets
    mapfile -t targets < <(listed_tests "$preset" "$@" | only_targets "$preset")
    [[ ${#targets[@]} -gt 0 ]] || return 0
    KEEP_GOING=1 build_targets "$preset" "${targets[@]}"
}

show_test_progress() {
    local label="$1" line last=$SECONDS
    while IFS= read -r line; do
        if [[ "$line" =~ ^\ *([0-9]+)/([0-9]+)\ Test\ +\#[0-9]+:\ ([^ ]+) ]]; then
            if [[ -t 2 ]]; then
                printf '\r\033[Kdev: %s tests [%s/%s] %s' "$label" "${BASH_REMATCH[@]:1:3}" >&2
            elif ((SECONDS - last >= 15)); then
                last=$SECONDS
                printf 'dev: %s tests [%s/%s]\n' "$label" "${BASH_REMATCH[@]:1:2}" >&2
            fi
        fi
    done
    if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
}

# Adds one ctest run to the sums, from its log.
count_results() {
    local preset="$1" log="$2" name number passed=0 failed=0
    passed="$(grep -cE '^ *[0-9]+/[0-9]+ Test +#[0-9]+: .* Passed ' "$log" || true)"
    while read -r name; do
        failed=$((failed + 1))
        failures+=("$preset: $name")
    done < <(sed -n '/^The following tests FAILED:/,$s/^[[:space:]]*[0-9]\{1,\} - \([^ ]*\) (.*/\1/p' "$log")
    number="$(sed -n 's/.*tests failed out of \([0-9]*\).*/\1/p' "$log" | tail -n 1)"
    if [[ -z "$number" || $((passed + failed)) -ne "$number" ]]; then
        failed=$((failed + 1))
        failures+=("$preset: ctest did not finish, see $log")
    fi
    tests_passed=$((tests_passed + passed))
    tests_failed=$((tests_failed + failed))
}

# test_preset PRESET [ctest's selection: -R X | -L X | -LE X]
test_preset() {
    local preset="$1" log="build/$1/test.log" started=$SECONDS
    local -a runner command
    shift
    if ! build_for_tests "$preset" "$@"; then
        tests_failed=$((tests_failed + 1))
        failures+=("$preset: the build, see build/$preset/build.log")
        [[ -f "build/$preset/CTestTestfile.cmake" ]] || return 0
    fi
    say "$preset: built in $((SECONDS - started)) s"
    started=$SECONDS
    read -ra runner <<<"$(runner_of "$preset")"
    command=("${runner[@]}" ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j "$(parallel_jobs)" "$@")
    (
        test_environment "$preset"
        ulimit -c 0
        "${command[@]}" </dev/null 2>&1
    ) | tee "$log" | show_test_progress "$preset" || true
    count_results "$preset" "$log"
    say "$preset: tested in $((SECONDS - started)) s"
}

# The end of what failing tests wrote, enough to see why.
show_failures() {
    local failure
    for failure in "${failures[@]}"; do
        say "failed: $failure"
    done
    for failure in "${failures[@]}"; do
        show_output_of "build/${failure%%:*}/test.log" "${failure#*: }"
    done
}

show_output_of() {
    local log="$1" name="$2"
    [[ -f "$log" ]] || return 0
    printf -- '---- %s (%s)\n' "$name" "$log" >&2
    awk -v name="$name" '
        /^ *[0-9]+\/[0-9]+ Test +#[0-9]+: / { inside = index($0, ": " name " ") > 0 }
        inside { print }' "$log" | tail -n 40 >&2
}

verb_test() {
    local all="" preset
    local -a presets=() selection=()
    while [[ $# -gt 0 ]]; do
        case "$1" in
            --all) all=1 ;;
            --preset)
                preset="${2:-}"
                known_preset "$preset"
                presets+=("$preset")
                shift
                ;;
            -R | -L)
                [[ -n "${2:-}" ]] || usage_error "$1 needs a name"
                selection=("$1" "$2")
                shift
                ;;
            *) usage_error "test: '$1' is not known; see ./dev help" ;;
        esac
        shift
    done
    need_packages build test fuzz
    if [[ -n "$all" ]]; then
        presets=(release dev asan tsan clang)
    fi
    if [[ ${#presets[@]} -gt 0 || ${#selection[@]} -gt 0 ]]; then
        [[ ${#presets[@]} -gt 0 ]] || presets=(release)
        for preset in "${presets[@]}"; do test_preset "$preset" "${selection[@]}"; done
    else
        test_preset release
        test_preset asan -LE e2e
        test_preset tsan -R "$threaded_tests"
        test_preset clang -L fuzz
    fi
    show_failures
    printf '%d passed, %d failed\n' "$tests_passed" "$tests_failed"
    ((tests_failed == 0 && tests_passed > 0))
}
