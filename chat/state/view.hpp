// View: reads of the replicated state on a connection of its own. Each call reads one committed state; answers are
// bounded pages. An error here fails that read only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/state/effects.hpp"
#include "net/ports/function.hpp"
#include "net/ports/result.hpp"

namespace parley::chat {

struct UserRow {
    UserId user;
    std::string name;
    bool is_admin = false;
    bool is_deleted = false;
    Role role = Role::member;             // among the members of a room
    std::int64_t muted_until_ms = 0;      // log time; among the members of a room
    bool is_disabled = false;             // may not log in
};
struct PasswordRow { UserId user; std::string password_hash; std::uint32_t password_version = 0; std::uint64_t password_nonce = 0; };
struct LoginRow { LoginId login; UserId user; std::string user_name; bool is_admin = false; };
// One of the logins of the asking user.
struct OwnLoginRow { LoginId login; std::string device; std::int64_t since_ms = 0; bool is_current = false; };
struct RoomRow {
    RoomId room;
    std::string name;              // of a direct conversation: the other one's name; of one of several: "ann,@bob" (conversation_name)
    bool is_private = false;
    bool is_direct = false;
    bool is_member = false;
    std::uint64_t last = 0;        // number of the newest message
    std::uint64_t changes = 0;     // number of the newest change
    std::uint64_t read = 0;        // the asking user's marker; unread = last - read
    std::uint32_t members = 0;
    std::string topic{};
    bool is_archived = false;
    Role role = Role::read_only;   // the asking user's, while a member
    std::int64_t muted_until_ms = 0;   // until when the asking user may not write
    std::uint64_t mentions = 0;    // unread messages that speak to the asking user, or to everybody
    Notify notify = Notify::everything;
    UserId partner{};              // of a direct conversation: the other one; none where there are several
    std::uint32_t retention_days = 0;   // texts older than this are erased; 0: kept
};
// How many of the unread messages of a room somebody wrote.
struct SenderRow { UserId user; std::string name; std::uint64_t messages = 0; };

// How somebody is shown beside their name.
struct ProfileRow {
    UserId user;
    std::string name;                     // empty: none
    std::uint32_t colour = no_colour;     // 0xRRGGBB
    friend bool operator==(const ProfileRow&, const ProfileRow&) = default;
};
// What one is about to say in a room.
struct DraftRow { RoomId room; std::string text; std::int64_t time_ms = 0; };
// How far a member has read.
struct ReceiptRow { UserId user; std::string name; std::uint64_t read = 0; };
template <class A> void serialize(A& a, ProfileRow& r, unsigned) { a & make_nvp("user", r.user) & make_nvp("name", r.name) & make_nvp("colour", r.colour); }
template <class A> void serialize(A& a, DraftRow& r, unsigned) { a & make_nvp("room", r.room) & make_nvp("text", r.text) & make_nvp("time_ms", r.time_ms); }
template <class A> void serialize(A& a, ReceiptRow& r, unsigned) { a & make_nvp("user", r.user) & make_nvp("name", r.name) & make_nvp("read", r.read); }

// What an administrator did; newer entries have greater numbers.
struct AuditRow {
    std::uint64_t entry = 0;
    std::int64_t time_ms = 0;
    std::string by;
    AuditAct act = AuditAct::registration_set;
    std::string subject;
    std::string detail;
};
template <class A> void serialize(A& a, AuditRow& r, unsigned) { a & make_nvp("entry", r.entry) & make_nvp("time_ms", r.time_ms) & make_nvp("by", r.by) & make_nvp("act", r.act) & make_nvp("subject", r.subject) & make_nvp("detail", r.detail); }

// A text that a message had before, and when it was replaced.
struct EditRow { std::uint32_t edit = 0; std::int64_t replaced_ms = 0; std::string text; };

template <class A> void serialize(A& a, UserRow& r, unsigned) { a & make_nvp("user", r.user) & make_nvp("name", r.name) & make_nvp("is_admin", r.is_admin) & make_nvp("is_deleted", r.is_deleted) & make_nvp("role", r.role) & make_nvp("muted_until_ms", r.muted_until_ms) & make_nvp("is_disabled", r.is_disabled); }
template <class A> void serialize(A& a, RoomRow& r, unsigned) { a & make_nvp("room", r.room) & make_nvp("name", r.name) & make_nvp("is_private", r.is_private) & make_nvp("is_direct", r.is_direct) & make_nvp("is_member", r.is_member) & make_nvp("last", r.last) & make_nvp("changes", r.changes) & make_nvp("read", r.read) & make_nvp("members", r.members) & make_nvp("topic", r.topic) & make_nvp("is_archived", r.is_archived) & make_nvp("role", r.role) & make_nvp("muted_until_ms", r.muted_until_ms) & make_nvp("mentions", r.mentions) & make_nvp("notify", r.notify) & make_nvp("partner", r.partner) & make_nvp("retention_days", r.retention_days); }
template <class A> void serialize(A& a, SenderRow& r, unsigned) { a & make_nvp("user", r.user) & make_nvp("name", r.name) & make_nvp("messages", r.messages); }
template <class A> void serialize(A& a, OwnLoginRow& r, unsigned) { a & make_nvp("login", r.login) & make_nvp("device", r.device) & make_nvp("since_ms", r.since_ms) & make_nvp("is_current", r.is_current); }
template <class A> void serialize(A& a, EditRow& r, unsigned) { a & make_nvp("edit", r.edit) & make_nvp("replaced_ms", r.replaced_ms) & make_nvp("text", r.text); }

// A file as the state knows it.
struct FileRow {
    FileId file;
    std::uint64_t size = 0;
    bool is_whole = false;
    std::vector<ChunkHash> chunks;   // in order
};

// The next voters, as a leader told them.
struct ExpectedVotersRow {
    std::uint64_t configuration = 0;
    std::vector<std::uint64_t> voters;
    std::int64_t left_ms = 0;        // of active time; not above 0: no longer
    std::uint64_t since = 0;         // the slot from which on they have been expected without a break
};

class View {
public:
    // A read-only connection to the database that a ChatState owns.
    static net::Result<std::unique_ptr<View>> open(const std::string& native_path, const char* vfs);
    ~View();

