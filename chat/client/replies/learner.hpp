// Learner: brings a ReplyStore up to what is in the user's rooms, page by page over a Client, newest rooms first. It reads a
// bounded number of messages and goes on from there the next time. For a program that does not keep the rooms itself.
#pragma once

#include <cstdint>

#include "chat/client/client.hpp"
#include "chat/client/replies/reply_store.hpp"

namespace parley::chat {

struct LearnLimits {
    std::uint64_t first_messages = 2'000;      // of a room that was never learned: its newest ones
    std::uint64_t messages_max = 4'000;        // in one call, over all rooms
    std::uint32_t page = 200;
};

struct Learned {
    std::uint64_t messages = 0;                // that were read
    bool all = true;                           // nothing is left for another time
};

// `client` and `store` outlive the call or its client. An error of the client's, or of the store.
void learn_rooms(Client& client, ReplyStore& store, UserId me, const LearnLimits& limits, Deadline within, Reply<Learned> reply);

}  // namespace parley::chat
