// Effects: what applying slots changed, for those who wait and those who watch. Handed over in slot order, only after
// the SQLite transaction that holds them committed. A command's own changes come first, its CommandAnswered last.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "chat/state/commands.hpp"

namespace parley::chat {

enum class MessageKind : std::uint8_t { text = 0, joined = 1, left = 2, invited = 3, created = 4 };
constexpr MessageKind greatest(MessageKind) { return MessageKind::created; }

// One message of a room as everybody sees it. Numbers in a room have no gaps; system messages are messages too.
struct RoomMessage {
    RoomId room;
    std::uint64_t number = 0;
    std::uint64_t slot = 0;
    std::int64_t time_ms = 0;      // log time
    MessageKind kind = MessageKind::text;
    UserId author;
    std::string author_name;       // as it is shown now; "deleted user" after the account is gone
    std::string text;              // empty when deleted; for `invited` the name of the invited
    bool deleted = false;
    friend bool operator==(const RoomMessage&, const RoomMessage&) = default;
};
template <class A> void serialize(A& a, RoomMessage& m, unsigned) {
    a & make_nvp("room", m.room) & make_nvp("number", m.number) & make_nvp("slot", m.slot) &
        make_nvp("time_ms", m.time_ms) & make_nvp("kind", m.kind) & make_nvp("author", m.author) &
        make_nvp("author_name", m.author_name) & make_nvp("text", m.text) & make_nvp("deleted", m.deleted);
}

struct CommandAnswered { Origin origin; Answer answer; };
struct MessagePosted { RoomMessage message; };
// Change numbers of a room (deletions) have no gaps either, and are counted apart from messages.
struct MessageDeleted { RoomId room; std::uint64_t number = 0; std::uint64_t change = 0; };
struct MembershipChanged { RoomId room; UserId user; bool is_member = false; };
// By MarkRead. Not told apart for one's own message: an author who had read up to number - 1 has read it too.
struct ReadMarked { RoomId room; UserId user; std::uint64_t number = 0; };
struct LoginEnded { LoginId login; UserId user; };
// A Verify command was applied: every replica emits it, whoever asked.
struct DigestTaken { std::uint64_t slot = 0; std::uint64_t digest = 0; };
using Effect = std::variant<DigestTaken, CommandAnswered, MessagePosted, MessageDeleted, MembershipChanged, ReadMarked, LoginEnded>;

}  // namespace parley::chat
