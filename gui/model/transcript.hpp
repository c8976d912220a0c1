// Transcript: a room as plain text, for those who listen to it and for the clipboard.
#pragma once

#include <string>

#include "gui/model/room.hpp"

namespace parley::gui {

// One line a message, "14:03  ann: text", days between them. The newest `limit` messages of what is loaded.
std::string transcript_of(const Room& room, std::size_t limit);

}  // namespace parley::gui
