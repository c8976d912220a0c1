#include "chat/client/replica_link.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace parley::chat {
namespace {

constexpr std::uint64_t authenticate_request = 1;
constexpr std::uint64_t ping_request = 2;
constexpr net::Duration watch_interval = std::chrono::milliseconds{250};
constexpr std::size_t addresses_max = 64;

bool is_final(const net::Error& error) {
    return error.kind == net::ErrorKind::untrusted || error.kind == net::ErrorKind::wrong_peer;
}

}  // namespace

// Drops the call when the link's owner is gone, or another attempt has begun.
template <class Callable>
auto ReplicaLink::guarded(Callable callable) {
    return [this, attempt = attempt_, alive = std::weak_ptr<int>(alive_),
            callable = std::move(callable)]<class... Arguments>(Arguments&&... arguments) mutable {
        if (alive.lock() && attempt == attempt_) callable(std::forward<Arguments>(arguments)...);
    };
}

ReplicaLink::ReplicaLink(const ClientPorts& ports, const ClientOptions& options, ReplicaLinkEvents events)
    : ports_(ports), options_(options), events_(std::move(events)), addresses_(options.servers) {}

ReplicaLink::~ReplicaLink() {
    ports_.loop.cancel(retry_);
    ports_.loop.cancel(watch_);
}

void ReplicaLink::start() {
    CHECK(!addresses_.empty(), "a client without an address");
    next_address_ = static_cast<std::size_t>(ports_.loop.chance() % addresses_.size());
    dial();
}

void ReplicaLink::dial() {
    if (connection_.state == ClientConnection::State::ended) return;
    ++attempt_;
    connection_.state = ClientConnection::State::connecting;
    connection_.address = addresses_[next_address_ % addresses_.size()];
    connection_.replica.reset();
    connection_.authenticated = false;
    events_.changed();
    ports_.dialer.dial(connection_.address, net::LinkPurpose::client,
                       guarded([this](net::Result<std::unique_ptr<net::Link>> result) { dialled(std::move(result)); }));
}

void ReplicaLink::dialled(net::Result<std::unique_ptr<net::Link>> result) {
    if (result) return say_hello(*std::move(result));
    if (is_final(result.error())) return distrust(result.error());
    retry_later(result.error());
}

// One replica whose certificate has expired keeps nobody from the others.
void ReplicaLink::distrust(const net::Error& error) {
    distrusted_.insert(connection_.address);
    const bool are_all = std::ranges::all_of(addresses_, [this](const std::string& address) { return distrusted_.contains(address); });
    if (are_all && options_.end_when_untrusted) return end(error);
    drop(error);
}

void ReplicaLink::say_hello(std::unique_ptr<net::Link> link) {
    link_ = std::move(link);
    heard_ = ports_.loop.now();
    pinged_ = false;
    leaderless_since_.reset();
    net::LinkEvents events;
    events.on_frame = guarded([this](const net::FrameView& frame) { received(frame); });
    events.on_closed = guarded([this](const net::Error& error) { drop(error); });
    link_->start(std::move(events));
    link_->send(frame_of(ClientHello{client_protocol, options_.program}, Sender{cluster_, 0}));
    arm_watch();
}

void ReplicaLink::received(const net::FrameView& frame) {
    heard_ = ports_.loop.now();
    pinged_ = false;
    if (cluster_ != 0 && frame.header.cluster != cluster_) {
        return distrust(net::Error{net::ErrorKind::wrong_peer, fmt::format("{} belongs to another cluster", connection_.address)});
    }
    cluster_ = frame.header.cluster;
    net::Result<ServerMessage> message = server_message(frame);
    if (!message) return drop(message.error());
    if (auto* welcome = std::get_if<Welcome>(&*message)) return welcomed(std::move(*welcome));
    if (const auto* response = std::get_if<Response>(&*message)) {
        if (response->id == authenticate_request) return authentication_answered(response->payload);
        if (response->id == ping_request) return;
    }
    if (online()) events_.message(*message);
}

void ReplicaLink::welcomed(Welcome welcome) {
    if (options_.follow_members) learn(welcome.addresses);
    if (welcome.leader_alias) {
        leaderless_since_.reset();
    } else if (!leaderless_since_) {
        leaderless_since_ = ports_.loop.now();
        arm_watch();
    }
    const bool first = !connection_.replica.has_value();
    connection_.replica = std::move(welcome);
    if (!first) return events_.changed();
    if (token_) return authenticate();
    go_online(false);
}

void ReplicaLink::authenticate() {
    link_->send(frame_of(ClientRequest{authenticate_request, events_.seen_slot(), Authenticate{*token_}}, Sender{cluster_, 0}));
}

