// The rows of the state as C++ values, as apply works on them. They mirror the columns of schema.cpp and hold nothing
// that is not in the database.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chat/state/commands.hpp"

namespace parley::chat::state {

// Where apply stands; one row.
struct Progress {
    std::uint64_t applied_through = 0;
    std::int64_t log_time_ms = 0;
    std::int64_t active_ms = 0;       // log time without outages: each step counts at most 5 s (Q8)
    std::int64_t swept_ms = 0;        // active_ms when idle sessions were last looked for
    std::uint64_t next_user = 1;
    std::uint64_t next_login = 1;
    std::uint64_t next_room = 1;
    std::uint64_t named_rooms = 0;    // rooms that are not direct conversations
    std::uint64_t doomed_rooms = 0;   // deleted ones whose messages are still being erased
    std::uint64_t retentions = 0;     // rooms whose old texts are erased
    std::int64_t retention_due_ms = 0;    // log time from which on old texts are looked for again
    std::uint64_t batches = 0;        // running hashes up to applied_through (running_hash.hpp)
    std::uint64_t results = 0;
};

struct UserRecord {
    std::string name;                 // as typed; kept after deletion, so that it stays taken
    std::string folded;
    std::string skeleton;
    std::string password_hash;
    std::uint32_t password_version = 1;
    std::uint64_t password_nonce = 0;     // of the ChangePassword that made it; 0: of none
    bool is_admin = false;
    bool is_deleted = false;
    bool is_disabled = false;             // may not log in
    std::uint64_t slot = 0;

    [[nodiscard]] std::string shown_name() const;
};

struct LoginRecord {
    TokenHash token{};
    UserId user;
    std::string device;
    std::uint64_t slot = 0;
    std::int64_t time_ms = 0;
};

struct SessionRecord {
    LoginId login;
    UserId user;
    std::uint64_t nonce = 0;
    std::uint64_t next = 1;                       // the only number that would be executed
    std::int64_t used_ms = 0;                     // active_ms of the newest executed request
    std::map<std::uint64_t, Answer> answers;      // kept for repeats, by number
};

struct RoomRecord {
    std::string name;                             // empty for a direct conversation
    bool is_private = false;
    std::optional<std::pair<UserId, UserId>> direct;   // the lower id first
    std::uint64_t last = 0;
    std::uint64_t changes = 0;
    std::uint32_t members = 0;
    std::string topic{};
    bool is_archived = false;                     // can be read, not written
    std::vector<UserId> people{};                 // of a conversation of several, ascending; they never change

    // Between people, without a name, roles and moderation.
    [[nodiscard]] bool is_conversation() const { return direct.has_value() || !people.empty(); }
};

// Texts older than so many days are erased; those up to a number are already.
struct RetentionRecord {
    std::uint32_t days = 0;                       // 0: none are
    std::uint64_t erased_through = 0;
};

struct MemberRecord {
    std::uint64_t read = 0;
    Role role = Role::member;
    std::uint64_t since = 0;                      // the room's last number when the membership began
    std::int64_t muted_until_ms = 0;              // log time until which the member may not write
    Notify notify = Notify::everything;
};

struct MemberKey {
    RoomId room;
    UserId user;
    friend auto operator<=>(const MemberKey&, const MemberKey&) = default;
};

// For caches by these keys. Nobody outside chooses them: they are counted by the state itself.
struct HashOfKey {
    static std::size_t mixed(std::uint64_t one, std::uint64_t other) { return (one * 0x9E3779B97F4A7C15U + other) * 0xBF58476D1CE4E5B9U >> 16U; }
    std::size_t operator()(UserId id) const { return mixed(0, id.value); }
    std::size_t operator()(RoomId id) const { return mixed(0, id.value); }
    std::size_t operator()(SessionId id) const { return mixed(id.slot, id.place); }
    std::size_t operator()(MemberKey key) const { return mixed(key.room.value, key.user.value); }
};

}  // namespace parley::chat::state
