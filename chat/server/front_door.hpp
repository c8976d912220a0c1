// FrontDoor: one port for replicas and clients. It holds each new link until its first frame says who comes, then hands
// the link over; whoever says nothing in time, or something else, is closed and counted.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "net/ports/link.hpp"
#include "net/ports/loop.hpp"

namespace parley::chat {

struct FrontDoorEvents {
    net::Function<void(std::unique_ptr<net::Link>, const net::FrameView& hello)> replica;
    net::Function<void(std::unique_ptr<net::Link>, const net::FrameView& hello)> client;
    net::Function<void(const std::string&)> note;
};

class FrontDoor {
public:
    static constexpr std::size_t pending_max = 1024;                          // links that have not said hello yet
    static constexpr net::Duration hello_within = std::chrono::seconds{5};

    FrontDoor(net::Loop& loop, net::Listener& listener, FrontDoorEvents events);
    ~FrontDoor();

    void start();
    // Links turned away since the start: failed handshakes, no or wrong hello, too many at once.
    [[nodiscard]] std::uint64_t refused() const { return refused_; }

private:
    struct Pending {
        std::unique_ptr<net::Link> link;
        net::TimerId timer;
    };

    void arrived(std::unique_ptr<net::Link> link);
    void said_hello(std::uint64_t id, const net::FrameView& hello);
    void refuse(std::uint64_t id, const std::string& why);
    void count_refusal(const std::string& why);
    std::unique_ptr<net::Link> take(std::uint64_t id);

    net::Loop& loop_;
    net::Listener& listener_;
    FrontDoorEvents events_;
    std::map<std::uint64_t, Pending> pending_;
    std::uint64_t next_id_ = 1;
    std::uint64_t refused_ = 0;
};

}  // namespace parley::chat
