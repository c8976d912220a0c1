# ./dev coverage: the unit, scenario and network tests built with counters; a table of what they reached.
# shellcheck shell=bash

verb_coverage() {
    local preset=coverage folder=build/coverage name
    local -a names objects=()
    need_packages build test coverage
    configure "$preset" || exit 1
    build_targets "$preset" || exit 1
    rm -rf "$folder/profiles"
    mkdir -p "$folder/profiles"
    LLVM_PROFILE_FILE="$PARLEY_ROOT/$folder/profiles/%p-%m.profraw" PARLEY_E2E_SCALE=0.05 \
        ctest --test-dir "$folder" --output-on-failure -j "$(parallel_jobs)" </dev/null >"$folder/test.log" 2>&1 ||
        say "some tests failed, see $folder/test.log; the table counts what ran"
    find "$folder/profiles" -name '*.profraw' -size +0 >"$folder/profiles/list"
    llvm-profdata merge -sparse -f "$folder/profiles/list" -o "$folder/all.profdata"
    mapfile -t names < <(find "$folder/bin" -maxdepth 1 -type f -executable | sort)
    for name in "${names[@]:1}"; do objects+=(-object "$name"); done
    llvm-cov report "${names[0]}" "${objects[@]}" -instr-profile "$folder/all.profdata" \
        -ignore-filename-regex '(/usr/|/tests/|/build/)' 2>/dev/null | tee "$folder/coverage.txt"
    say "the table: $folder/coverage.txt"
}
