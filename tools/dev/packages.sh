# need_packages GROUP...: installs what packaging/packages.txt asks for and is not there. Never removes a package.
# shellcheck shell=bash

# The lines of the groups, without group and comments.
wanted_lines() {
    local group
    for group in "$@"; do
        sed -n -e 's/#.*//' -e "s/^${group}[[:space:]]\{1,\}//p" packaging/packages.txt
    done | sort -u
}

trim() {
    local text="$1"
    text="${text#"${text%%[![:space:]]*}"}"
    printf '%s' "${text%"${text##*[![:space:]]}"}"
}

# Splits "a & b" into its packages, one a line.
packages_of() { tr '&' '\n' <<<"$1" | while read -r package; do [[ -n "$package" ]] && trim "$package" && echo; done; }

declare -A package_installed=()
read_installed() {
    local status package
    package_installed=()
    while read -r status package; do
        [[ "$status" == installed ]] && package_installed["${package%%:*}"]=1
    done < <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null)
}

all_installed() {
    local package
    for package in $(packages_of "$1"); do
        [[ -n "${package_installed[$package]:-}" ]] || return 1
    done
}

all_available() {
    local package
    for package in $(packages_of "$1"); do
        grep -q 'Candidate: [^(]' <<<"$(apt-cache policy "$package" 2>/dev/null)" || return 1
    done
}

# Prints the alternatives of each line that is not satisfied, untouched.
missing_lines() {
    local line alternative satisfied
    local -a alternatives
    while read -r line; do
        satisfied=""
        IFS='|' read -ra alternatives <<<"$line"
        for alternative in "${alternatives[@]}"; do
            if all_installed "$alternative"; then
                satisfied=1
                break
            fi
        done
        [[ -n "$satisfied" ]] || printf '%s\n' "$line"
    done < <(wanted_lines "$@")
}

# Packages to install for the lines on standard input; a line with nothing available goes to stderr and fails.
choose_packages() {
    local line alternative chosen failed=0
    local -a alternatives
    while read -r line; do
        chosen=""
        IFS='|' read -ra alternatives <<<"$line"
        for alternative in "${alternatives[@]}"; do
            if all_available "$alternative"; then
                chosen="$alternative"
                break
            fi
        done
        if [[ -n "$chosen" ]]; then
            packages_of "$chosen"
        else
            printf '%s\n' "$line" >&2
            failed=1
        fi
    done
    return "$failed"
}

apt_lists_are_empty() { ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null; }

# Runs a command as root: directly, through sudo, or not at all (127).
as_root() {
    if [[ "$(id -u)" == 0 ]]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    elif have sudo && { is_interactive || sudo -n true 2>/dev/null; }; then
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    else
        return 127
    fi
}
can_be_root() { [[ "$(id -u)" == 0 ]] || { have sudo && { is_interactive || sudo -n true 2>/dev/null; }; }; }
root_prefix() { if [[ "$(id -u)" != 0 ]] && have sudo; then echo "sudo "; fi; }

update_lists() {
    say "fetching apt's package lists"
    mkdir -p build
    if ! as_root apt-get -o DPkg::Lock::Timeout=300 -o APT::Update::Error-Mode=any update >build/packages.log 2>&1; then
        say "apt-get update failed; the last lines of build/packages.log:"
        tail -n 4 build/packages.log >&2
        return 1
    fi
}

# One line with what would have to be removed, when that is why apt refuses.
explain_refusal() {
    local removed
    removed="$(apt-get -s install --no-install-recommends "$@" 2>/dev/null | sed -n 's/^Remv \([^ ]*\).*/\1/p' | tr '\n' ' ')"
    if [[ -n "$removed" ]]; then
        refuse "these packages conflict with ones that are installed: ${removed% }. Nothing was changed; remove them yourself if you can do without: $(root_prefix)apt-get remove ${removed% }"
    fi
    say "apt cannot install: $*"
    apt-get -s install --no-install-recommends --no-remove "$@" 2>&1 | grep -E '^(E:| )' | head -n 8 >&2
    exit 1
}

# Prints "COUNT MEGABYTES" of what apt would fetch.
download_size() {
    apt-get install -qq --print-uris --no-install-recommends --no-remove "$@" 2>/dev/null |
        awk '/^\x27/ {count += 1; bytes += $3} END {printf "%d %.0f\n", count, bytes / 1000000}'
}

install_packages() {
    local count megabytes
    local -a command=(apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends --no-remove "$@")
    apt-get -s install --no-install-recommends --no-remove "$@" >/dev/null 2>&1 || explain_refusal "$@"
    read -r count megabytes < <(download_size "$@")
    say "$# packages are missing; with what they need: $count to fetch, $megabytes MB. The command:"
    printf '    %s%s\n' "$(root_prefix)" "${command[*]}" >&2
    can_be_root || refuse "no sudo here: run this as root, then ./dev again"
    mkdir -p build
    # Going on while dpkg speaks: one line a package in a file, one moving line for a person.
    if ! as_root "${command[@]}" 2>&1 </dev/null | tee build/packages.log |
        show_apt_progress "$count"; then
        say "installing failed; the last lines of build/packages.log:"
        tail -n 6 build/packages.log >&2
        exit 1
    fi
    say "installed $# packages"
}

# Every package is fetched, unpacked and set up: "[n/m] unpacking NAME" in one moving line, or now and then a line.
show_apt_progress() {
    local total="$1" line step
    local -A done=([fetching]=0 [unpacking]=0 ["setting up"]=0)
    while IFS= read -r line; do
        case "$line" in
            Get:*) step=fetching line="${line#* * * * }" ;;
            Unpacking\ *) step=unpacking line="${line#Unpacking }" ;;
            "Setting up "*) step="setting up" line="${line#Setting up }" ;;
            *) continue ;;
        esac
        done[$step]=$((done[$step] + 1))
        if [[ -t 2 ]]; then
            printf '\r\033[Kdev: %s [%d/%d] %s' "$step" "${done[$step]}" "$total" "${line%% *}" >&2
        elif ((done[$step] % 20 == 0)); then
            printf 'dev: %s [%d/%d]\n' "$step" "${done[$step]}" "$total" >&2
        fi
    done
    if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
}

need_packages() {
    if ! have dpkg-query || ! have apt-get; then
        say "this is not a Debian system: packages are not looked after (the list: packaging/packages.txt)"
        return 0
    fi
    local missing wanted
    read_installed
    missing="$(missing_lines "$@")"
    [[ -z "$missing" ]] && return 0
    if ! wanted="$(choose_packages <<<"$missing" 2>/dev/null)"; then
        if apt_lists_are_empty || can_be_root; then
            if ! can_be_root; then
                refuse "apt's lists are empty and there is no sudo: run 'apt-get update' as root, then ./dev again"
            fi
            update_lists || exit 1
        fi
        if ! wanted="$(choose_packages <<<"$missing" 2>build/missing.txt)"; then
            say "apt knows none of these; Parley needs Debian 12 or newer:"
            sed 's/^/    /' build/missing.txt >&2
            exit 1
        fi
    fi
    # shellcheck disable=SC2086
    install_packages $wanted
}
