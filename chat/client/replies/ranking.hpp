// Ranking: from what the store found for a message to three replies. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "chat/client/replies/reply_store.hpp"

namespace parley::chat {

inline constexpr std::size_t suggestions_max = 3;

// What a reply is weighed by, beside how like its message is to this one.
struct Occasion {
    RoomId room;
    std::int64_t time_ms = 0;    // now, for recency
};

// Best first, at most suggestions_max, no two of them nearly equal: replies to messages like this one, then (where those are
// not enough) the ones given most, then `fallback` in its order. `fallback_first`: before the ones given most.
std::vector<std::string> best_replies(const FoundReplies& found, const Occasion& occasion, const std::vector<std::string>& fallback,
                                      bool fallback_first);

}  // namespace parley::chat
