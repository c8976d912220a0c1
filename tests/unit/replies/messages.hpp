// Rooms as a client is told of them, for tests of quick replies.
#pragma once

#include <string>
#include <vector>

#include "chat/client/replies/pairs.hpp"

namespace parley::chat::testing {

constexpr UserId me{7};
constexpr UserId ada{8};
constexpr UserId bob{9};
constexpr RoomId general{1};

constexpr std::int64_t minute_ms = 60'000;

inline RoomMessage said(std::uint64_t number, UserId author, const std::string& text) {
    RoomMessage message;
    message.room = general;
    message.number = number;
    message.time_ms = 1'700'000'000'000 + static_cast<std::int64_t>(number) * minute_ms;
    message.author = author;
    message.author_name = author == me ? "me" : "somebody";
    message.text = text;
    return message;
}

// "text" of ada, then what `me` answers, and so on.
inline std::vector<RoomMessage> exchanges(const std::vector<std::pair<std::string, std::string>>& all, std::uint64_t first = 1) {
    std::vector<RoomMessage> messages;
    for (const auto& [asked, answered] : all) {
        messages.push_back(said(first++, ada, asked));
        messages.push_back(said(first++, me, answered));
    }
    return messages;
}

}  // namespace parley::chat::testing
