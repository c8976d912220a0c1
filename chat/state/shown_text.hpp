// A message of a person as one piece of text, for whoever shows no more than that: its file in brackets, then what was written.
#pragma once

#include <cstdint>
#include <string>

#include "chat/state/effects.hpp"

namespace parley::chat {

// "tea.png, 1.5 MiB, image/png".
std::string shown_file(const MessageFile& file);
// Empty for a deleted message.
std::string shown_text(const RoomMessage& message);
// "17 bytes", "1.5 MiB"; never more than was there.
std::string shown_size(std::uint64_t bytes);

}  // namespace parley::chat
