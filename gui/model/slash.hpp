// What the window says about /commands: why one is refused, what is offered while one is typed, and what it wants. The commands themselves
// are in chat/client/slash_commands.hpp.
#pragma once

#include <string>
#include <vector>

#include "chat/client/slash_commands.hpp"
#include "gui/model/completion.hpp"

namespace parley::gui {

// Where a line is typed that goes to the selected room.
chat::SlashPlace slash_place(const Model& model);
std::string slash_sentence(const chat::SlashRefused& refused);
// Those whose word begins with the letters, then those that have them elsewhere.
std::vector<CompletionChoice> slash_choices(const std::string& letters);
// "/kick NAME: Remove somebody from this room" of the command that the text begins with; empty: it begins with none.
std::string slash_hint(const std::string& text);

}  // namespace parley::gui
