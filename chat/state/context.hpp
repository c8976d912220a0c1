// What every command is executed with, and the executions by area. Each first checks (reads only; may answer Refused),
// then writes (cannot be refused any more). Nothing here looks at a clock, at chance or at anything unordered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "chat/state/chat_state.hpp"
#include "chat/state/store.hpp"
#include "consensus/core/membership.hpp"

namespace parley::chat::state {

// The place a command has in the log, and what it reaches.
struct Context {
    Store& store;
    const Limits& limits;
    std::vector<Effect>& effects;
    std::uint64_t slot = 0;
    std::uint32_t place = 0;       // within the slot's batch
    std::int64_t time_ms = 0;      // log time
    const consensus::Configuration* configuration = nullptr;   // that governs this slot; none: the one of the founding
};

// Who asks inside a session. The session stands for a login that is not ended and an account that is not deleted.
struct Caller {
    UserId user;
    LoginId login;
    SessionId session;
    std::uint64_t number = 0;
};

// ---- accounts.cpp ----
Answer execute(Context& context, const Register& command);
Answer execute(Context& context, const LogIn& command);
Answer execute(Context& context, const ChangePassword& command);
Answer execute(Context& context, const ResetPassword& command);
Result execute(Context& context, const Caller& caller, const LogOut& operation);
Result execute(Context& context, const Caller& caller, const DeleteAccount& operation);
Result execute(Context& context, const Caller& caller, const EraseAccount& operation);
Result execute(Context& context, const Caller& caller, const DeleteUser& operation);

// ---- account_policy.cpp ----
Result execute(Context& context, const Caller& caller, const EndLogin& operation);
Result execute(Context& context, const Caller& caller, const SetRegistration& operation);
Result execute(Context& context, const Caller& caller, const MakeInvite& operation);
Result execute(Context& context, const Caller& caller, const BlockUser& operation);
Result execute(Context& context, const Caller& caller, const UnblockUser& operation);
Result execute(Context& context, const Caller& caller, const DisableUser& operation);
Result execute(Context& context, const Caller& caller, const SetAdministrator& operation);
Result execute(Context& context, const Caller& caller, const FreeName& operation);
void audit(Context& context, UserId by, AuditAct act, std::string subject, std::string detail = {}, std::uint64_t nonce = 0);
// Why nobody may register with this invitation, or without one, now.
std::optional<Refusal> why_not_register(Context& context, const std::optional<TokenHash>& invite);
// One of the two has blocked the other.
bool are_apart(Context& context, UserId one, UserId other);

// ---- sessions.cpp ----
Answer execute(Context& context, const OpenSession& command);
Answer execute(Context& context, const Numbered& command);
// Ends every session that was idle for too long, now and then.
void sweep_sessions(Context& context);
// Ends the login and its sessions.
void end_login(Context& context, LoginId login, UserId user);

// ---- rooms.cpp ----
Result execute(Context& context, const Caller& caller, const CreateRoom& operation);
Result execute(Context& context, const Caller& caller, const JoinRoom& operation);
Result execute(Context& context, const Caller& caller, const LeaveRoom& operation);
Result execute(Context& context, const Caller& caller, const InviteToRoom& operation);

// The room a target means to this user, or why it means none. A private room and a direct conversation that the user is
// not in do not exist for him.
std::variant<Refusal, RoomId> find_target(Context& context, UserId user, const Target& target);
// The same, and the user is in it.
std::variant<Refusal, RoomId> find_own_room(Context& context, UserId user, const Target& target);

RoomId make_room(Context& context, const Caller& creator, const std::string& name, bool is_private);
RoomId make_direct_room(Context& context, UserId one, UserId other);
// The user and the named ones, ascending; or why they cannot talk.
std::variant<Refusal, std::vector<UserId>> find_people(Context& context, UserId user, const ByPeople& target);
// Of two it is their direct conversation, of one that with oneself.
std::optional<RoomId> conversation_between(Context& context, const std::vector<UserId>& people);
std::variant<Refusal, RoomId> begin_conversation(Context& context, UserId user, const std::vector<UserId>& people);
void begin_membership(Context& context, MemberKey key, MemberRecord record);
void end_membership(Context& context, MemberKey key);
// Into the public first room, when it stands and has a place left.
void enter_first_room(Context& context, UserId user);

// ---- rights.cpp ----
bool is_administrator(Context& context, UserId user);
// What the user may do in the room. An administrator of the server counts as an owner of every room, a direct conversation
// apart, where both are plain members.
Role role_in(Context& context, UserId user, RoomId room);
// The room a target means to who may look after it: one's own, and to an administrator every room but other people's
// direct conversations.
std::variant<Refusal, RoomId> find_governed_room(Context& context, UserId user, const Target& target);

// Why this user may not write there now; none: they may.
std::optional<Refusal> why_not_write(Context& context, UserId user, RoomId room);
// The account of that name, if it is not deleted.
std::optional<UserId> find_user(Context& context, const std::string& name);

// ---- moderation.cpp ----
Result execute(Context& context, const Caller& caller, const KickMember& operation);
Result execute(Context& context, const Caller& caller, const BanUser& operation);
Result execute(Context& context, const Caller& caller, const UnbanUser& operation);
Result execute(Context& context, const Caller& caller, const MuteMember& operation);
Result execute(Context& context, const Caller& caller, const SetRole& operation);

// ---- room_changes.cpp ----
Result execute(Context& context, const Caller& caller, const SetTopic& operation);
Result execute(Context& context, const Caller& caller, const RenameRoom& operation);
Result execute(Context& context, const Caller& caller, const ArchiveRoom& operation);
Result execute(Context& context, const Caller& caller, const DeleteRoom& operation);
Result execute(Context& context, const Caller& caller, const SetRetention& operation);
// None, or why no room may have this name.
std::optional<Refusal> judge_new_room_name(Context& context, const std::string& name, std::optional<RoomId> renamed = {});

// ---- messages.cpp ----
Result execute(Context& context, const Caller& caller, const Post& operation);
Result execute(Context& context, const Caller& caller, const PostFile& operation);
Result execute(Context& context, const Caller& caller, const MarkRead& operation);

// The next message of the room; moves the author's own read marker along when it had read everything before. `thread`: the
// number its thread begins with, when it answers message `reply_to`.
std::uint64_t append_message(Context& context, const Caller& author, RoomId room, MessageKind kind, std::string text,
                             std::uint64_t reply_to = 0, std::uint64_t thread = 0, std::optional<MessageFile> file = {});

Result execute(Context& context, const Caller& caller, const MarkUnread& operation);
Result execute(Context& context, const Caller& caller, const SetNotify& operation);
// Keeps who the text speaks to, of those in the room. Nobody in particular is spoken to in a direct conversation.
void keep_mentions(Context& context, UserId author, RoomId room, std::uint64_t number, const std::string& text);

// ---- people.cpp ----
Result execute(Context& context, const Caller& caller, const SetProfile& operation);
Result execute(Context& context, const Caller& caller, const KeepDraft& operation);

// ---- files.cpp ----
Answer execute(Context& context, const ConfirmFile& command);
Answer execute(Context& context, const ExpectVoters& command);
Result execute(Context& context, const Caller& caller, const BeginUpload& operation);
Result execute(Context& context, const Caller& caller, const CancelUpload& operation);
// What the message will carry, or why it may not.
std::variant<Refusal, MessageFile> file_to_post(Context& context, const Caller& caller, const PostFile& operation);
// In place of the author's upload.
void attach(Context& context, const Caller& author, RoomId room, std::uint64_t number, const MessageFile& file);
// Ends uploads that were not posted in time, some with every slot.
void end_old_uploads(Context& context);
void end_uploads_of(Context& context, UserId user);
void tell_if_gone(Context& context, std::optional<FileId> file);

// ---- message_changes.cpp ----
Result execute(Context& context, const Caller& caller, const DeleteMessage& operation);
Result execute(Context& context, const Caller& caller, const EditMessage& operation);
// Erases texts that are older than their room keeps them, some with every slot.
void erase_aged(Context& context);
// The same of texts whose authors went and took them along.
void erase_left_behind(Context& context);
Result execute(Context& context, const Caller& caller, const React& operation);
Result execute(Context& context, const Caller& caller, const Unreact& operation);
Result execute(Context& context, const Caller& caller, const Pin& operation);
Result execute(Context& context, const Caller& caller, const Unpin& operation);

}  // namespace parley::chat::state
