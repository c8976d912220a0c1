// Who is there and who is typing: soft state, never in the log. It goes between gateways and to clients, is lost with a link,
// and is forgotten when it is not said again in time. What replicas tell each other for the self-check (P13) goes the same way.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "chat/state/boundary.hpp"
#include "chat/state/commands.hpp"

namespace parley::chat {

// The greatest of what is true for a user's devices.
enum class Presence : std::uint8_t { offline = 0, away = 1, online = 2 };
constexpr Presence greatest(Presence) { return Presence::online; }

struct UserPresence {
    UserId user;
    Presence presence = Presence::offline;
    friend bool operator==(const UserPresence&, const UserPresence&) = default;
};

// ---- between gateways ----
// All who are connected to the sending replica. `number` grows with every list of one process; lists may overtake each other.
struct PresenceList { std::uint64_t number = 0; std::vector<UserPresence> users; };
struct TypingNotice { RoomId room; UserId user; std::string name; };
// The sender's newest boundaries, the oldest first.
struct BoundaryReport { std::vector<Boundary> boundaries; };
// Whether the sender's disk has room for more (P16); from consensus::level_of_room on.
struct RoomReport { bool enough = true; };
using SoftMessage = std::variant<PresenceList, TypingNotice, BoundaryReport, RoomReport>;

template <class A> void serialize(A& a, UserPresence& p, unsigned) { a & make_nvp("user", p.user) & make_nvp("presence", p.presence); }
template <class A> void serialize(A& a, PresenceList& p, unsigned) { a & make_nvp("number", p.number) & make_nvp("users", p.users); }
template <class A> void serialize(A& a, BoundaryReport& r, unsigned) { a & make_nvp("boundaries", r.boundaries); }
template <class A> void serialize(A& a, RoomReport& r, unsigned) { a & make_nvp("enough", r.enough); }
template <class A> void serialize(A& a, TypingNotice& t, unsigned) { a & make_nvp("room", t.room) & make_nvp("user", t.user) & make_nvp("name", t.name); }

}  // namespace parley::chat
