#!/bin/sh
# po/extract.sh FILE: every text of the window that can be translated, as a template for gettext. Called from the root of the sources.
# The sentences of refusals are the state machine's; the window translates them as they come (docs/decisions/0021-words-of-the-window.md).
set -e
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
find gui -name '*.cpp' -o -name '*.hpp' | LC_ALL=C sort > "$work/files"
xgettext --language=C++ --from-code=UTF-8 --add-comments=TRANSLATORS --add-location=file --package-name=parley \
    --keyword= --keyword=_ --keyword=N_ --keyword=tr --keyword=tr_in:1c,2 --keyword=tr_count:1,2 \
    --files-from="$work/files" --output="$work/window.pot"
xgettext --language=C++ --from-code=UTF-8 --add-location=file --extract-all --output="$work/refusals.pot" chat/state/refusals.cpp
# What is a sentence there; the other texts are words of files and commands, which stay as they are.
msggrep --msgid --extended-regexp --regexp=' .*\.$' "$work/refusals.pot" > "$work/sentences.pot"
# The /commands, which the terminal client says in English.
xgettext --language=C++ --from-code=UTF-8 --add-location=file --keyword= --keyword=shown --output="$work/commands.pot" chat/client/slash_commands.cpp
msgcat --use-first "$work/window.pot" "$work/sentences.pot" "$work/commands.pot" |
    sed -e '/^"POT-Creation-Date:/d' -e 's/^"Content-Type: text\/plain; charset=CHARSET/"Content-Type: text\/plain; charset=UTF-8/' > "$1"
