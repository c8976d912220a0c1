// The statements behind Store. Each one is prepared once.
#include "chat/state/store.hpp"

#include <fmt/format.h>

#include "chat/state/names.hpp"
#include "chat/state/row_cache.hpp"
#include "net/archive/archive.hpp"
#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat::state {
namespace {

// Rows of one kind kept between transactions; at most a few hundred bytes each.
constexpr std::size_t cached_rows_max = 65'536;

std::span<const std::byte> as_blob(const TokenHash& token) { return {token.data(), token.size()}; }

TokenHash token_of(std::span<const std::byte> blob) {
    TokenHash token{};
    if (blob.size() != token.size()) throw SqliteError(11, "SQLite: a login's token has the wrong size");
    std::ranges::copy(blob, token.begin());
    return token;
}

// Nonces and hashes are 64 bits, kept as the signed number of the same bits.
std::int64_t stored_bits(std::uint64_t bits) { return static_cast<std::int64_t>(bits); }
std::uint64_t kept_bits(const Run& run, int column) { return static_cast<std::uint64_t>(run.integer(column)); }

template <class Id>
std::optional<Id> one_id(Run& run) {
    if (!run.row()) return std::nullopt;
    return Id{run.number(0)};
}

}  // namespace

std::string UserRecord::shown_name() const { return is_deleted ? std::string{deleted_user_name} : name; }

struct Store::Impl {
    explicit Impl(Connection& used) : connection(used) {}

    Connection& connection;
    RowCache<UserId, UserRecord, HashOfKey> users;
    RowCache<SessionId, SessionRecord, HashOfKey> sessions;
    RowCache<RoomId, RoomRecord, HashOfKey> rooms;
    RowCache<MemberKey, MemberRecord, HashOfKey> members;
    // What is changed or freed is forgotten here.
    std::map<std::string, UserId> users_by_name;
    std::map<std::string, RoomId> rooms_by_name;
    std::map<std::pair<UserId, UserId>, RoomId> rooms_by_pair;

    Statement write_progress{connection, "UPDATE progress SET applied_through = ?1, log_time_ms = ?2, active_ms = ?3, "
                                         "swept_ms = ?4, next_user = ?5, next_login = ?6, next_room = ?7, "
                                         "named_rooms = ?8, doomed_rooms = ?9, retentions = ?10, retention_due_ms = ?11, batches = ?12, results = ?13 "
                                         "WHERE one = 1"};
    Statement read_progress{connection, "SELECT applied_through, log_time_ms, active_ms, swept_ms, next_user, "
                                        "next_login, next_room, named_rooms, doomed_rooms, retentions, retention_due_ms, batches, results FROM progress WHERE one = 1"};

    Statement list_boundaries{connection, "SELECT slot, batches, results FROM boundaries ORDER BY slot"};
    Statement insert_boundary{connection, "INSERT INTO boundaries VALUES (?1, ?2, ?3)"};
    Statement delete_boundaries{connection, "DELETE FROM boundaries WHERE slot < ?1"};

    Statement read_user{connection, "SELECT name, folded, skeleton, password_hash, password_version, password_nonce, is_admin, "
                                    "deleted, disabled, slot FROM users WHERE user = ?1"};
    Statement find_user{connection, "SELECT user FROM users WHERE folded = ?1"};
    Statement find_user_like{connection, "SELECT user FROM users WHERE skeleton = ?1"};
    Statement insert_user{connection, "INSERT INTO users VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"};
    Statement replace_password{connection, "UPDATE users SET password_hash = ?2, password_nonce = ?3, "
                                           "password_version = password_version + 1 WHERE user = ?1"};
    Statement delete_user{connection, "UPDATE users SET deleted = 1, is_admin = 0, password_hash = '', "
                                      "password_version = password_version + 1 WHERE user = ?1"};

    Statement disable_user{connection, "UPDATE users SET disabled = ?2 WHERE user = ?1"};
    Statement administrate{connection, "UPDATE users SET is_admin = ?2 WHERE user = ?1"};
    Statement find_administrator{connection, "SELECT 1 FROM users WHERE is_admin = 1 AND deleted = 0 AND disabled = 0 AND user <> ?1 LIMIT 1"};
    Statement free_name{connection, "UPDATE users SET folded = ?2, skeleton = ?2 WHERE user = ?1"};

