// Completion: what @, #, : and, at the beginning of a text, / followed by letters may become while one types.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "gui/model/model.hpp"

namespace parley::gui {

// The word before the caret, from its mark on. Offsets are bytes of the UTF-8 text.
struct CompletionQuery {
    char mark = '@';
    std::size_t from = 0;
    std::string letters;              // without the mark
};
struct CompletionChoice {
    std::string shown;                // "@grace", "#general", "😀 :grinning:"
    std::string inserted;             // with the space behind it
    std::string does{};               // of a command, in a line below
};

// None: what is before the caret is no such word.
std::optional<CompletionQuery> completion_at(const std::string& text, std::size_t caret);
// The best first: at most eight, and all commands.
std::vector<CompletionChoice> completions(const CompletionQuery& query, const Model& model);

}  // namespace parley::gui
