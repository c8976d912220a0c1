# ./dev docs: every relative link in a document leads to a file (and a heading, if it names one), and every file a
# document names in `code` exists.
# shellcheck shell=bash disable=SC2016

docs_problems=0

complain() {
    printf '%s\n' "$*" >&2
    docs_problems=$((docs_problems + 1))
}

documents() { find . \( -name build -o -name .git -o -name .parley \) -prune -o -name '*.md' -print | sed 's|^\./||' | sort; }

# Headings as links name them: lower case, punctuation gone, spaces to hyphens.
headings_of() {
    sed -n 's/^#\{1,6\} *//p' "$1" | tr '[:upper:]' '[:lower:]' | sed -e 's/[^a-z0-9 _-]//g' -e 's/ /-/g'
}

# Text outside of code fences.
prose_of() { awk '/^[[:space:]]*```/ { inside = !inside; next } !inside' "$1"; }

check_link() {
    local document="$1" link="$2" path anchor
    case "$link" in http://* | https://* | mailto:*) return 0 ;; esac
    anchor=""
    [[ "$link" == *"#"* ]] && anchor="${link#*#}"
    path="${link%%#*}"
    if [[ -z "$path" ]]; then
        path="$document"
    else
        path="$(dirname "$document")/$path"
    fi
    if [[ ! -e "$path" ]]; then
        complain "$document: the link to $link leads nowhere"
    elif [[ -n "$anchor" && "$path" == *.md ]] && ! grep -qxF -- "$anchor" <<<"$(headings_of "$path")"; then
        complain "$document: $path has no heading #$anchor"
    fi
}

# A name is meant as a file of this tree when it has a folder and an ending we use, and no placeholder.
check_name() {
    local document="$1" name="$2"
    [[ "$name" =~ ^\.?[A-Za-z0-9_*./-]+/[A-Za-z0-9_*.-]+\.(hpp|cpp|md|txt|sh|cmake|json|toml)$ ]] || return 0
    [[ "$name" =~ (^|/)[A-Z]+/ || "$name" == build/* || "$name" == .parley/* || "$name" == /* || "$name" == *...* ]] && return 0
    compgen -G "$name" >/dev/null || compgen -G "$(dirname "$document")/$name" >/dev/null ||
        complain "$document: there is no file $name"
}

check_document() {
    local document="$1" found
    while read -r found; do
        check_link "$document" "$found"
    done < <(prose_of "$document" | grep -oE '\]\([^) ]+\)' | sed -e 's/^](//' -e 's/)$//')
    while read -r found; do
        check_name "$document" "$found"
    done < <(prose_of "$document" | grep -oE '`[^` ]+`' | tr -d '`')
}

verb_docs() {
    local document count=0
    while read -r document; do
        check_document "$document"
        count=$((count + 1))
    done < <(documents)
    if ((docs_problems > 0)); then
        refuse "$docs_problems problems in $count documents"
    fi
    say "$count documents, every link and file name leads somewhere"
}
