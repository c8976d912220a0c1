// The links of the gateway: frames in, frames out, and when one is closed.
#include "chat/gateway/impl.hpp"

namespace parley::chat {
namespace {

constexpr net::Duration tick_interval = std::chrono::milliseconds{50};

}  // namespace

void Gateway::Impl::accept(std::unique_ptr<net::Link> link, const net::FrameView& hello) {
    const bool other_cluster = hello.header.cluster != 0 && hello.header.cluster != identity_.cluster;
    const net::Result<ClientHello> decoded = client_hello(hello);
    const bool refused = other_cluster || !decoded || decoded->protocol != client_protocol;
    if (refused || links_.size() >= options_.clients_max) {
        ++refused_links_;
        closed_.push_back(std::move(link));   // it may be inside its own event
        return sweep();
    }
    const LinkId id{++last_link_};
    net::Link& opened = *link;
    links_[id].network = network_of(link->peer().address);
    links_[id].link = std::move(link);
    net::LinkEvents events;
    events.on_frame = [weak = weak_from_this(), id](const net::FrameView& frame) {
        if (const auto self = weak.lock()) self->on_frame(id, frame);
    };
    events.on_closed = [weak = weak_from_this(), id](const net::Error&) {
        if (const auto self = weak.lock()) self->close(id);
    };
    events.on_drained = [weak = weak_from_this(), id] {
        if (const auto self = weak.lock()) self->subscriptions_.drained(id);
    };
    opened.start(std::move(events));
    send(id, frame_of(ServerMessage{standing_.welcome()}, sender_));
}

ClientLink* Gateway::Impl::find(LinkId id) {
    const auto found = links_.find(id);
    return found == links_.end() ? nullptr : &found->second;
}

void Gateway::Impl::on_frame(LinkId id, const net::FrameView& frame) {
    ClientLink* client = find(id);
    if (client == nullptr || client->closing) return;
    const bool other_cluster = frame.header.cluster != 0 && frame.header.cluster != identity_.cluster;
    net::Result<ClientRequest> request = client_request(frame);
    if (!request || other_cluster) return refuse(id);
    const Asker asker{id, request->id, frame.payload.size()};
    ++client->in_flight;
    client->bytes_in_flight += asker.bytes;
    bytes_in_flight_ += asker.bytes;
    // What waits for a slot or a leader is kept, thousands of them.
    if (frame.payload.size() > options_.request_bytes_max && !std::holds_alternative<SendChunk>(request->question)) {
        return fail(asker, Failure::Kind::malformed, "this is longer than a request may be");
    }
    if (!may_ask(asker)) return;
    handle(asker, std::move(*request));
}

void Gateway::Impl::send(LinkId id, net::SharedBytes frame) {
    ClientLink* client = find(id);
    if (client == nullptr || client->closing) return;
    client->link->send(std::move(frame));
    if (client->link->queued_bytes() > options_.queued_bytes_max) refuse(id);
}

void Gateway::Impl::respond(const Asker& asker, Payload payload) {
    ClientLink* client = find(asker.link);
    if (client == nullptr) return;
    --client->in_flight;
    client->bytes_in_flight -= asker.bytes;
    bytes_in_flight_ -= asker.bytes;
    send(asker.link, frame_of(Response{asker.request, applied_, std::move(payload)}, sender_));
}

void Gateway::Impl::fail(const Asker& asker, Failure::Kind kind, std::string message, std::uint32_t retry_after_ms) {
    respond(asker, Failure{kind, std::move(message), retry_after_ms});
}

// Bytes that make no sense, or a reader that does not read: this link ends, nobody else is harmed.
void Gateway::Impl::refuse(LinkId id) {
    const ClientLink* client = find(id);
    if (client == nullptr || client->closing) return;
    ++refused_links_;
    close_soon(id);
}

// At the end of the turn: callers may hold references to the link's state.
void Gateway::Impl::close_soon(LinkId id) {
    ClientLink* client = find(id);
    if (client == nullptr || std::exchange(client->closing, true)) return;
    closing_.push_back(id);
    if (std::exchange(sweeping_, true)) return;
    ports_.loop.post([weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->sweeping_ = false;
            for (const LinkId closing : std::exchange(self->closing_, {})) self->close(closing);
        }
    });
}

void Gateway::Impl::close(LinkId id) {
    const auto found = links_.find(id);
    if (found == links_.end()) return;
    ClientLink client = std::move(found->second);
    links_.erase(found);
    bytes_in_flight_ -= client.bytes_in_flight;
    subscriptions_.end_all(id);
    proposals_.forget(id);
    std::erase_if(deferred_, [id](const auto& each) { return each.second.asker.link == id; });
    std::erase_if(slotless_, [id](const auto& each) { return each.second.asker.link == id; });
    if (client.login) {
        const auto links = links_of_user_.find(client.login->user);
        links->second.erase(id);
        if (links->second.empty()) links_of_user_.erase(links);
        presence_changes_later(client.login->user);
    }
    forget_watches(id, client);
    client.link->close();
    closed_.push_back(std::move(client.link));
    sweep();
}

void Gateway::Impl::sweep() {
    if (closed_.empty()) return;
    auto closed = std::make_shared<std::vector<std::unique_ptr<net::Link>>>(std::exchange(closed_, {}));
    ports_.loop.post([closed] { closed->clear(); });
}

void Gateway::Impl::broadcast_welcome() {
    const net::SharedBytes frame = frame_of(ServerMessage{standing_.welcome()}, sender_);
    for (auto& [id, client] : links_) send(id, frame);
}

void Gateway::Impl::tick() {
    if (standing_.tick(ports_.loop.now())) broadcast_welcome();
    proposals_.tick();
    subscriptions_.tick();
    tick_presence();
    expire_deferred();
    sweep_limits();
    for (auto& [id, client] : links_) check_stalled(id, client);
    timer_ = ports_.loop.after(tick_interval, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->tick();
    });
}

void Gateway::Impl::check_stalled(LinkId id, ClientLink& client) {
    const net::Instant now = ports_.loop.now();
    if (client.link->queued_bytes() == 0) {
        client.busy_since.reset();
    } else if (!client.busy_since) {
        client.busy_since = now;
    } else if (now - *client.busy_since > options_.stalled_reader_max) {
        refuse(id);
    }
}

}  // namespace parley::chat
