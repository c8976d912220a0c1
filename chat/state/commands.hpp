// The commands that go through the log and what they answer. Everything a command needs is inside it: applying reads no
// clock, no chance and no file, so every replica comes to the same result.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "chat/files/content.hpp"
#include "net/archive/archive.hpp"

namespace parley::chat {

using net::make_nvp;

// Users, rooms and logins are counted by the replicated state, from 1: no random ids in apply.
struct UserId { std::uint64_t value = 0; friend auto operator<=>(const UserId&, const UserId&) = default; };
struct RoomId { std::uint64_t value = 0; friend auto operator<=>(const RoomId&, const RoomId&) = default; };
struct LoginId { std::uint64_t value = 0; friend auto operator<=>(const LoginId&, const LoginId&) = default; };
struct FileId { std::uint64_t value = 0; friend auto operator<=>(const FileId&, const FileId&) = default; };
template <class A> void serialize(A& a, UserId& id, unsigned) { a & make_nvp("value", id.value); }
template <class A> void serialize(A& a, RoomId& id, unsigned) { a & make_nvp("value", id.value); }
template <class A> void serialize(A& a, LoginId& id, unsigned) { a & make_nvp("value", id.value); }
template <class A> void serialize(A& a, FileId& id, unsigned) { a & make_nvp("value", id.value); }

// A numbered stream of requests under a login; named by the place of the command that opened it (Q8).
struct SessionId {
    std::uint64_t slot = 0;
    std::uint32_t place = 0;
    friend auto operator<=>(const SessionId&, const SessionId&) = default;
};
template <class A> void serialize(A& a, SessionId& id, unsigned) { a & make_nvp("slot", id.slot) & make_nvp("place", id.place); }

// SHA-256 of a login token (256 random bits made by the client); the token itself is never stored.
using TokenHash = std::array<std::byte, 32>;

// ---- commands outside a session: idempotent by the token hash or the nonce they carry ----

// Makes the account and its first login. Repeated with the same token hash: the same answer.
struct Register {
    std::string name;             // as typed; the key is its NFKC case-folded form
    std::string password_hash;    // Argon2id, made before proposing
    TokenHash token{};
    std::string device;           // "parley on host"
    std::optional<TokenHash> invite{};   // SHA-256 of an invitation's code
};
// The gateway checked the password against the hash of this version; apply checks that it is still that one.
struct LogIn {
    UserId user;
    std::uint32_t password_version = 0;
    TokenHash token{};
    std::string device;
};
// The gateway checked the old password against the hash of this version. Ends every other login of the account. A repeat,
// known by its nonce, is answered like the first.
struct ChangePassword {
    TokenHash token{};            // of the login that asks
    std::uint32_t password_version = 0;
    std::string password_hash;    // the new one
    std::uint64_t nonce = 0;
};
// An administrator gives somebody a new password; every login of that account ends. A repeat, known by its nonce, is
// answered like the first.
struct ResetPassword {
    TokenHash token{};            // of the administrator's login
    std::string user;
    std::string password_hash;
    std::uint64_t nonce = 0;
};
struct OpenSession {
    TokenHash token{};
    std::uint64_t nonce = 0;      // matches the answer to the question; a repeat with it answers the same session
};
// Every replica takes the digest of its state at this very place of the log, so that they can be compared under load.
struct Verify { std::uint64_t nonce = 0; };
// From replicas, at consensus::level_of_files (decision 0017). These voters of the configuration of this id hold all chunks of the
// file, synced. May come as often as it likes.
struct ConfirmFile { FileId file; std::uint64_t configuration = 0; std::vector<std::uint64_t> holders; };
// The leader is about to change the voters of this configuration into these: until it has, a file needs a quorum of both.
struct ExpectVoters { std::uint64_t configuration = 0; std::vector<std::uint64_t> voters; };
using Unnumbered = std::variant<Register, LogIn, OpenSession, Verify, ChangePassword, ResetPassword, ConfirmFile, ExpectVoters>;

// ---- operations inside a session: at most once per (session, number) ----

// Where a message goes: a room by id or by name, or the direct conversation with a user or with several (made when missing).
struct ByRoom { RoomId room; };
struct ByRoomName { std::string name; };
struct ByUserName { std::string name; };
struct ByPeople { std::vector<std::string> names; };   // of the others, in any order; from consensus::level_of_people on
using Target = std::variant<ByRoom, ByRoomName, ByUserName, ByPeople>;

// What a member may do in a room; each may what those before it may.
enum class Role : std::uint8_t { read_only = 0, member = 1, moderator = 2, admin = 3, owner = 4 };
constexpr Role greatest(Role) { return Role::owner; }

struct LogOut { bool everywhere = false; };
struct DeleteAccount {};
struct CreateRoom { std::string name; bool is_private = false; };
struct JoinRoom { Target room; };
struct LeaveRoom { Target room; };
struct InviteToRoom { Target room; std::string user; };
// reply_to: number of the message it answers, 0 for none; it then belongs to the thread which that message is in or begins.
struct Post { Target target; std::string text; std::uint64_t reply_to = 0; };
struct EditMessage { Target target; std::uint64_t number = 0; std::string text; };   // one's own; the texts before are kept
struct DeleteMessage { Target target; std::uint64_t number = 0; };
struct MarkRead { Target target; std::uint64_t number = 0; };      // 0: everything; never goes back
// Message `number` and all behind it are unread again; 0: the last one.
struct MarkUnread { Target target; std::uint64_t number = 0; };
// What of a room its member wants to be told about. Kept for all devices; it changes no counter.
enum class Notify : std::uint8_t { everything = 0, mentions = 1, nothing = 2 };
constexpr Notify greatest(Notify) { return Notify::nothing; }
struct SetNotify { Target target; Notify level = Notify::everything; };
// emoji: one character as a reader sees it, of whatever number of code points. Each user once a message and emoji.
struct React { Target target; std::uint64_t number = 0; std::string emoji; };
struct Unreact { Target target; std::uint64_t number = 0; std::string emoji; };
struct Pin { Target target; std::uint64_t number = 0; };
struct Unpin { Target target; std::uint64_t number = 0; };
// Looking after a room. Nobody acts on one of the same or a higher role; owners do, and the administrators of the server.
struct KickMember { Target room; std::string user; };
struct BanUser { Target room; std::string user; };                  // kicks too; keeps out whoever is not in it
struct UnbanUser { Target room; std::string user; };
struct MuteMember { Target room; std::string user; std::uint64_t for_ms = 0; };   // of log time; 0: may write again
struct SetRole { Target room; std::string user; Role role = Role::member; };
struct SetTopic { Target room; std::string topic; };                // empty: none
struct RenameRoom { Target room; std::string name; };
struct ArchiveRoom { Target room; bool archived = true; };
struct DeleteRoom { Target room; };                                 // for good, with all that is in it
struct EndLogin { LoginId login; };                                 // one of one's own, on another device
// Who may make an account. The first one always may.
enum class Registration : std::uint8_t { open = 0, invite = 1, closed = 2 };
constexpr Registration greatest(Registration) { return Registration::closed; }
struct SetRegistration { Registration policy = Registration::open; };      // for administrators
// What administrators did; each is one entry of the audit log.
enum class AuditAct : std::uint8_t { registration_set = 0, user_disabled = 1, user_enabled = 2, password_reset = 3, retention_set = 4, room_deleted = 5, restored = 6,
    // from consensus::level_of_people on
    administrator_made = 7, administrator_unmade = 8, account_deleted = 9, name_freed = 10,
};
constexpr AuditAct greatest(AuditAct) { return AuditAct::name_freed; }
// Lets so many people register within so long; `code` is the SHA-256 of what they will show.
struct MakeInvite { TokenHash code{}; std::uint32_t uses = 1; std::uint64_t for_ms = 0; };
struct BlockUser { std::string user; };                             // no direct messages or invitations from them, nor to them
struct UnblockUser { std::string user; };
// A disabled account cannot log in, and its logins end; its name, memberships and messages stay. For administrators.
struct DisableUser { std::string user; bool disabled = true; };
// Texts older than this many days of log time are erased, as if they were deleted; 0: kept. For who owns the room.
struct SetRetention { Target room; std::uint32_t days = 0; };
// ---- from consensus::level_of_files on ----
// Says what will be uploaded; until the upload is posted, given up or too old nobody collects its chunks. Again: it is young again.
struct BeginUpload { std::uint64_t size = 0; std::vector<ChunkHash> chunks; };
struct CancelUpload { FileId file; };
// A message with the file, which has to be whole, and with `text` beside it, which may be empty. Ends the upload.
struct PostFile { Target target; FileId file; std::string name; std::string type; std::string text; std::uint64_t reply_to = 0; };
// ---- from consensus::level_of_people on ----
// How one is shown beside one's name. What is not given stays as it is; an empty name, or no_colour, takes it away.
inline constexpr std::uint32_t no_colour = 0x100'0000;              // above every 0xRRGGBB
struct SetProfile { std::optional<std::string> name; std::optional<std::uint32_t> colour; };
// For administrators; one of them always remains.
struct SetAdministrator { std::string user; bool is_admin = true; };
struct DeleteUser { std::string user; bool with_texts = false; };   // somebody else's account
struct FreeName { std::string name; };                              // of an account that is gone: somebody else may take it
// One's own account goes, with_texts: what it wrote is erased by and by, too. The last administrator stays.
struct EraseAccount { bool with_texts = false; };
// A text that is not sent yet, for all devices; the last one of a room counts. Empty: none.
struct KeepDraft { Target target; std::string text; };
using Operation = std::variant<LogOut, DeleteAccount, CreateRoom, JoinRoom, LeaveRoom, InviteToRoom, Post, DeleteMessage, MarkRead,
                               EditMessage, React, Unreact, Pin, Unpin, KickMember, BanUser, UnbanUser, MuteMember, SetRole,
                               SetTopic, RenameRoom, ArchiveRoom, DeleteRoom, MarkUnread, SetNotify, EndLogin, SetRegistration,
                               MakeInvite, BlockUser, UnblockUser, DisableUser, SetRetention,
                               BeginUpload, CancelUpload, PostFile,
                               SetProfile, SetAdministrator, DeleteUser, FreeName, EraseAccount, KeepDraft>;

struct Numbered {
    SessionId session;
    std::uint64_t number = 0;              // 1, 2, 3, … within the session
    std::uint64_t lowest_unanswered = 0;   // answers below it may be forgotten
    Operation operation;
};

// origin: the gateway (node, incarnation) and its own request number, so that it knows its answer when it sees it
// applied. Not part of the meaning: apply ignores it.
struct Origin {
    std::uint64_t node = 0;
    std::uint64_t incarnation = 0;
    std::uint64_t request = 0;
    friend auto operator<=>(const Origin&, const Origin&) = default;
};
struct Command {
    Origin origin;
    std::variant<Unnumbered, Numbered> body;
};

// ---- answers ----

enum class Refusal : std::uint8_t {
    name_taken, name_invalid, name_confusing, no_such_user, wrong_password, password_changed,
    unknown_login, unknown_session, session_gap, number_too_old,
    no_such_room, room_name_taken, room_name_invalid, not_a_member, already_a_member, not_allowed,
    text_empty, text_too_long, text_invalid, no_such_message, limit_reached, last_owner,
    message_deleted, reaction_invalid, banned, muted, read_only, room_archived,
    no_such_member, registration_closed, invite_needed, invite_invalid, no_such_login, blocked, account_disabled, malformed,
    file_too_large, file_name_invalid, no_such_upload, upload_unfinished, quota_exceeded, files_full, members_changed, too_few_holders,
    last_administrator, account_stands, too_many_people,
};
constexpr Refusal greatest(Refusal) { return Refusal::too_many_people; }
// A sentence that says what happened and what to do.
std::string sentence(Refusal refusal);

struct Refused { Refusal why = Refusal::malformed; };
struct Registered { UserId user; LoginId login; bool is_admin = false; };
struct LoggedIn { UserId user; LoginId login; };
struct SessionOpened { SessionId session; };
struct Done {};
struct RoomMade { RoomId room; };
// The digest is the replica's own: the one answer that replicas are allowed to differ in, and must not.
struct Verified { std::uint64_t digest = 0; };
struct Posted { RoomId room; std::uint64_t number = 0; std::string room_name; };   // the message's id: room_name/number; "@bob" in a direct conversation
struct UploadBegun { FileId file; bool is_whole = false; };   // whole: nothing has to be sent
using Result = std::variant<Refused, Registered, LoggedIn, SessionOpened, Done, RoomMade, Posted, Verified, UploadBegun>;

struct Answer {
    std::uint64_t slot = 0;     // where the command took effect (of the first time, on a repeat)
    Result result;
};

template <class A> void serialize(A& a, Register& c, unsigned) { a & make_nvp("name", c.name) & make_nvp("password_hash", c.password_hash) & make_nvp("token", c.token) & make_nvp("device", c.device) & make_nvp("invite", c.invite); }
template <class A> void serialize(A& a, ChangePassword& c, unsigned) { a & make_nvp("token", c.token) & make_nvp("password_version", c.password_version) & make_nvp("password_hash", c.password_hash) & make_nvp("nonce", c.nonce); }
template <class A> void serialize(A& a, LogIn& c, unsigned) { a & make_nvp("user", c.user) & make_nvp("password_version", c.password_version) & make_nvp("token", c.token) & make_nvp("device", c.device); }
template <class A> void serialize(A& a, OpenSession& c, unsigned) { a & make_nvp("token", c.token) & make_nvp("nonce", c.nonce); }
template <class A> void serialize(A& a, Verify& c, unsigned) { a & make_nvp("nonce", c.nonce); }
template <class A> void serialize(A& a, ByRoom& t, unsigned) { a & make_nvp("room", t.room); }
template <class A> void serialize(A& a, ByRoomName& t, unsigned) { a & make_nvp("name", t.name); }
template <class A> void serialize(A& a, ByUserName& t, unsigned) { a & make_nvp("name", t.name); }
template <class A> void serialize(A& a, ByPeople& t, unsigned) { a & make_nvp("names", t.names); }
template <class A> void serialize(A& a, LogOut& c, unsigned) { a & make_nvp("everywhere", c.everywhere); }
template <class A> void serialize(A&, DeleteAccount&, unsigned) {}
template <class A> void serialize(A& a, CreateRoom& c, unsigned) { a & make_nvp("name", c.name) & make_nvp("is_private", c.is_private); }
template <class A> void serialize(A& a, JoinRoom& c, unsigned) { a & make_nvp("room", c.room); }
template <class A> void serialize(A& a, LeaveRoom& c, unsigned) { a & make_nvp("room", c.room); }
template <class A> void serialize(A& a, InviteToRoom& c, unsigned) { a & make_nvp("room", c.room) & make_nvp("user", c.user); }
template <class A> void serialize(A& a, Post& c, unsigned) { a & make_nvp("target", c.target) & make_nvp("text", c.text) & make_nvp("reply_to", c.reply_to); }
template <class A> void serialize(A& a, EditMessage& c, unsigned) { a & make_nvp("target", c.target) & make_nvp("number", c.number) & make_nvp("text", c.text); }
template <class A> void serialize(A& a, DeleteMessage& c, unsigned) { a & make_nvp("target", c.target) & make_nvp("number", c.number); }
template <class A> void serialize(A& a, MarkRead& c, unsigned) { a & make_nvp("target", c.target) & make_nvp("number", c.number); }
template <class A> void serialize(A& a, React& c, unsigned) { a & make_nvp("target", c.target) & make_nvp("number", c.number) & make_nvp("emoji", c.emoji); }
template <class A> void serialize(A& a, Unreact& c, unsigned) { a & make_nvp("target", c.target) & make_nvp("number", c.number) & make_nvp("emoji", c.emoji); }
template <class A> void serialize(A& a, Pin& c, unsigned) { a & make_nvp("target", c.target) & make_nvp("number", c.number); }
template <class A> void serialize(A& a, Unpin& c, unsigned) { a & make_nvp("target", c.target) & make_nvp("number", c.number); }
template <class A> void serialize(A& a, KickMember& c, unsigned) { a & make_nvp("room", c.room) & make_nvp("user", c.user); }
template <class A> void serialize(A& a, BanUser& c, unsigned) { a & make_nvp("room", c.room) & make_nvp("user", c.user); }
template <class A> void serialize(A& a, UnbanUser& c, unsigned) { a & make_nvp("room", c.room) & make_nvp("user", c.user); }
template <class A> void serialize(A& a, MuteMember& c, unsigned) { a & make_nvp("room", c.room) & make_nvp("user", c.user) & make_nvp("for_ms", c.for_ms); }
template <class A> void serialize(A& a, SetRole& c, unsigned) { a & make_nvp("room", c.room) & make_nvp("user", c.user) & make_nvp("role", c.role); }
template <class A> void serialize(A& a, SetTopic& c, unsigned) { a & make_nvp("room", c.room) & make_nvp("topic", c.topic); }
template <class A> void serialize(A& a, RenameRoom& c, unsigned) { a & make_nvp("room", c.room) & make_nvp("name", c.name); }
template <class A> void serialize(A& a, ArchiveRoom& c, unsigned) { a & make_nvp("room", c.room) & make_nvp("archived", c.archived); }
template <class A> void serialize(A& a, DeleteRoom& c, unsigned) { a & make_nvp("room", c.room); }
template <class A> void serialize(A& a, MarkUnread& c, unsigned) { a & make_nvp("target", c.target) & make_nvp("number", c.number); }
template <class A> void serialize(A& a, SetNotify& c, unsigned) { a & make_nvp("target", c.target) & make_nvp("level", c.level); }
template <class A> void serialize(A& a, EndLogin& c, unsigned) { a & make_nvp("login", c.login); }
template <class A> void serialize(A& a, SetRegistration& c, unsigned) { a & make_nvp("policy", c.policy); }
template <class A> void serialize(A& a, MakeInvite& c, unsigned) { a & make_nvp("code", c.code) & make_nvp("uses", c.uses) & make_nvp("for_ms", c.for_ms); }
template <class A> void serialize(A& a, DisableUser& o, unsigned) { a & make_nvp("user", o.user) & make_nvp("disabled", o.disabled); }
template <class A> void serialize(A& a, SetRetention& o, unsigned) { a & make_nvp("room", o.room) & make_nvp("days", o.days); }
template <class A> void serialize(A& a, ResetPassword& c, unsigned) { a & make_nvp("token", c.token) & make_nvp("user", c.user) & make_nvp("password_hash", c.password_hash) & make_nvp("nonce", c.nonce); }
template <class A> void serialize(A& a, BlockUser& c, unsigned) { a & make_nvp("user", c.user); }
template <class A> void serialize(A& a, UnblockUser& c, unsigned) { a & make_nvp("user", c.user); }
template <class A> void serialize(A& a, ConfirmFile& c, unsigned) { a & make_nvp("file", c.file) & make_nvp("configuration", c.configuration) & make_nvp("holders", c.holders); }
template <class A> void serialize(A& a, ExpectVoters& c, unsigned) { a & make_nvp("configuration", c.configuration) & make_nvp("voters", c.voters); }
template <class A> void serialize(A& a, BeginUpload& c, unsigned) { a & make_nvp("size", c.size) & make_nvp("chunks", c.chunks); }
template <class A> void serialize(A& a, CancelUpload& c, unsigned) { a & make_nvp("file", c.file); }
template <class A> void serialize(A& a, PostFile& c, unsigned) { a & make_nvp("target", c.target) & make_nvp("file", c.file) & make_nvp("name", c.name) & make_nvp("type", c.type) & make_nvp("text", c.text) & make_nvp("reply_to", c.reply_to); }
template <class A> void serialize(A& a, SetProfile& c, unsigned) { a & make_nvp("name", c.name) & make_nvp("colour", c.colour); }
template <class A> void serialize(A& a, SetAdministrator& c, unsigned) { a & make_nvp("user", c.user) & make_nvp("is_admin", c.is_admin); }
template <class A> void serialize(A& a, DeleteUser& c, unsigned) { a & make_nvp("user", c.user) & make_nvp("with_texts", c.with_texts); }
template <class A> void serialize(A& a, FreeName& c, unsigned) { a & make_nvp("name", c.name); }
template <class A> void serialize(A& a, EraseAccount& c, unsigned) { a & make_nvp("with_texts", c.with_texts); }
template <class A> void serialize(A& a, KeepDraft& c, unsigned) { a & make_nvp("target", c.target) & make_nvp("text", c.text); }
template <class A> void serialize(A& a, Numbered& c, unsigned) { a & make_nvp("session", c.session) & make_nvp("number", c.number) & make_nvp("lowest_unanswered", c.lowest_unanswered) & make_nvp("operation", c.operation); }
template <class A> void serialize(A& a, Origin& o, unsigned) { a & make_nvp("node", o.node) & make_nvp("incarnation", o.incarnation) & make_nvp("request", o.request); }
template <class A> void serialize(A& a, Command& c, unsigned) { a & make_nvp("origin", c.origin) & make_nvp("body", c.body); }
template <class A> void serialize(A& a, Refused& r, unsigned) { a & make_nvp("why", r.why); }
template <class A> void serialize(A& a, Registered& r, unsigned) { a & make_nvp("user", r.user) & make_nvp("login", r.login) & make_nvp("is_admin", r.is_admin); }
template <class A> void serialize(A& a, LoggedIn& r, unsigned) { a & make_nvp("user", r.user) & make_nvp("login", r.login); }
template <class A> void serialize(A& a, SessionOpened& r, unsigned) { a & make_nvp("session", r.session); }
template <class A> void serialize(A&, Done&, unsigned) {}
template <class A> void serialize(A& a, RoomMade& r, unsigned) { a & make_nvp("room", r.room); }
template <class A> void serialize(A& a, Posted& r, unsigned) { a & make_nvp("room", r.room) & make_nvp("number", r.number) & make_nvp("room_name", r.room_name); }
template <class A> void serialize(A& a, Verified& r, unsigned) { a & make_nvp("digest", r.digest); }
template <class A> void serialize(A& a, UploadBegun& r, unsigned) { a & make_nvp("file", r.file) & make_nvp("is_whole", r.is_whole); }
template <class A> void serialize(A& a, Answer& r, unsigned) { a & make_nvp("slot", r.slot) & make_nvp("result", r.result); }

}  // namespace parley::chat
