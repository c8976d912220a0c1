// Writers: many sessions with one outstanding post each, over a few links, on one Loop. They speak the wire protocol
// directly, without the client library's durable outbox: what is measured is the cluster, not the generator's disk. A
// post is sent again under its number until it is answered, so each takes effect once whatever happens to the replicas.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "chat/wire/protocol.hpp"
#include "net/ports/link.hpp"
#include "net/ports/loop.hpp"

namespace parley::chat {

struct WriterEvents {
    // A post of this writer was acknowledged after this time. `number` counts the writer's posts from 1.
    net::Function<void(std::uint32_t writer, std::uint64_t number, net::Duration latency)> acknowledged;
    // A link broke, or a replica said "later" or "no".
    net::Function<void(const std::string&)> trouble;
    // What the writer's next post says.
    net::Function<std::string(std::uint32_t writer, std::uint64_t number)> text;
};

class Writers {
public:
    struct Place {
        std::uint32_t first_writer = 0;
        std::uint32_t writers = 1;
        std::vector<std::string> servers;   // the first is tried first
        Token token{};
    };
    // One link for each place; every writer writes into one room, by its number.
    Writers(net::Loop& loop, net::Dialer& dialer, std::vector<Place> places, std::vector<RoomId> rooms, WriterEvents events);
    ~Writers();

    void start();                          // connects and opens the sessions
    [[nodiscard]] bool ready() const;      // every writer has its session
    void write();                          // from now on
    void go_home();                        // links that moved away go back to the first of their servers
    void finish();                         // no new posts; those outstanding are still brought to an end
    [[nodiscard]] std::size_t outstanding() const;

private:
    class Link;
    std::vector<RoomId> rooms_;
    WriterEvents events_;
    bool writing_ = false;
    std::vector<std::unique_ptr<Link>> links_;
};

}  // namespace parley::chat
