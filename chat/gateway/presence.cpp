#include "chat/gateway/presence.hpp"

#include <algorithm>
#include <utility>

namespace parley::chat {
namespace {

Presence found(const std::map<UserId, Presence>& users, UserId user) {
    const auto place = users.find(user);
    return place == users.end() ? Presence::offline : place->second;
}

}  // namespace

void PresenceBoard::here(UserId user, Presence presence) {
    if (found(own_, user) == presence) return;
    if (presence == Presence::offline) {
        own_.erase(user);
    } else {
        own_[user] = presence;
    }
    own_changed_ = true;
    touched_.insert(user);
}

bool PresenceBoard::take_own_change() { return std::exchange(own_changed_, false); }

PresenceList PresenceBoard::list() {
    PresenceList list{++number_, {}};
    for (const auto& [user, presence] : own_) list.users.push_back({user, presence});
    return list;
}

void PresenceBoard::heard(std::uint64_t node, const PresenceList& list, net::Instant until, std::size_t users_max) {
    Remote& remote = remotes_[node];
    if (list.number <= remote.number || list.users.size() > users_max) return;
    for (const auto& [user, presence] : remote.users) touched_.insert(user);
    remote.number = list.number;
    remote.until = until;
    remote.users.clear();
    for (const UserPresence& one : list.users) {
        if (one.presence != Presence::offline) remote.users[one.user] = one.presence;
        touched_.insert(one.user);
    }
}

void PresenceBoard::lost(std::uint64_t node, net::Instant until) {
    const auto place = remotes_.find(node);
    if (place != remotes_.end()) place->second.until = std::min(place->second.until, until);
}

// The number stays: an old list that was late must not come back to life.
void PresenceBoard::expire(net::Instant now) {
    for (auto& [node, remote] : remotes_) {
        if (remote.until > now) continue;
        for (const auto& [user, presence] : std::exchange(remote.users, {})) touched_.insert(user);
    }
}

Presence PresenceBoard::of(UserId user) const {
    Presence presence = found(own_, user);
    for (const auto& [node, remote] : remotes_) presence = std::max(presence, found(remote.users, user));
    return presence;
}

Presence PresenceBoard::told(UserId user) const { return found(told_, user); }

std::optional<net::Instant> PresenceBoard::last_seen(UserId user) const {
    const auto place = gone_.find(user);
    return place == gone_.end() ? std::nullopt : std::optional{place->second};
}

std::vector<UserPresence> PresenceBoard::take_changes(net::Instant at) {
    constexpr std::size_t gone_max = 65'536;
    std::vector<UserPresence> changes;
    for (const UserId user : std::exchange(touched_, {})) {
        const Presence now = of(user);
        if (found(told_, user) == now) continue;
        if (now == Presence::offline) {
            told_.erase(user);
            gone_[user] = at;
            if (gone_.size() > gone_max) gone_.erase(std::ranges::min_element(gone_, {}, [](const auto& one) { return one.second; }));
        } else {
            gone_.erase(user);
            told_[user] = now;
        }
        changes.push_back({user, now});
    }
    return changes;
}

}  // namespace parley::chat