    Statement read_login{connection, "SELECT token, user, device, slot, time_ms FROM logins WHERE login = ?1"};
    Statement find_login{connection, "SELECT login FROM logins WHERE token = ?1"};
    Statement list_logins{connection, "SELECT login FROM logins WHERE user = ?1 ORDER BY login"};
    Statement insert_login{connection, "INSERT INTO logins VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
    Statement delete_login{connection, "DELETE FROM logins WHERE login = ?1"};

    Statement read_session{connection, "SELECT login, user, nonce, next, used_ms, answers FROM sessions "
                                       "WHERE slot = ?1 AND place = ?2"};
    Statement find_session{connection, "SELECT slot, place FROM sessions WHERE login = ?1 AND nonce = ?2"};
    Statement list_sessions{connection, "SELECT slot, place FROM sessions WHERE login = ?1 "
                                        "ORDER BY used_ms, slot, place"};
    Statement list_unused{connection, "SELECT slot, place FROM sessions WHERE used_ms < ?1 ORDER BY slot, place"};
    Statement insert_session{connection, "INSERT INTO sessions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
    Statement update_session{connection, "UPDATE sessions SET next = ?3, used_ms = ?4, answers = ?5 "
                                         "WHERE slot = ?1 AND place = ?2"};
    Statement delete_session{connection, "DELETE FROM sessions WHERE slot = ?1 AND place = ?2"};

    Statement read_room{connection, "SELECT name, is_private, direct_low, direct_high, last, changes, members, "
                                    "topic, archived FROM rooms WHERE room = ?1"};
    Statement find_room{connection, "SELECT room FROM rooms WHERE folded = ?1"};
    Statement find_room_like{connection, "SELECT room FROM rooms WHERE skeleton = ?1"};
    Statement find_direct{connection, "SELECT room FROM rooms WHERE direct_low = ?1 AND direct_high = ?2"};
    Statement insert_named_room{connection, "INSERT INTO rooms VALUES (?1, ?2, ?3, ?4, ?5, NULL, NULL, 0, 0, 0, '', 0)"};
    Statement insert_conversation{connection, "INSERT INTO rooms VALUES (?1, '', NULL, NULL, 1, NULL, NULL, 0, 0, 0, '', 0)"};
    Statement insert_direct_room{connection, "INSERT INTO rooms VALUES (?1, '', NULL, NULL, 1, ?2, ?3, 0, 0, 0, '', 0)"};
    Statement update_room{connection, "UPDATE rooms SET last = ?2, changes = ?3, members = ?4 WHERE room = ?1"};

    Statement rename{connection, "UPDATE rooms SET name = ?2, folded = ?3, skeleton = ?4 WHERE room = ?1"};
    Statement set_topic{connection, "UPDATE rooms SET topic = ?2 WHERE room = ?1"};
    Statement archive{connection, "UPDATE rooms SET archived = ?2 WHERE room = ?1"};
    Statement delete_room{connection, "DELETE FROM rooms WHERE room = ?1"};
    Statement delete_bans{connection, "DELETE FROM bans WHERE room = ?1"};
    Statement find_retention{connection, "SELECT days, erased_through FROM retentions WHERE room = ?1"};
    Statement list_retentions{connection, "SELECT room, days, erased_through FROM retentions ORDER BY room"};
    Statement put_retention{connection, "INSERT OR REPLACE INTO retentions VALUES (?1, ?2, ?3)"};
    Statement drop_retention{connection, "DELETE FROM retentions WHERE room = ?1"};
    Statement doom{connection, "INSERT INTO doomed_rooms VALUES (?1)"};
    Statement find_doomed{connection, "SELECT room FROM doomed_rooms ORDER BY room LIMIT 1"};
    Statement undoom{connection, "DELETE FROM doomed_rooms WHERE room = ?1"};

    Statement find_ban{connection, "SELECT 1 FROM bans WHERE room = ?1 AND user = ?2"};
    Statement count_bans{connection, "SELECT count(*) FROM bans WHERE room = ?1"};
    Statement insert_ban{connection, "INSERT INTO bans VALUES (?1, ?2, ?3, ?4)"};
    Statement delete_ban{connection, "DELETE FROM bans WHERE room = ?1 AND user = ?2"};

    Statement read_member{connection, "SELECT read, role, since, muted_until_ms, notify FROM members WHERE room = ?1 AND user = ?2"};
    Statement list_rooms{connection, "SELECT room FROM members WHERE user = ?1 ORDER BY room"};
    Statement find_first{connection, "SELECT user FROM members WHERE room = ?1 ORDER BY role DESC, since, user LIMIT 1"};
    Statement list_members{connection, "SELECT user FROM members WHERE room = ?1 ORDER BY user"};
    Statement find_owner{connection, "SELECT 1 FROM members WHERE room = ?1 AND role = 4 LIMIT 1"};
    Statement insert_member{connection, "INSERT INTO members VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
    Statement update_member{connection, "UPDATE members SET read = ?3, role = ?4, muted_until_ms = ?5, notify = ?6 WHERE room = ?1 AND user = ?2"};
    Statement delete_member{connection, "DELETE FROM members WHERE room = ?1 AND user = ?2"};

    std::vector<SessionId> session_ids(Run& run) {
        std::vector<SessionId> ids;
        while (run.row()) ids.push_back(SessionId{run.number(0), run.small(1)});
        return ids;
    }
};

Store::Store(Connection& connection) : impl_(std::make_unique<Impl>(connection)), messages_(connection), files_(connection), people_(connection), accounts_(connection) {
    Run run(impl_->read_progress);
    if (!run.row()) throw SqliteError(11, "SQLite: the row that says where apply stands is missing");
    progress_ = Progress{run.number(0),  run.integer(1), run.integer(2), run.integer(3),
                         run.number(4), run.number(5),  run.number(6),  run.number(7), run.number(8), run.number(9), run.integer(10), kept_bits(run, 11), kept_bits(run, 12)};
    Run kept(impl_->list_boundaries);
    while (kept.row()) boundaries_.push_back({kept.number(0), kept_bits(kept, 1), kept_bits(kept, 2)});
}

Store::~Store() = default;

const UserRecord* Store::user(UserId id) {
    return impl_->users.find(id, [this](UserId key) -> std::optional<UserRecord> {
        Run run(impl_->read_user, key.value);
        if (!run.row()) return std::nullopt;
        return UserRecord{run.text(0), run.text(1), run.text(2), run.text(3), run.small(4),
                          static_cast<std::uint64_t>(run.integer(5)), run.flag(6), run.flag(7), run.flag(8), run.number(9)};
    });
}

std::optional<UserId> Store::user_named(const std::string& folded) {
    if (const auto known = impl_->users_by_name.find(folded); known != impl_->users_by_name.end()) return known->second;
    Run run(impl_->find_user, folded);
    const auto found = one_id<UserId>(run);
    if (found) impl_->users_by_name.emplace(folded, *found);
    return found;
}

std::optional<UserId> Store::user_that_looks_like(const std::string& skeleton) {
    Run run(impl_->find_user_like, skeleton);
    return one_id<UserId>(run);
}

UserId Store::add_user(UserRecord record) {
    const UserId id{progress_.next_user++};
    Run(impl_->insert_user, id.value, record.name, record.folded, record.skeleton, record.password_hash,
        record.password_version, stored_bits(record.password_nonce), record.is_admin, record.is_deleted, record.is_disabled, record.slot)
        .done();
    impl_->users.adopt(id, std::move(record));
    return id;
}

void Store::mark_user_deleted(UserId id) {
    Run(impl_->delete_user, id.value).done();
    impl_->users.forget(id);
}

void Store::set_disabled(UserId id, bool disabled) {
    Run(impl_->disable_user, id.value, disabled).done();
    impl_->users.forget(id);
}

void Store::set_administrator(UserId id, bool is_admin) {
    Run(impl_->administrate, id.value, is_admin).done();
    impl_->users.forget(id);
}

bool Store::has_other_administrator(UserId id) {
    Run run(impl_->find_administrator, id.value);
    return run.row();
}

// No name has a slash in it, so this one is nobody's.
void Store::free_name(UserId id) {
    const std::string nobodys = fmt::format("/{}", id.value);
    Run(impl_->free_name, id.value, nobodys).done();
    std::erase_if(impl_->users_by_name, [id](const auto& known) { return known.second == id; });
    impl_->users.forget(id);
}

void Store::change_password(UserId id, const std::string& hash, std::uint64_t nonce) {
    Run(impl_->replace_password, id.value, hash, stored_bits(nonce)).done();
    impl_->users.forget(id);
}

std::optional<LoginRecord> Store::login(LoginId id) {
    Run run(impl_->read_login, id.value);
    if (!run.row()) return std::nullopt;
    return LoginRecord{token_of(run.blob(0)), UserId{run.number(1)}, run.text(2), run.number(3), run.integer(4)};
}

std::optional<LoginId> Store::login_by_token(const TokenHash& token) {
    Run run(impl_->find_login, as_blob(token));
    return one_id<LoginId>(run);
}

std::vector<LoginId> Store::logins_of(UserId user) {
    Run run(impl_->list_logins, user.value);
    std::vector<LoginId> ids;
    while (run.row()) ids.push_back(LoginId{run.number(0)});
    return ids;
}

LoginId Store::add_login(const LoginRecord& record) {
    const LoginId id{progress_.next_login++};
    Run(impl_->insert_login, id.value, as_blob(record.token), record.user.value, record.device, record.slot,
        record.time_ms)
        .done();
    return id;
}

void Store::remove_login(LoginId id) { Run(impl_->delete_login, id.value).done(); }

const SessionRecord* Store::session(SessionId id) {
    return impl_->sessions.find(id, [this](SessionId key) -> std::optional<SessionRecord> {
        Run run(impl_->read_session, key.slot, key.place);
        if (!run.row()) return std::nullopt;
        auto answers = net::decode<std::map<std::uint64_t, Answer>>(run.blob(5));
        if (!answers) throw SqliteError(11, "SQLite: the kept answers of a session do not decode");
        return SessionRecord{LoginId{run.number(0)}, UserId{run.number(1)}, run.number(2),
                             run.number(3),          run.integer(4),        std::move(*answers)};
    });
}

SessionRecord& Store::change_session(SessionId id) { return impl_->sessions.change(id); }

std::optional<SessionId> Store::session_by_nonce(LoginId login, std::uint64_t nonce) {
    Run run(impl_->find_session, login.value, stored_bits(nonce));
    if (!run.row()) return std::nullopt;
    return SessionId{run.number(0), run.small(1)};
}

std::vector<SessionId> Store::sessions_of(LoginId login) {
    flush();
    Run run(impl_->list_sessions, login.value);
    return impl_->session_ids(run);
}

std::vector<SessionId> Store::sessions_unused_since(std::int64_t active_ms) {
    flush();
    Run run(impl_->list_unused, active_ms);
    return impl_->session_ids(run);
}

void Store::add_session(SessionId id, SessionRecord record) {
    const net::Bytes answers = net::encode(record.answers);
    Run(impl_->insert_session, id.slot, id.place, record.login.value, record.user.value, stored_bits(record.nonce), record.next,
        record.used_ms, std::span<const std::byte>{answers})
        .done();
    impl_->sessions.adopt(id, std::move(record));
}

void Store::remove_session(SessionId id) {
    Run(impl_->delete_session, id.slot, id.place).done();
    impl_->sessions.forget(id);
}

const RoomRecord* Store::room(RoomId id) {
    return impl_->rooms.find(id, [this](RoomId key) -> std::optional<RoomRecord> {
        Run run(impl_->read_room, key.value);
        if (!run.row()) return std::nullopt;
        RoomRecord record{run.text(0), run.flag(1), std::nullopt, run.number(4), run.number(5), run.small(6),
                          run.text(7), run.flag(8), {}};
        if (!run.null(2)) record.direct = std::pair{UserId{run.number(2)}, UserId{run.number(3)}};
        if (record.name.empty() && !record.direct) record.people = people_.people_of(key);
        return record;
    });
}

RoomRecord& Store::change_room(RoomId id) { return impl_->rooms.change(id); }

std::optional<RoomId> Store::room_named(const std::string& folded) {
    if (const auto known = impl_->rooms_by_name.find(folded); known != impl_->rooms_by_name.end()) return known->second;
    Run run(impl_->find_room, folded);
    const auto found = one_id<RoomId>(run);
    if (found) impl_->rooms_by_name.emplace(folded, *found);
    return found;
}

bool Store::room_looks_like(const std::string& skeleton) {
    Run run(impl_->find_room_like, skeleton);
    return run.row();
}

std::optional<RoomId> Store::direct_room(UserId low, UserId high) {
    const std::pair pair{low, high};
    if (const auto known = impl_->rooms_by_pair.find(pair); known != impl_->rooms_by_pair.end()) return known->second;
    Run run(impl_->find_direct, low.value, high.value);
    const auto found = one_id<RoomId>(run);
    if (found) impl_->rooms_by_pair.emplace(pair, *found);
    return found;
}

RoomId Store::add_room(RoomRecord record, const std::string& folded, const std::string& skeleton) {
    const RoomId id{progress_.next_room++};
    if (record.direct) {
        Run(impl_->insert_direct_room, id.value, record.direct->first.value, record.direct->second.value).done();
    } else {
        Run(impl_->insert_named_room, id.value, record.name, folded, skeleton, record.is_private).done();
        ++progress_.named_rooms;
    }
    impl_->rooms.adopt(id, std::move(record));
    return id;
}

RoomId Store::add_conversation(RoomRecord record, UserId by) {
    const RoomId id{progress_.next_room++};
    Run(impl_->insert_conversation, id.value).done();
    people_.add_conversation(id, record.people, by);
    impl_->rooms.adopt(id, std::move(record));
    return id;
}

void Store::rename_room(RoomId id, const std::string& name, const std::string& folded, const std::string& skeleton) {
    std::erase_if(impl_->rooms_by_name, [id](const auto& known) { return known.second == id; });
    Run(impl_->rename, id.value, name, folded, skeleton).done();
    change_room(id).name = name;
}

void Store::change_topic(RoomId id, const std::string& topic) {
    Run(impl_->set_topic, id.value, topic).done();
    change_room(id).topic = topic;
}

void Store::set_archived(RoomId id, bool archived) {
    Run(impl_->archive, id.value, archived).done();
    change_room(id).is_archived = archived;
}

void Store::remove_room(RoomId id) {
    for (const UserId user : members_of(id)) remove_member(MemberKey{id, user});
    set_retention(id, {});
    Run(impl_->delete_bans, id.value).done();
    Run(impl_->delete_room, id.value).done();
    Run(impl_->doom, id.value).done();
    std::erase_if(impl_->rooms_by_name, [id](const auto& known) { return known.second == id; });
    impl_->rooms.forget(id);
    --progress_.named_rooms;
    ++progress_.doomed_rooms;
}

RetentionRecord Store::retention(RoomId room) {
    Run run(impl_->find_retention, room.value);
    if (!run.row()) return {};
    return {run.small(0), run.number(1)};
}

std::vector<std::pair<RoomId, RetentionRecord>> Store::retentions() {
    std::vector<std::pair<RoomId, RetentionRecord>> all;
    Run run(impl_->list_retentions);
    while (run.row()) all.emplace_back(RoomId{run.number(0)}, RetentionRecord{run.small(1), run.number(2)});
    return all;
}

void Store::set_retention(RoomId room, const RetentionRecord& record) {
    const bool was_there = retention(room).days > 0;
    if (record.days > 0) {
        Run(impl_->put_retention, room.value, record.days, record.erased_through).done();
        if (!was_there) ++progress_.retentions;
    } else if (was_there) {
        Run(impl_->drop_retention, room.value).done();
        --progress_.retentions;
    }
}

std::vector<FileId> Store::erase_some() {
    constexpr std::uint32_t files_per_slot = 64;
    std::vector<FileId> gone;
    if (progress_.doomed_rooms == 0) return gone;
    std::optional<RoomId> room;
    {
        Run run(impl_->find_doomed);
        room = one_id<RoomId>(run);
    }
    CHECK(room.has_value(), "a removed room that is counted is not there");
    const std::vector<std::uint64_t> attached = files_.attached_in(*room, files_per_slot);
    for (const std::uint64_t number : attached) {
        if (const auto file = files_.detach(*room, number)) gone.push_back(*file);
    }
    if (!attached.empty() || messages_.erase_oldest(*room)) return gone;
    Run(impl_->undoom, room->value).done();
    --progress_.doomed_rooms;
    return gone;
}

bool Store::is_banned(MemberKey key) {
    Run run(impl_->find_ban, key.room.value, key.user.value);
    return run.row();
}

std::uint32_t Store::bans(RoomId room) {
    Run run(impl_->count_bans, room.value);
    return run.row() ? run.small(0) : 0;
}

void Store::add_ban(MemberKey key, UserId by, std::int64_t time_ms) {
    Run(impl_->insert_ban, key.room.value, key.user.value, by.value, time_ms).done();
}

void Store::remove_ban(MemberKey key) { Run(impl_->delete_ban, key.room.value, key.user.value).done(); }

const MemberRecord* Store::member(MemberKey key) {
    return impl_->members.find(key, [this](MemberKey wanted) -> std::optional<MemberRecord> {
        Run run(impl_->read_member, wanted.room.value, wanted.user.value);
        if (!run.row()) return std::nullopt;
        return MemberRecord{run.number(0), static_cast<Role>(run.small(1)), run.number(2), run.integer(3),
                            static_cast<Notify>(run.small(4))};
    });
}

MemberRecord& Store::change_member(MemberKey key) { return impl_->members.change(key); }

std::vector<RoomId> Store::rooms_of(UserId user) {
    Run run(impl_->list_rooms, user.value);
    std::vector<RoomId> ids;
    while (run.row()) ids.push_back(RoomId{run.number(0)});
    return ids;
}

std::optional<UserId> Store::first_member(RoomId room) {
    flush();
    Run run(impl_->find_first, room.value);
    return one_id<UserId>(run);
}

std::vector<UserId> Store::members_of(RoomId room) {
    Run run(impl_->list_members, room.value);
    std::vector<UserId> ids;
    while (run.row()) ids.push_back(UserId{run.number(0)});
    return ids;
}

bool Store::has_owner(RoomId room) {
    flush();
    Run run(impl_->find_owner, room.value);
    return run.row();
}

void Store::add_member(MemberKey key, const MemberRecord& record) {
    Run(impl_->insert_member, key.room.value, key.user.value, record.read, static_cast<std::uint32_t>(record.role),
        record.since, record.muted_until_ms, static_cast<std::uint32_t>(record.notify))
        .done();
    impl_->members.adopt(key, record);
    CHECK(room(key.room) != nullptr, "a member of no room");
    ++change_room(key.room).members;
}

void Store::remove_member(MemberKey key) {
    Run(impl_->delete_member, key.room.value, key.user.value).done();
    impl_->members.forget(key);
    people_.drop_draft(key);
    CHECK(room(key.room) != nullptr && room(key.room)->members > 0, "a room lost more members than it had");
    --change_room(key.room).members;
}

void Store::add_boundary() {
    const Boundary boundary{progress_.applied_through, progress_.batches, progress_.results};
    Run(impl_->insert_boundary, boundary.slot, stored_bits(boundary.batches), stored_bits(boundary.results)).done();
    boundaries_.push_back(boundary);
    if (boundaries_.size() <= boundaries_kept) return;
    boundaries_.erase(boundaries_.begin());
    Run(impl_->delete_boundaries, boundaries_.front().slot).done();
}

void Store::flush() {
    messages_.flush();
    impl_->sessions.flush([this](SessionId id, const SessionRecord& record) {
        const net::Bytes answers = net::encode(record.answers);
        Run(impl_->update_session, id.slot, id.place, record.next, record.used_ms, std::span<const std::byte>{answers}).done();
    });
    impl_->rooms.flush([this](RoomId id, const RoomRecord& record) {
        if (net::planted("room_counters_not_flushed")) return;
        Run(impl_->update_room, id.value, record.last, record.changes, record.members).done();
    });
    impl_->members.flush([this](MemberKey key, const MemberRecord& record) {
        Run(impl_->update_member, key.room.value, key.user.value, record.read, static_cast<std::uint32_t>(record.role),
            record.muted_until_ms, static_cast<std::uint32_t>(record.notify))
            .done();
    });
    Run(impl_->write_progress, progress_.applied_through, progress_.log_time_ms, progress_.active_ms,
        progress_.swept_ms, progress_.next_user, progress_.next_login, progress_.next_room, progress_.named_rooms,
        progress_.doomed_rooms, progress_.retentions, progress_.retention_due_ms, stored_bits(progress_.batches), stored_bits(progress_.results))
        .done();
}

void Store::trim() {
    impl_->users.trim(cached_rows_max);
    impl_->sessions.trim(cached_rows_max / 8);   // each with up to 64 answers
    impl_->rooms.trim(cached_rows_max);
    impl_->members.trim(cached_rows_max);
    if (impl_->users_by_name.size() > cached_rows_max) impl_->users_by_name.clear();
    if (impl_->rooms_by_name.size() > cached_rows_max) impl_->rooms_by_name.clear();
    if (impl_->rooms_by_pair.size() > cached_rows_max) impl_->rooms_by_pair.clear();
}

}  // namespace parley::chat::state
