// Measure: how often what a person really answered was among the three suggestions, for replies later than everything that
// was learned from. Beside it the same for that person's three commonest replies, which is what any scheme has to beat.
#pragma once

#include <cstdint>
#include <vector>

#include "chat/client/replies/reply_store.hpp"

namespace parley::chat {

struct Measured {
    std::uint64_t people = 0;
    std::uint64_t learned = 0;         // pairs
    std::uint64_t held_out = 0;        // pairs asked about
    std::uint64_t hits = 0;            // the reply (as reply_key() has it) was among the three
    std::uint64_t hits_of_commonest = 0;
    std::uint64_t said_before = 0;     // the person had given that reply before: no look into the past finds more

    [[nodiscard]] double hit_rate() const { return share(hits); }
    [[nodiscard]] double commonest_rate() const { return share(hits_of_commonest); }
    [[nodiscard]] double possible_rate() const { return share(said_before); }
    [[nodiscard]] double ratio() const { return hits_of_commonest == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(hits_of_commonest); }

private:
    [[nodiscard]] double share(std::uint64_t count) const { return held_out == 0 ? 0 : static_cast<double>(count) / static_cast<double>(held_out); }
};

// At least so many times as good as the three commonest replies.
inline constexpr double ratio_required = 2;

// Each person's pairs, oldest first: the last fifth is held out. `store` is emptied for every person.
net::Result<Measured> measure(ReplyStore& store, const std::vector<std::vector<ReplyPair>>& people);

}  // namespace parley::chat
