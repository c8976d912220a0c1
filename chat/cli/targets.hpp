// What a command names: a room, a person or a message, as people type them.
#pragma once

#include <cstdint>
#include <string>

#include "chat/state/commands.hpp"
#include "net/ports/result.hpp"

namespace parley::chat {

// "@ada" is the direct conversation with ada, "general" and "#general" the room.
net::Result<Target> parse_target(const std::string& text);
// The same way back: "@ada", "general".
std::string to_text(const Target& target);

// "general/57" or "@ada/3".
struct MessageName {
    Target target;
    std::uint64_t number = 0;
};
net::Result<MessageName> parse_message_name(const std::string& text);
std::string message_name(const std::string& room, std::uint64_t number);

}  // namespace parley::chat
