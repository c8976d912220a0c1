// Presence and typing in the gateway: between its clients, and with the other gateways.
#include "chat/gateway/impl.hpp"

namespace parley::chat {
namespace {

constexpr net::Duration list_pause = std::chrono::milliseconds{200};    // changes within it go out together
constexpr net::Duration linger = std::chrono::seconds{2};               // who reconnects elsewhere was never gone
constexpr net::Duration lost_grace = std::chrono::seconds{2};           // links between replicas come back fast
constexpr net::Duration typing_pause = std::chrono::milliseconds{900};  // of one link
constexpr std::size_t users_listed_max = 65'536;
constexpr std::size_t watched_max = 4'096;                              // per link

}  // namespace

void Gateway::Impl::presence_changed(UserId user) {
    Presence presence = Presence::offline;
    if (const auto links = links_of_user_.find(user); links != links_of_user_.end()) {
        for (const LinkId id : links->second) presence = std::max(presence, find(id)->is_away ? Presence::away : Presence::online);
    }
    presence_.here(user, presence);
}

void Gateway::Impl::presence_changes_later(UserId user) {
    ports_.loop.after(linger, [weak = weak_from_this(), user] {
        if (const auto self = weak.lock()) self->presence_changed(user);
    });
}

void Gateway::Impl::forget_watches(LinkId link, const ClientLink& client) {
    for (const UserId user : client.watched) {
        const auto watchers = presence_watchers_.find(user);
        if (watchers == presence_watchers_.end()) continue;
        watchers->second.erase(link);
        if (watchers->second.empty()) presence_watchers_.erase(watchers);
    }
}

// The same every few seconds, and what changed a little later than it did.
void Gateway::Impl::tick_presence() {
    const net::Instant now = ports_.loop.now();
    presence_.expire(now);
    const bool beats = options_.presence_beat > net::Duration{} && events_.soft;
    const bool is_due = presence_unsent_ || (presence_.is_anybody_here() && now - presence_sent_ >= options_.presence_beat);
    presence_unsent_ = presence_.take_own_change() || presence_unsent_;
    if (beats && is_due && now - presence_sent_ >= list_pause) {
        presence_sent_ = now;
        presence_unsent_ = false;
        events_.soft(net::encode(SoftMessage{presence_.list()}));
    }
    tell_presence();
}

void Gateway::Impl::tell_presence() {
    std::map<LinkId, std::vector<UserPresence>> news;
    for (const UserPresence& change : presence_.take_changes(ports_.loop.now())) {
        const auto watchers = presence_watchers_.find(change.user);
        if (watchers == presence_watchers_.end()) continue;
        for (const LinkId link : watchers->second) news[link].push_back(change);
    }
    for (auto& [link, users] : news) send(link, frame_of(ServerMessage{PushPresence{std::move(users)}}, sender_));
}

bool Gateway::Impl::soft_received(std::uint64_t node, net::ByteView bytes) {
    const net::Result<SoftMessage> message = net::decode<SoftMessage>(bytes);
    if (!message) return false;
    if (const auto* list = std::get_if<PresenceList>(&*message)) {
        presence_.heard(node, *list, ports_.loop.now() + 3 * options_.presence_beat, users_listed_max);
    } else if (const auto* report = std::get_if<BoundaryReport>(&*message)) {
        return !events_.boundaries || events_.boundaries(node, *report);
    } else if (const auto* room = std::get_if<RoomReport>(&*message)) {
        if (events_.room) events_.room(node, *room);
    } else {
        spread_typing(std::get<TypingNotice>(*message));
    }
    return true;
}

void Gateway::Impl::peer_lost(std::uint64_t node) { presence_.lost(node, ports_.loop.now() + lost_grace); }

// To all who watch the room, but not to oneself; a reader that is behind has other worries.
void Gateway::Impl::spread_typing(const TypingNotice& notice) {
    const net::SharedBytes frame = frame_of(ServerMessage{PushTyping{notice.room, notice.user, notice.name}}, sender_);
    for (const LinkId id : subscriptions_.watching(notice.room)) {
        const ClientLink* client = find(id);
        const bool is_own = client == nullptr || (client->login && client->login->user == notice.user);
        if (!is_own && client->link->queued_bytes() < options_.queued_bytes_pause) send(id, frame);
    }
}

void Gateway::Impl::ask(const Asker& asker, WatchPresence question) {
    if (question.users.size() > watched_max) return fail(asker, Failure::Kind::refused, "these are too many people to watch at once");
    ClientLink& client = *find(asker.link);
    forget_watches(asker.link, client);
    client.watched = {question.users.begin(), question.users.end()};
    PresencePage page;
    for (const UserId user : client.watched) {
        presence_watchers_[user].insert(asker.link);
        page.users.push_back({user, presence_.told(user)});
    }
    respond(asker, std::move(page));
}

void Gateway::Impl::ask(const Asker& asker, const AskLastSeen& question) {
    if (question.users.size() > watched_max) return fail(asker, Failure::Kind::refused, "these are too many people to ask about at once");
    LastSeenPage page;
    for (const UserId user : question.users) {
        const auto seen = presence_.last_seen(user);
        if (!seen) continue;
        const auto ago = std::chrono::duration_cast<std::chrono::milliseconds>(ports_.loop.now() - *seen);
        page.users.push_back({user, static_cast<std::uint64_t>(std::max<std::int64_t>(ago.count(), 0))});
    }
    respond(asker, std::move(page));
}

void Gateway::Impl::ask(const Asker& asker, const TellAway& question) {
    ClientLink& client = *find(asker.link);
    client.is_away = question.away;
    presence_changed(client.login->user);
    respond(asker, Okay{});
}

void Gateway::Impl::ask(const Asker& asker, const TellTyping& question) {
    ClientLink& client = *find(asker.link);
    const net::Instant now = ports_.loop.now();
    const bool is_too_often = client.typed_at && now - *client.typed_at < typing_pause;
    // Who watches the room is in it.
    if (!is_too_often && subscriptions_.watches(asker.link, question.room)) {
        client.typed_at = now;
        const TypingNotice notice{question.room, client.login->user, client.login->user_name};
        spread_typing(notice);
        if (events_.soft) events_.soft(net::encode(SoftMessage{notice}));
    }
    respond(asker, Okay{});
}

}  // namespace parley::chat
