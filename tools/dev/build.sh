# build_targets PRESET TARGET...: configures when something that decides the configuration changed, builds with one
# counting line, keeps the whole output in build/PRESET/build.log.
# shellcheck shell=bash

# What CMake must be run again for and Ninja cannot see: new folders, other presets, newly installed packages.
configuration_stamp() {
    {
        find . \( -name build -o -name .git -o -name .parley \) -prune -o -name CMakeLists.txt -print | sort
        cat CMakePresets.json
        printf '%s\n' "$@"
        [[ -f /usr/include/gtest/gtest.h && -f /usr/include/benchmark/benchmark.h ]] && echo tests
    } | cksum
}

# Warnings are errors in CI, with the compilers the project is kept clean on; a newer one may warn of new things.
warnings_are_errors() {
    [[ -n "${CI:-}" ]] || return 1
    [[ "$(g++ -dumpversion 2>/dev/null)" == 12* ]]
}

configure() {
    local preset="$1" folder="build/$1" stamp
    local -a extra=()
    # Not under sanitizers: their code between ours makes g++ guess wrong (std::regex, Asio's fences).
    if [[ "$preset" == release || "$preset" == dev ]] && warnings_are_errors; then
        extra+=(-DPARLEY_WERROR=ON)
    fi
    stamp="$(configuration_stamp "$preset" "${extra[@]}")"
    if [[ -f "$folder/build.ninja" && -f "$folder/configured" && "$(<"$folder/configured")" == "$stamp" ]]; then
        return 0
    fi
    mkdir -p "$folder"
    say "configuring $preset"
    if ! cmake --preset "$preset" "${extra[@]}" >"$folder/configure.log" 2>&1; then
        grep -m1 -A4 'CMake Error' "$folder/configure.log" >&2 || tail -n 5 "$folder/configure.log" >&2
        say "configuring $preset failed; everything it said: $folder/configure.log"
        return 1
    fi
    printf '%s\n' "$stamp" >"$folder/configured"
}

# Passes Ninja's "[n/m] …" lines on as one moving line, or as a line every few seconds where nobody watches.
show_build_progress() {
    local label="$1" line last=0 width="${COLUMNS:-80}"
    while IFS= read -r line; do
        [[ "$line" == "["*/*"] "* ]] || continue
        if [[ -t 2 ]]; then
            line="dev: $label $line"
            printf '\r\033[K%s' "${line:0:width-1}" >&2
        elif ((SECONDS - last >= 15)); then
            last=$SECONDS
            printf 'dev: %s %s\n' "$label" "${line%% *}" >&2
        fi
    done
    if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
}

show_first_error() {
    local log="$1"
    say "the first error:"
    grep -m1 -A6 -E '(error:|undefined reference|multiple definition|FAILED:|ninja: error)' "$log" | cut -c1-300 >&2 || tail -n 5 "$log" >&2
    say "the whole log: $log"
}

# build_targets PRESET [TARGET...]; no target: everything. KEEP_GOING=1: builds what can be built after an error.
build_targets() {
    local preset="$1" log="build/$1/build.log"
    shift
    configure "$preset" || return 1
    local -a command=(ninja -C "build/$preset" -j "$(parallel_jobs)")
    [[ -n "${KEEP_GOING:-}" ]] && command+=(-k 0)
    if ! "${command[@]}" "$@" </dev/null 2>&1 | tee "$log" | show_build_progress "$preset"; then
        show_first_error "$log"
        return 1
    fi
}

known_preset() {
    case "$1" in release | dev | planted | asan | tsan | clang | coverage) ;; *) usage_error "there is no preset '$1'; see ./dev help" ;; esac
}

packages_of_preset() {
    case "$1" in clang) echo fuzz ;; coverage) echo coverage ;; esac
}

verb_build() {
    local preset=release
    if [[ "${1:-}" == --preset ]]; then
        preset="${2:-}"
        known_preset "$preset"
        shift 2
    fi
    # shellcheck disable=SC2046
    need_packages build test $(packages_of_preset "$preset")
    build_targets "$preset" "$@" || exit 1
    say "built $preset in build/$preset"
}
