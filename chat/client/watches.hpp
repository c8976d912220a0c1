// Watches: the rooms this client follows, and how far each was delivered. After a reconnect each goes on from there;
// what came twice is dropped, and a gap is never handed on: the link is given up instead.
#pragma once

#include <map>
#include <memory>

#include "chat/client/replica_link.hpp"

namespace parley::chat {

class Watches {
public:
    Watches(net::Loop& loop, ReplicaLink& link, net::Function<std::uint64_t()> seen_slot);
    ~Watches();

    void begin(RoomId room, std::uint64_t after_message, std::uint64_t after_change, SubscriptionEvents events);
    void end(RoomId room);
    void end_all(const net::Error& error);

    void online();
    void offline();
    bool answered(const Response& response);
    void take(PushMessages& push);
    void take(PushChanges& push);
    void take(const Unsubscribed& push);

private:
    struct Watch {
        std::uint64_t message = 0;                       // delivered up to here
        std::uint64_t change = 0;
        std::uint64_t request = 0;                       // 0: not asked on this link
        bool confirmed = false;                          // what is pushed before belongs to an earlier subscription
        std::optional<Subscribed> backlog;               // its end, until it was reached
        net::TimerId retry;
        std::shared_ptr<SubscriptionEvents> events;      // shared: a callback may end its own watch
    };
    void ask(RoomId room, Watch& watch);
    void refused(RoomId room, const Failure& failure);
    void finish(RoomId room, const net::Error& error);
    void announce_if_caught_up(RoomId room);

    net::Loop& loop_;
    ReplicaLink& link_;
    net::Function<std::uint64_t()> seen_slot_;
    std::map<RoomId, Watch> watches_;
    std::map<std::uint64_t, RoomId> requests_;
};

}  // namespace parley::chat
