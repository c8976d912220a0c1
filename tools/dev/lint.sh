# ./dev lint: clang-format, clang-tidy and shellcheck. Files: those named, else those that differ from the last commit,
# else (or with --all) every one.
# shellcheck shell=bash

lint_problems=0

changed_files() { { git diff --name-only HEAD && git ls-files --others --exclude-standard; } 2>/dev/null | sort -u; }
all_files() { git ls-files 2>/dev/null || find . -path ./build -prune -o -type f -print | sed 's|^\./||'; }
is_code() { [[ "$1" == *.cpp || "$1" == *.hpp ]]; }
is_script() { [[ "$1" == dev || "$1" == .ci/run || "$1" == *.sh ]]; }

check_format() {
    [[ $# -gt 0 ]] || return 0
    say "clang-format: $# files"
    clang-format --dry-run -Werror "$@" >build/format.log 2>&1 && return 0
    grep -E 'error:' build/format.log | cut -d: -f1 | sort | uniq -c | sed 's/^/    /' >&2
    say "these are laid out differently; clang-format -i FILE mends one"
    lint_problems=$((lint_problems + 1))
}

check_tidy() {
    [[ $# -gt 0 ]] || return 0
    configure dev || exit 1
    say "clang-tidy: $# files"
    if ! printf '%s\n' "$@" | xargs -P "$(parallel_jobs)" -n 1 clang-tidy -p build/dev --quiet >build/tidy.log 2>/dev/null; then
        grep -E '(warning|error):' build/tidy.log | sort -u | head -n 40 >&2
        say "clang-tidy has something to say; all of it: build/tidy.log"
        lint_problems=$((lint_problems + 1))
    fi
}

check_scripts() {
    [[ $# -gt 0 ]] || return 0
    say "shellcheck: $# files"
    shellcheck -x "$@" || lint_problems=$((lint_problems + 1))
}

verb_lint() {
    local file
    local -a files code=() sources=() scripts=()
    need_packages build test lint
    if [[ "${1:-}" == --all ]]; then
        mapfile -t files < <(all_files)
    elif [[ $# -gt 0 ]]; then
        files=("$@")
    else
        mapfile -t files < <(changed_files)
        [[ ${#files[@]} -gt 0 ]] || mapfile -t files < <(all_files)
    fi
    mkdir -p build
    for file in "${files[@]}"; do
        [[ -f "$file" ]] || continue
        if is_code "$file"; then code+=("$file"); fi
        if [[ "$file" == *.cpp ]]; then sources+=("$file"); fi
        if is_script "$file"; then scripts+=("$file"); fi
    done
    check_format "${code[@]}"
    check_scripts "${scripts[@]}"
    check_tidy "${sources[@]}"
    ((lint_problems == 0)) || refuse "lint found something"
    say "lint: clean"
}
