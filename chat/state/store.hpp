// Store: the rows of the replicated state as the commands need them, above one SQLite connection. Counters of rooms,
// members and sessions are written behind, at the latest when the transaction commits; everything else at once.
// Knows no rules of the chat. Every error of SQLite here is fatal to the replica.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/state/account_store.hpp"
#include "chat/state/boundary.hpp"
#include "chat/state/file_store.hpp"
#include "chat/state/message_store.hpp"
#include "chat/state/people_store.hpp"
#include "chat/state/records.hpp"
#include "chat/state/sqlite.hpp"

namespace parley::chat::state {

class Store {
public:
    explicit Store(Connection& connection);
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    // Where apply stands; changed in place, written by flush().
    Progress& progress() { return progress_; }
    // The running hashes at the newest boundaries, in order; applied_through is one now.
    [[nodiscard]] const std::vector<Boundary>& boundaries() const { return boundaries_; }
    void add_boundary();

    // ---- users and logins ----
    const UserRecord* user(UserId id);
    std::optional<UserId> user_named(const std::string& folded);
    std::optional<UserId> user_that_looks_like(const std::string& skeleton);
    UserId add_user(UserRecord record);
    void mark_user_deleted(UserId id);
    void set_disabled(UserId id, bool disabled);
    void set_administrator(UserId id, bool is_admin);
    bool has_other_administrator(UserId id);                     // who may log in
    // Of an account that is deleted: another one may have it from here on.
    void free_name(UserId id);
    void change_password(UserId id, const std::string& hash, std::uint64_t nonce);
    AccountStore& accounts() { return accounts_; }

    std::optional<LoginRecord> login(LoginId id);
    std::optional<LoginId> login_by_token(const TokenHash& token);
    std::vector<LoginId> logins_of(UserId user);
    LoginId add_login(const LoginRecord& record);
    void remove_login(LoginId id);

    // ---- sessions ----
    const SessionRecord* session(SessionId id);
    SessionRecord& change_session(SessionId id);
    std::optional<SessionId> session_by_nonce(LoginId login, std::uint64_t nonce);
    std::vector<SessionId> sessions_of(LoginId login);           // the longest unused first
    std::vector<SessionId> sessions_unused_since(std::int64_t active_ms);
    void add_session(SessionId id, SessionRecord record);
    void remove_session(SessionId id);

    // ---- rooms and members ----
    const RoomRecord* room(RoomId id);
    RoomRecord& change_room(RoomId id);
    std::optional<RoomId> room_named(const std::string& folded);
    bool room_looks_like(const std::string& skeleton);
    std::optional<RoomId> direct_room(UserId low, UserId high);
    // The old name is free from here on.
    void rename_room(RoomId id, const std::string& name, const std::string& folded, const std::string& skeleton);
    void change_topic(RoomId id, const std::string& topic);
    void set_archived(RoomId id, bool archived);
    // The room, its members and bans are gone at once; its messages are erased by and by, see erase_some().
    void remove_room(RoomId id);
    RoomId add_room(RoomRecord record, const std::string& folded, const std::string& skeleton);
    // A conversation of record.people.
    RoomId add_conversation(RoomRecord record, UserId by);

    const MemberRecord* member(MemberKey key);
    MemberRecord& change_member(MemberKey key);
    std::vector<RoomId> rooms_of(UserId user);
    // The one of the highest role, among these the one who has been in it longest.
    std::optional<UserId> first_member(RoomId room);
    std::vector<UserId> members_of(RoomId room);
    bool has_owner(RoomId room);
    void add_member(MemberKey key, const MemberRecord& record);
    void remove_member(MemberKey key);

    bool is_banned(MemberKey key);
    std::uint32_t bans(RoomId room);
    void add_ban(MemberKey key, UserId by, std::int64_t time_ms);
    void remove_ban(MemberKey key);

    RetentionRecord retention(RoomId room);
    std::vector<std::pair<RoomId, RetentionRecord>> retentions();     // by room
    void set_retention(RoomId room, const RetentionRecord& record);

    // Erases messages of rooms that were removed, their files first: so many at a time that a slot stays short. Gives the files that
    // nobody uses any more.
    std::vector<FileId> erase_some();

    MessageStore& messages() { return messages_; }
    FileStore& files() { return files_; }
    PeopleStore& people() { return people_; }

    // Writes what is still only in memory. Must be called before the transaction commits, and before a scan of rows
    // whose counters matter.
    void flush();
    // Once committed: keeps the memory of rows within bounds.
    void trim();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
    MessageStore messages_;
    FileStore files_;
    PeopleStore people_;
    AccountStore accounts_;
    Progress progress_;
    std::vector<Boundary> boundaries_;
};

}  // namespace parley::chat::state
