# ./dev package: the Debian packages, in build/release/deb, looked over by lintian and systemd-analyze.
# shellcheck shell=bash

readonly package_folder=build/release/deb

# The unit with this build's program in the place of the installed one, which may not be there.
check_unit() {
    local folder=build/release/packages/unit found
    have systemd-analyze || { say "no systemd here: the unit is not checked"; return; }
    mkdir -p "$folder"
    sed "s#^ExecStart=/usr/bin/#ExecStart=$PARLEY_ROOT/build/release/bin/#; /^Documentation=/d" \
        packaging/systemd/parleyd@.service >"$folder/parleyd@check.service"
    found="$(systemd-analyze verify --man=no "$folder/parleyd@check.service" 2>&1 | grep -F parleyd@ || true)"
    [[ -z "$found" ]] || refuse "systemd-analyze: $found"
}

verb_package() {
    [[ $# -eq 0 ]] || usage_error "package takes no arguments"
    need_packages build package
    build_targets release parley parleyd parley-bench parley-sim parley-gui parley_package_files || exit 1
    rm -rf "$package_folder"
    say "packing"
    if ! (cd build/release && cpack -G DEB) >build/release/package.log 2>&1; then
        tail -n 8 build/release/package.log >&2
        refuse "packing failed; everything it said: build/release/package.log"
    fi
    check_unit
    say "lintian"
    lintian --fail-on error "$package_folder"/*.deb >&2 || refuse "lintian found errors; they are above"
    say "$(find "$package_folder" -maxdepth 1 -name '*.deb' | wc -l) packages in $package_folder"
}
