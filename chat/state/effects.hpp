// Effects: what applying slots changed, for those who wait and those who watch. Handed over in slot order, only after
// the SQLite transaction that holds them committed. A command's own changes come first, its CommandAnswered last.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "chat/state/commands.hpp"

namespace parley::chat {

// All but `text` and `file` are told by the system. Their text names the other one (invited, removed, banned, unbanned, muted, unmuted),
// is "ROLE NAME" (role_changed), the new topic or the new name of the room, or empty.
enum class MessageKind : std::uint8_t {
    text = 0, joined = 1, left = 2, invited = 3, created = 4, removed = 5, banned = 6, unbanned = 7, muted = 8, unmuted = 9,
    role_changed = 10, topic_changed = 11, renamed = 12, archived = 13, unarchived = 14,
    file = 15,   // from consensus::level_of_files on
};
constexpr MessageKind greatest(MessageKind) { return MessageKind::file; }
// By a person, with or without a file; the others are told by the system.
constexpr bool is_written(MessageKind kind) { return kind == MessageKind::text || kind == MessageKind::file; }
// "moderator", "read-only", …
std::string_view role_name(Role role);
std::string_view notify_name(Notify level);   // all, mentions, none
std::string_view registration_name(Registration policy);   // open, invite, closed
std::optional<Registration> registration_named(std::string_view name);

// How many have put this emoji on a message.
struct Reaction {
    std::string emoji;
    std::uint32_t count = 0;
    bool mine = false;             // the asking user is one of them; false where nobody in particular asks
    friend bool operator==(const Reaction&, const Reaction&) = default;
};
template <class A> void serialize(A& a, Reaction& r, unsigned) {
    a & make_nvp("emoji", r.emoji) & make_nvp("count", r.count) & make_nvp("mine", r.mine);
}

// The file that a message carries.
struct MessageFile {
    FileId file;
    std::uint64_t size = 0;        // bytes
    std::string name;              // as a judged file name (names.hpp)
    std::string type;              // "image/png"; what the sender says, empty for unknown
    friend bool operator==(const MessageFile&, const MessageFile&) = default;
};
template <class A> void serialize(A& a, MessageFile& f, unsigned) {
    a & make_nvp("file", f.file) & make_nvp("size", f.size) & make_nvp("name", f.name) & make_nvp("type", f.type);
}

// One message of a room as everybody sees it. Numbers in a room have no gaps; system messages are messages too.
struct RoomMessage {
    RoomId room;
    std::uint64_t number = 0;
    std::uint64_t slot = 0;
    std::int64_t time_ms = 0;      // log time
    MessageKind kind = MessageKind::text;
    UserId author;
    std::string author_name;       // as it is shown now; "deleted user" after the account is gone
    std::string text;              // empty when deleted
    bool deleted = false;
    std::uint32_t edits = 0;       // how often the text was changed
    std::uint64_t reply_to = 0;    // number of the message it answers; 0: none
    std::uint64_t thread = 0;      // number of the message its thread began with; 0: it is in none
    std::uint64_t replies = 0;     // in the thread that begins here, deleted ones included
    bool pinned = false;
    std::vector<Reaction> reactions{};   // in the order in which each emoji came first
    std::optional<MessageFile> file{};   // of kind `file`, until the message is deleted
    friend bool operator==(const RoomMessage&, const RoomMessage&) = default;
};
template <class A> void serialize(A& a, RoomMessage& m, unsigned) {
    a & make_nvp("room", m.room) & make_nvp("number", m.number) & make_nvp("slot", m.slot) &
        make_nvp("time_ms", m.time_ms) & make_nvp("kind", m.kind) & make_nvp("author", m.author) &
        make_nvp("author_name", m.author_name) & make_nvp("text", m.text) & make_nvp("deleted", m.deleted) &
        make_nvp("edits", m.edits) & make_nvp("reply_to", m.reply_to) & make_nvp("thread", m.thread) &
        make_nvp("replies", m.replies) & make_nvp("pinned", m.pinned) & make_nvp("reactions", m.reactions);
    // All others have the bytes they had before there were files.
    if (m.kind == MessageKind::file) a & make_nvp("file", m.file);
}

// What happened to a message after it was posted. Changes of a room are counted without gaps, apart from its messages. A
// change says how things stand now, not by how much they changed: to take in one twice, or a message that is newer
// already, does no harm.
enum class ChangeKind : std::uint8_t { deleted = 0, edited = 1, reacted = 2, unreacted = 3, pinned = 4, unpinned = 5 };
constexpr ChangeKind greatest(ChangeKind) { return ChangeKind::unpinned; }
struct MessageChange {
    RoomId room;
    std::uint64_t change = 0;
    std::uint64_t number = 0;      // of the message
    ChangeKind kind = ChangeKind::deleted;   // deleted: its reactions and its pin are gone too
    UserId user{};                 // who did it
    std::string user_name{};
    std::int64_t time_ms = 0;
    std::string text{};            // edited: the text as it is now, empty if it was deleted since; reacted, unreacted: the emoji
    std::uint32_t count = 0;       // edited: how often so far; reacted, unreacted: how many have this reaction now
    std::uint64_t slot = 0;
    friend bool operator==(const MessageChange&, const MessageChange&) = default;
};
template <class A> void serialize(A& a, MessageChange& c, unsigned) {
    a & make_nvp("room", c.room) & make_nvp("change", c.change) & make_nvp("number", c.number) & make_nvp("kind", c.kind) &
        make_nvp("user", c.user) & make_nvp("user_name", c.user_name) & make_nvp("time_ms", c.time_ms) &
        make_nvp("text", c.text) & make_nvp("count", c.count) & make_nvp("slot", c.slot);
}
// The message as it is after the change, for whoever keeps messages; `own`: the user for whom `mine` is kept.
void take_in(RoomMessage& message, const MessageChange& change, UserId own);

struct CommandAnswered { Origin origin; Answer answer; };
struct MessagePosted { RoomMessage message; };
struct MessageChanged { MessageChange change; };
// Also when the member's role or right to write did.
struct MembershipChanged { RoomId room; UserId user; bool is_member = false; };
// Name, topic or archive of the room changed.
struct RoomChanged { RoomId room; };
// By MarkRead. Not told apart for one's own message: an author who had read up to number - 1 has read it too.
struct ReadMarked { RoomId room; UserId user; std::uint64_t number = 0; bool back = false; };   // back: by MarkUnread
struct LoginEnded { LoginId login; UserId user; };
// A Verify command was applied: every replica emits it, whoever asked.
struct DigestTaken { std::uint64_t slot = 0; std::uint64_t digest = 0; };
// A file is new to the state, is safe on a quorum, or is in the state no more.
enum class FileStage : std::uint8_t { begun = 0, whole = 1, gone = 2 };
struct FileChanged { FileId file; FileStage stage = FileStage::begun; };
// The account is an administrator's from here on, or no more.
struct AdministratorChanged { UserId user; bool is_admin = false; };
struct ProfileChanged { UserId user; };
// What one is about to say in a room: empty, nothing any more.
struct DraftChanged { RoomId room; UserId user; std::string text; };
using Effect = std::variant<DigestTaken, CommandAnswered, MessagePosted, MessageChanged, MembershipChanged, RoomChanged, ReadMarked, LoginEnded, FileChanged,
                            AdministratorChanged, ProfileChanged, DraftChanged>;

}  // namespace parley::chat
