#include "chat/server/front_door.hpp"

#include <utility>

#include <fmt/core.h>

#include "chat/wire/protocol.hpp"
#include "consensus/driver/peers.hpp"

namespace parley::chat {

FrontDoor::FrontDoor(net::Loop& loop, net::Listener& listener, FrontDoorEvents events)
    : loop_(loop), listener_(listener), events_(std::move(events)) {}

FrontDoor::~FrontDoor() {
    listener_.stop();
    for (auto& [id, pending] : pending_) loop_.cancel(pending.timer);
}

void FrontDoor::start() {
    listener_.start([this](std::unique_ptr<net::Link> link) { arrived(std::move(link)); },
                    [this](const net::Error& error) { count_refusal(error.message); });
}

void FrontDoor::arrived(std::unique_ptr<net::Link> link) {
    if (pending_.size() >= pending_max) return count_refusal("too many connections that have not said hello");
    const std::uint64_t id = next_id_++;
    net::Link& started = *link;
    const net::TimerId timer = loop_.after(hello_within, [this, id] { refuse(id, "no hello in time"); });
    pending_.emplace(id, Pending{std::move(link), timer});
    net::LinkEvents events;
    events.on_frame = [this, id](const net::FrameView& frame) { said_hello(id, frame); };
    events.on_closed = [this, id](const net::Error& error) { refuse(id, error.message); };
    started.start(std::move(events));
}

void FrontDoor::said_hello(std::uint64_t id, const net::FrameView& hello) {
    if (hello.header.type == static_cast<std::uint16_t>(consensus::FrameType::replica_hello)) {
        events_.replica(take(id), hello);
    } else if (hello.header.type == static_cast<std::uint16_t>(FrameType::client_hello)) {
        events_.client(take(id), hello);
    } else {
        refuse(id, fmt::format("a first frame of type {}, which is no hello", hello.header.type));
    }
}

void FrontDoor::refuse(std::uint64_t id, const std::string& why) {
    const std::unique_ptr<net::Link> link = take(id);
    if (link == nullptr) return;
    count_refusal(fmt::format("{}: {}", link->peer().address, why));
}

void FrontDoor::count_refusal(const std::string& why) {
    ++refused_;
    events_.note(fmt::format("refused a connection: {}", why));
}

std::unique_ptr<net::Link> FrontDoor::take(std::uint64_t id) {
    const auto found = pending_.find(id);
    if (found == pending_.end()) return nullptr;
    loop_.cancel(found->second.timer);
    std::unique_ptr<net::Link> link = std::move(found->second.link);
    pending_.erase(found);
    return link;
}

}  // namespace parley::chat
