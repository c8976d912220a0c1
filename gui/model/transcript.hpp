// Transcript: a room as plain text, for those who listen to it and for the clipboard.
#pragma once

#include <string>

#include "gui/model/room.hpp"

namespace parley::gui {

// What a message says to whoever reads this room: its text, or that it was deleted, or that it is of a blocked person.
std::string said_in(const Room& room, const chat::RoomMessage& message);
std::string folded_sentence();   // "Message of a blocked person."
// One line a message, "14:03  ann: text", days between them. The newest `limit` messages of what is loaded.
std::string transcript_of(const Room& room, std::size_t limit);

}  // namespace parley::gui
