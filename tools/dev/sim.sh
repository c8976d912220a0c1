# ./dev sim: the simulator. Planted bugs exist in test-only builds alone, so whatever names one takes the planted preset.
# shellcheck shell=bash

verb_sim() {
    local preset=release
    [[ $# -gt 0 ]] || set -- run --seeds 1..200
    [[ "$1" == planted || " $* " == *" --planted "* ]] && preset=planted
    # A soak: what fails is kept, and can be shrunk later.
    if [[ "$1" == --for ]]; then
        set -- run --keep build/soak --jobs "$(nproc)" "$@"
    fi
    need_packages build
    build_targets "$preset" parley-sim || exit 1
    exec "build/$preset/bin/parley-sim" "$@"
}
