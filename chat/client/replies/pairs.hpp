// Pairs: what others said and what one answered to it, taken from a stretch of a room. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chat/state/effects.hpp"

namespace parley::chat {

struct ReplyPair {
    RoomId room;
    std::uint64_t prompt_number = 0;
    std::uint64_t reply_number = 0;
    std::int64_t time_ms = 0;            // of the reply
    std::string prompt;                  // as prompt_of() makes it
    std::string reply;                   // as it was written
    friend bool operator==(const ReplyPair&, const ReplyPair&) = default;
};

// An own text answers the newest text of others before it, if it is the first own one behind that and came within a day; one
// that replies to a message answers that one. Only replies that is_quick_reply() takes. `messages`: ascending.
std::vector<ReplyPair> pairs_of(const std::vector<RoomMessage>& messages, UserId me);

// The message that suggestions are for: the newest text of others; none where there is none.
std::optional<RoomMessage> last_of_others(const std::vector<RoomMessage>& messages, UserId me);

}  // namespace parley::chat
