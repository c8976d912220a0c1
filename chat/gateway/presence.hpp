// PresenceBoard: who is there, as this replica knows it: its own clients, and what the other replicas said lately. No clock
// of its own; what is not said again in time is forgotten.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "chat/wire/presence.hpp"
#include "net/ports/time.hpp"

namespace parley::chat {

class PresenceBoard {
public:
    // `number`: lists of this process are numbered from here on; those of a later process must be higher.
    explicit PresenceBoard(std::uint64_t number) : number_(number) {}

    // Of this replica's own clients.
    void here(UserId user, Presence presence);
    // True once after every change of it.
    bool take_own_change();
    [[nodiscard]] PresenceList list();
    [[nodiscard]] bool is_anybody_here() const { return !own_.empty(); }

    // Another replica's list, good until then. One that is not newer than what is known changes nothing; neither does one
    // with more users than a gateway has clients.
    void heard(std::uint64_t node, const PresenceList& list, net::Instant until, std::size_t users_max);
    // It cannot be reached: what it said is good until then at most.
    void lost(std::uint64_t node, net::Instant until);
    void expire(net::Instant now);

    [[nodiscard]] Presence of(UserId user) const;
    // Who looks different since the last call.
    std::vector<UserPresence> take_changes(net::Instant at);
    // As the changes taken so far leave it: what somebody has to begin with who hears of every change from now on. With `of` one that goes
    // and comes back before the changes are taken would be gone to him for good.
    [[nodiscard]] Presence told(UserId user) const;
    // When somebody who is not there was there last; none: there now, or not since the start. Of so many users at most, the latest.
    [[nodiscard]] std::optional<net::Instant> last_seen(UserId user) const;

private:
    struct Remote {
        std::uint64_t number = 0;
        std::map<UserId, Presence> users;
        net::Instant until;
    };

    std::uint64_t number_;
    std::map<UserId, Presence> own_;            // none that are offline
    std::map<std::uint64_t, Remote> remotes_;
    std::map<UserId, Presence> told_;           // none that are offline
    std::set<UserId> touched_;
    std::map<UserId, net::Instant> gone_;       // offline since then
    bool own_changed_ = false;
};

}  // namespace parley::chat
