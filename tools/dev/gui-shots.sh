# ./dev gui-shots [FOLDER [LANGUAGE]]: pictures of the window's main views, light and dark, from a cluster and people of their own
# on a display without a screen.
# shellcheck shell=bash

verb_gui_shots() {
    local folder="${1:-build/shots}"
    # A word like --help would become a folder of that name.
    [[ $# -le 2 && "$folder" != -* ]] || usage_error "gui-shots: it takes one folder and a language, e.g. ./dev gui-shots build/shots de"
    need_packages build test
    build_targets release gui_shots parley parleyd || exit 1
    build/release/bin/gui_shots "$folder" ${2:+"$2"} || refuse "no pictures were taken"
    say "pictures are in $folder"
}
