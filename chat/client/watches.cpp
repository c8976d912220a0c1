#include "chat/client/watches.hpp"

#include "chat/client/calls.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat {

Watches::Watches(net::Loop& loop, ReplicaLink& link, net::Function<std::uint64_t()> seen_slot)
    : loop_(loop), link_(link), seen_slot_(std::move(seen_slot)) {}

Watches::~Watches() {
    for (auto& [room, watch] : watches_) loop_.cancel(watch.retry);
}

void Watches::begin(RoomId room, std::uint64_t after_message, std::uint64_t after_change, SubscriptionEvents events) {
    Watch& watch = watches_[room];
    loop_.cancel(watch.retry);
    requests_.erase(watch.request);
    watch = Watch{};
    watch.message = after_message;
    watch.change = after_change;
    watch.events = std::make_shared<SubscriptionEvents>(std::move(events));
    ask(room, watch);
}

void Watches::ask(RoomId room, Watch& watch) {
    if (!link_.authenticated()) return;
    requests_.erase(watch.request);
    watch.request = link_.next_request();
    watch.backlog.reset();
    watch.confirmed = false;
    requests_[watch.request] = room;
    link_.send(ClientRequest{watch.request, seen_slot_(), Subscribe{room, watch.message, watch.change}});
}

void Watches::end(RoomId room) {
    const auto found = watches_.find(room);
    if (found == watches_.end()) return;
    loop_.cancel(found->second.retry);
    requests_.erase(found->second.request);
    watches_.erase(found);
    // Nobody waits for the answer.
    if (link_.authenticated()) link_.send(ClientRequest{link_.next_request(), 0, Unsubscribe{room}});
}

void Watches::finish(RoomId room, const net::Error& error) {
    const auto found = watches_.find(room);
    if (found == watches_.end()) return;
    const std::shared_ptr<SubscriptionEvents> events = found->second.events;
    loop_.cancel(found->second.retry);
    requests_.erase(found->second.request);
    watches_.erase(found);
    if (events->ended) events->ended(error);
}

void Watches::end_all(const net::Error& error) {
    while (!watches_.empty()) finish(watches_.begin()->first, error);
}

void Watches::online() {
    for (auto& [room, watch] : watches_) ask(room, watch);
}

void Watches::offline() {
    requests_.clear();
    for (auto& [room, watch] : watches_) {
        loop_.cancel(watch.retry);
        watch.retry = {};
        watch.request = 0;
        watch.confirmed = false;
        watch.backlog.reset();
    }
}

bool Watches::answered(const Response& response) {
    const auto found = requests_.find(response.id);
    if (found == requests_.end()) return false;
    const RoomId room = found->second;
    requests_.erase(found);
    if (const auto* subscribed = std::get_if<Subscribed>(&response.payload)) {
        watches_.at(room).backlog = *subscribed;
        watches_.at(room).confirmed = true;
        announce_if_caught_up(room);
    } else if (const auto* failure = std::get_if<Failure>(&response.payload)) {
        refused(room, *failure);
    } else {
        link_.drop(net::Error{net::ErrorKind::malformed, "the replica answered something else"});
    }
    return true;
}

void Watches::refused(RoomId room, const Failure& failure) {
    if (failure.retry_after_ms == 0) return finish(room, error_of(failure));
    Watch& watch = watches_.at(room);
    watch.request = 0;
    watch.retry = loop_.after(std::chrono::milliseconds{failure.retry_after_ms}, [this, room] {
        Watch& again = watches_.at(room);
        if (again.request == 0) ask(room, again);
    });
}

void Watches::take(PushMessages& push) {
    if (push.messages.empty()) return;
    const RoomId room = push.messages.front().room;
    const auto found = watches_.find(room);
    if (found == watches_.end() || !found->second.confirmed) return;   // of a subscription that ended a moment ago
    Watch& watch = found->second;
    std::vector<RoomMessage> fresh;
    for (RoomMessage& message : push.messages) {
        if (message.number <= watch.message) continue;
        const bool next = message.number == watch.message + 1 || net::planted("subscription_skips_boundary");
        if (!next || message.room != room) {
            return link_.drop(net::Error{net::ErrorKind::malformed, "the replica left out a message"});
        }
        watch.message = message.number;
        fresh.push_back(std::move(message));
    }
    const std::shared_ptr<SubscriptionEvents> events = watch.events;
    if (!fresh.empty() && events->messages) events->messages(fresh);
    announce_if_caught_up(room);
}

void Watches::take(PushChanges& push) {
    if (push.changes.empty()) return;
    const RoomId room = push.changes.front().room;
    const auto found = watches_.find(room);
    if (found == watches_.end() || !found->second.confirmed) return;
    Watch& watch = found->second;
    std::vector<MessageChange> fresh;
    for (const MessageChange& change : push.changes) {
        if (change.change <= watch.change) continue;
        if (change.change != watch.change + 1 || change.room != room) {
            return link_.drop(net::Error{net::ErrorKind::malformed, "the replica left out a change"});
        }
        watch.change = change.change;
        fresh.push_back(change);
    }
    const std::shared_ptr<SubscriptionEvents> events = watch.events;
    if (!fresh.empty() && events->changes) events->changes(fresh);
    announce_if_caught_up(room);
}

void Watches::take(const Unsubscribed& push) {
    const auto found = watches_.find(push.room);
    if (found == watches_.end() || !found->second.confirmed) return;
    finish(push.room, net::Error{net::ErrorKind::refused, "you are not in this room any more"});
}

void Watches::announce_if_caught_up(RoomId room) {
    const auto found = watches_.find(room);
    if (found == watches_.end() || !found->second.backlog) return;
    Watch& watch = found->second;
    if (watch.message < watch.backlog->last_message || watch.change < watch.backlog->last_change) return;
    const Subscribed reached = *std::exchange(watch.backlog, std::nullopt);
    const std::shared_ptr<SubscriptionEvents> events = watch.events;
    if (events->caught_up) events->caught_up(reached);
}

}  // namespace parley::chat
