# ./dev parley …: the command line of the release build, built first if it is not.
# shellcheck shell=bash

verb_parley() {
    need_packages build
    build_targets release parley parleyd || exit 1
    exec build/release/bin/parley "$@"
}
