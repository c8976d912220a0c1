// Listeners: links that say nothing once they are known, as most people's do most of the time. What comes to them is told.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/wire/protocol.hpp"
#include "net/ports/link.hpp"
#include "net/ports/loop.hpp"

namespace parley::chat {

struct ListenerEvents {
    net::Function<void(std::uint32_t listener, const RoomMessage&)> message;
    net::Function<void(const std::string&)> trouble;   // a link broke or was not let in; it is not tried again
};

class Listeners {
public:
    struct Place {
        std::string server;
        Token token{};
    };
    // With a room each of them follows it, from its newest message on.
    Listeners(net::Loop& loop, net::Dialer& dialer, std::vector<Place> places, std::optional<RoomId> room, ListenerEvents events);
    ~Listeners();

    void start();                                    // connects, some at a time
    [[nodiscard]] std::size_t ready() const { return ready_; }   // known, and following the room if there is one
    [[nodiscard]] std::size_t size() const { return links_.size(); }

private:
    class Link;
    void connect_next();

    net::Loop& loop_;
    net::Dialer& dialer_;
    std::vector<Place> places_;
    std::optional<RoomId> room_;
    ListenerEvents events_;
    std::size_t begun_ = 0;
    std::size_t ready_ = 0;
    std::vector<std::unique_ptr<Link>> links_;
};

}  // namespace parley::chat