void ReplicaLink::authentication_answered(const Payload& payload) {
    if (std::holds_alternative<Identity>(payload)) return go_online(true);
    const auto* failure = std::get_if<Failure>(&payload);
    if (failure != nullptr && failure->kind == Failure::Kind::unauthenticated) {
        token_.reset();
        go_online(false);
        return events_.rejected();
    }
    drop(net::Error{net::ErrorKind::unreachable, failure != nullptr ? failure->message : "the replica answered something else"});
}

void ReplicaLink::go_online(bool authenticated) {
    failures_ = 0;
    distrusted_.erase(connection_.address);
    connection_.state = ClientConnection::State::online;
    connection_.authenticated = authenticated;
    connection_.reason = net::Error{};
    events_.changed();
    if (online()) events_.online();
}

void ReplicaLink::set_token(std::optional<Token> token) {
    if (token_ == token) return;
    const bool spoke_for_somebody = token_.has_value();
    token_ = token;
    if (link_ == nullptr || !connection_.replica) return;   // the next Welcome uses it
    if (!spoke_for_somebody && online()) return authenticate();
    release_link();
    dial();
}

void ReplicaLink::learn(const std::vector<std::string>& addresses) {
    for (const std::string& address : addresses) {
        const bool known = std::find(addresses_.begin(), addresses_.end(), address) != addresses_.end();
        if (!known && addresses_.size() < addresses_max) addresses_.push_back(address);
    }
}

void ReplicaLink::send(const ClientRequest& request) {
    CHECK(online(), "a request without a connection");
    link_->send(frame_of(request, Sender{cluster_, 0}));
}

// The link may be inside one of its own events, so it is destroyed in a turn of its own.
void ReplicaLink::release_link() {
    ++attempt_;
    ports_.loop.cancel(watch_);
    const bool was_online = online();
    connection_.state = ClientConnection::State::offline;
    connection_.authenticated = false;
    connection_.replica.reset();
    if (link_ != nullptr) {
        link_->close();
        ports_.loop.post([link = std::shared_ptr<net::Link>(std::move(link_))] {});
        link_ = nullptr;
    }
    if (was_online) events_.offline();
}

void ReplicaLink::drop(const net::Error& reason) {
    if (connection_.state == ClientConnection::State::ended) return;
    release_link();
    if (connection_.state == ClientConnection::State::offline) retry_later(reason);
}

void ReplicaLink::retry_later(const net::Error& reason) {
    ++attempt_;
    ++next_address_;
    connection_.state = ClientConnection::State::offline;
    connection_.reason = reason;
    const std::uint32_t doublings = std::min(failures_++, 16U);
    const net::Duration longest = std::min(options_.backoff_min * (std::int64_t{1} << doublings), options_.backoff_max);
    const auto half = static_cast<std::uint64_t>(longest.count() / 2);
    const net::Duration delay{static_cast<std::int64_t>(half + ports_.loop.chance() % (half + 1))};
    ports_.loop.cancel(retry_);
    retry_ = ports_.loop.after(delay, guarded([this] { dial(); }));
    events_.changed();
}

void ReplicaLink::end(const net::Error& reason) {
    if (connection_.state == ClientConnection::State::ended) return;
    release_link();
    ports_.loop.cancel(retry_);
    connection_.state = ClientConnection::State::ended;
    connection_.reason = reason;
    events_.changed();
    events_.ended(reason);
}

// For the next moment at which something may be due, so that an idle client sleeps.
void ReplicaLink::arm_watch() {
    net::Instant due = heard_ + (pinged_ ? options_.silence_max : options_.silence_ping);
    if (leaderless_since_ && addresses_.size() > 1) due = std::min(due, *leaderless_since_ + options_.leaderless_max);
    ports_.loop.cancel(watch_);
    watch_ = ports_.loop.after(std::max(due - ports_.loop.now(), watch_interval), guarded([this] { watch(); }));
}

void ReplicaLink::watch() {
    const net::Instant now = ports_.loop.now();
    if (now - heard_ >= options_.silence_max) {
        return drop(net::Error{net::ErrorKind::timed_out, fmt::format("{} does not answer", connection_.address)});
    }
    if (now - heard_ >= options_.silence_ping && !pinged_) {
        pinged_ = true;
        link_->send(frame_of(ClientRequest{ping_request, 0, Ping{}}, Sender{cluster_, 0}));
    }
    if (leaderless_since_ && now - *leaderless_since_ >= options_.leaderless_max && addresses_.size() > 1) {
        return drop(net::Error{net::ErrorKind::timed_out, fmt::format("{} has no leader", connection_.address)});
    }
    arm_watch();
}

}  // namespace parley::chat
