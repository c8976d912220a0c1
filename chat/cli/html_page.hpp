// A room as one page for a browser: no script, nothing from elsewhere, and nothing that was written there is more than text.
#pragma once

#include <string>
#include <string_view>

#include "chat/state/effects.hpp"

namespace parley::chat {

// For a text or an attribute in double quotes.
std::string html_escaped(std::string_view text);
std::string html_beginning(const std::string& room);
std::string html_message(const RoomMessage& message);
std::string html_ending();

}  // namespace parley::chat
