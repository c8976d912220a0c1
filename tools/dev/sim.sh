# ./dev sim: the simulator. Planted bugs exist in test-only builds alone, so --planted takes the dev preset.
# shellcheck shell=bash

verb_sim() {
    local preset=release
    [[ $# -gt 0 ]] || set -- run --seeds 1..200
    [[ " $* " == *" --planted "* ]] && preset=dev
    need_packages build
    build_targets "$preset" parley-sim || exit 1
    exec "build/$preset/bin/parley-sim" "$@"
}