    // Called before each read; what it commits the read will see. Its error is the answer of that read.
    void before_each_read(net::Function<net::Result<void>()> hook);
    // A read met bytes that the disk has changed. Its own answer is an error, too.
    void on_damage(net::Function<void(const net::Error&)> told);

    net::Result<std::uint64_t> applied_through();                                        // slot of the committed state
    net::Result<std::optional<PasswordRow>> password_of(const std::string& name);        // none: no such account
    net::Result<std::optional<LoginRow>> login_by_token(const TokenHash& token);
    net::Result<std::optional<PasswordRow>> password_of(UserId user);
    net::Result<std::vector<OwnLoginRow>> logins_of(UserId user, LoginId current);
    net::Result<std::vector<UserRow>> blocked_by(UserId user);
    net::Result<Registration> registration();
    // The login a session belongs to; none: there is no such session (any more).
    net::Result<std::optional<LoginId>> session_owner(SessionId session);
    net::Result<std::vector<UserRow>> users(const std::string& pattern, const std::string& after_name, std::uint32_t limit);   // * and ? wildcards; empty: all
    net::Result<std::vector<RoomRow>> rooms_of(UserId user, std::uint32_t limit);          // member of, by name
    net::Result<std::vector<RoomRow>> public_rooms(UserId asking, const std::string& after_name, std::uint32_t limit);
    net::Result<std::vector<RoomRow>> named_rooms(UserId asking, const std::string& after_name, std::uint32_t limit);   // private ones too, for administrators
    net::Result<std::vector<AuditRow>> audit(std::uint64_t before, std::uint32_t limit);   // newest first; before 0: the newest
    // Of the first message that is not older; one more than the last when all are.
    net::Result<std::uint64_t> number_at(RoomId room, std::int64_t time_ms);
    // The room a target means for this user: an error `not_found` also for a private room one is not in.
    net::Result<RoomRow> resolve(UserId asking, const Target& target);
    net::Result<std::vector<UserRow>> members(RoomId room, const std::string& after_name, std::uint32_t limit);
    net::Result<std::vector<UserRow>> banned(RoomId room, const std::string& after_name, std::uint32_t limit);
    net::Result<bool> is_member(RoomId room, UserId user);
    // Members who have read message `number`, by name.
    net::Result<std::vector<ReceiptRow>> receipts(RoomId room, std::uint64_t number, const std::string& after_name, std::uint32_t limit);
    net::Result<std::vector<ProfileRow>> profiles(const std::vector<UserId>& users);   // of those who have one
    net::Result<std::vector<DraftRow>> drafts(UserId user);
    // Ascending by number: up to `limit` with number > after; or, for before > 0, the last `limit` with number < before.
    // `asking`: for whom `mine` is filled in.
    net::Result<std::vector<RoomMessage>> messages(RoomId room, std::uint64_t after, std::uint64_t before, std::uint32_t limit, UserId asking = {});
    net::Result<std::optional<RoomMessage>> message(RoomId room, std::uint64_t number, UserId asking);
    // Replies of the thread that begins with message `root`, ascending.
    net::Result<std::vector<RoomMessage>> replies(RoomId room, std::uint64_t root, std::uint64_t after, std::uint32_t limit, UserId asking);
    net::Result<std::vector<RoomMessage>> pinned(RoomId room, UserId asking);            // ascending
    // Who wrote the texts numbered above `after`, the busiest first; of the newest thousand at most, and not the asking user.
    net::Result<std::vector<SenderRow>> senders(RoomId room, std::uint64_t after, UserId asking);
    // The texts before, oldest first.
    net::Result<std::vector<EditRow>> edits(RoomId room, std::uint64_t number);
    net::Result<std::vector<MessageChange>> changes(RoomId room, std::uint64_t after, std::uint32_t limit);
    net::Result<std::optional<FileRow>> file(FileId file);
    // Ascending; at most 64, for each may have a thousand chunks. Numbers only grow: whoever goes on from the last one to an empty page has
    // met every file that is there at that moment.
    net::Result<std::vector<FileRow>> files(FileId after);
    net::Result<bool> has_upload(UserId user, FileId file);
    net::Result<std::optional<ExpectedVotersRow>> expected_voters();

private:
    struct Impl;
    explicit View(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::chat
