// Writers: many sessions with one outstanding operation each, over a few links, on one Loop. They speak the wire protocol
// directly, without the client library's durable outbox: what is measured is the cluster, not the generator's disk. A
// post is sent again under its number until it is answered, so each takes effect once whatever happens to the replicas; a
// read is asked again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "chat/wire/protocol.hpp"
#include "net/ports/link.hpp"
#include "net/ports/loop.hpp"

namespace parley::chat {

// What a writer does next: a post of this text, or a look at how far its room goes that sees everything acknowledged before.
struct PostText { std::string text; };
struct ReadRoom {};
using WriterAction = std::variant<PostText, ReadRoom>;

struct Outcome {
    net::Duration latency{};
    std::uint64_t position = 0;   // of the message in its room; of a read: the newest one's
    std::uint64_t slot = 0;       // posts only
};

struct WriterEvents {
    // An action of this writer is answered. `number` counts the writer's actions from 1.
    net::Function<void(std::uint32_t writer, std::uint64_t number, const Outcome&)> done;
    // A link broke, or a replica said "later" or "no".
    net::Function<void(const std::string&)> trouble;
    // It begins when this returns.
    net::Function<WriterAction(std::uint32_t writer, std::uint64_t number)> next;
};

class Writers {
public:
    struct Place {
        std::uint32_t first_writer = 0;
        std::uint32_t writers = 1;
        std::vector<std::string> servers;   // the first is tried first
        Token token{};
    };
    // One link for each place; every writer has one room, by its number, and pauses so long between two actions.
    Writers(net::Loop& loop, net::Dialer& dialer, std::vector<Place> places, std::vector<RoomId> rooms, WriterEvents events,
            net::Duration pause = {});
    ~Writers();

    void start();                          // connects and opens the sessions
    [[nodiscard]] bool ready() const;      // every writer has its session
    void write();                          // from now on
    void go_home();                        // links that moved away go back to the first of their servers
    void finish();                         // nothing new; what is outstanding is still brought to an end
    [[nodiscard]] std::size_t outstanding() const;

private:
    class Link;
    std::vector<RoomId> rooms_;
    WriterEvents events_;
    net::Duration pause_;
    bool writing_ = false;
    std::vector<std::unique_ptr<Link>> links_;
};

}  // namespace parley::chat
