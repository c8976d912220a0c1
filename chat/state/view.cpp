// The queries of the readers. Every page is bounded here, whatever was asked for.
#include "chat/state/view.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "chat/state/message_view.hpp"
#include "chat/state/names.hpp"
#include "chat/state/people_view.hpp"
#include "chat/state/schema.hpp"
#include "chat/state/sqlite.hpp"

namespace parley::chat {
namespace {

constexpr std::uint32_t page_rows_max = 1'000;
constexpr std::size_t pattern_bytes_max = 256;

std::uint32_t bounded(std::uint32_t limit) { return std::clamp(limit, 1U, page_rows_max); }

std::span<const std::byte> as_blob(const TokenHash& token) { return {token.data(), token.size()}; }

net::Error not_found(const char* sentence) { return {net::ErrorKind::not_found, sentence}; }

// GLOB over folded names: '*' and '?' are the user's, a bracket stands for itself. "[]" matches nothing.
std::string glob_of(const std::string& pattern) {
    if (pattern.empty()) return "*";
    const std::string folded = pattern.size() <= pattern_bytes_max ? fold_name(pattern) : std::string{};
    if (folded.empty()) return "[]";
    std::string glob;
    for (const char c : folded) {
        if (c == '[') {
            glob += "[[]";
        } else {
            glob.push_back(c);
        }
    }
    return glob;
}

// How a room looks to user ?1: columns in the order of read_room().
constexpr std::string_view room_columns =
    "r.room, CASE WHEN r.direct_low IS NULL THEN r.name WHEN o.deleted THEN 'deleted user' ELSE o.name END, "
    "r.is_private, r.direct_low IS NOT NULL, m.user IS NOT NULL, r.last, r.changes, coalesce(m.read, 0), r.members, "
    "r.topic, r.archived, coalesce(m.role, 0), coalesce(m.muted_until_ms, 0), "
    "(SELECT count(DISTINCT x.number) FROM mentions x WHERE x.room = r.room AND x.user IN (0, ?1) AND x.number > m.read "
    "AND x.number > m.since AND x.author <> ?1), coalesce(m.notify, 0), coalesce(o.user, 0), "
    "coalesce((SELECT days FROM retentions t WHERE t.room = r.room), 0) ";
constexpr std::string_view room_sources =
    "FROM rooms r LEFT JOIN members m ON m.room = r.room AND m.user = ?1 "
    "LEFT JOIN users o ON o.user = CASE WHEN r.direct_low = ?1 THEN r.direct_high ELSE r.direct_low END ";

std::string room_query(std::string_view rest) { return fmt::format("SELECT {}{}{}", room_columns, room_sources, rest); }

RoomRow read_room(const Run& run) {
    return {RoomId{run.number(0)}, run.text(1),   run.flag(2),   run.flag(3), run.flag(4),
            run.number(5),         run.number(6), run.number(7), run.small(8),
            run.text(9),           run.flag(10),  static_cast<Role>(run.small(11)), run.integer(12),
            run.number(13),        static_cast<Notify>(run.small(14)), UserId{run.number(15)},
            run.small(16)};
}


PasswordRow read_password(const Run& run) {
    return {UserId{run.number(0)}, run.text(1), run.small(2), static_cast<std::uint64_t>(run.integer(3))};
}

std::vector<UserRow> read_users(Run& run) {
    std::vector<UserRow> rows;
    while (run.row()) {
        rows.push_back(UserRow{UserId{run.number(0)}, run.text(1), run.flag(2), run.flag(3), static_cast<Role>(run.small(4)), run.integer(5), run.flag(6)});
    }
    return rows;
}

FileRow read_file(const Run& run) {
    auto chunks = net::decode<std::vector<ChunkHash>>(run.blob(3));
    if (!chunks) throw SqliteError(11, "SQLite: the chunks of a file do not decode");
    return {FileId{run.number(0)}, run.number(1), run.flag(2), *std::move(chunks)};
}

// On tables that are there only once there was a file.
struct FileQueries {
    explicit FileQueries(Connection& connection)
        : one(connection, "SELECT file, size, is_whole, chunks FROM files WHERE file = ?1"),
          after(connection, "SELECT file, size, is_whole, chunks FROM files WHERE file > ?1 ORDER BY file LIMIT 64"),
          upload(connection, "SELECT 1 FROM uploads WHERE user = ?1 AND file = ?2"),
          expected(connection, "SELECT e.configuration, e.voters, e.until_ms - p.active_ms, e.since FROM expected_voters e, progress p") {}
    Statement one;
    Statement after;
    Statement upload;
    Statement expected;
};

}  // namespace

struct View::Impl {
    Impl(const std::string& native_path, const char* vfs) : connection(native_path, vfs, Connection::Use::reader) {}

    // `read` in one transaction; an error of SQLite is the answer of this read only.
    template <class Read>
    auto in_transaction(Read read) -> net::Result<decltype(read())> {
        if (before_read) {
            if (const net::Result<void> ready = before_read(); !ready) return ready.error();
        }
        try {
            Transaction transaction(connection, Transaction::Kind::read);
            auto value = read();
            transaction.commit();
            return value;
        } catch (const SqliteError& error) {
            if (error.damaged() && damage_met) damage_met(error.as_error());
            return error.as_error();
        }
    }

    std::vector<RoomRow> read_rooms(Run& run, UserId asking) {
        std::vector<RoomRow> rows;
        while (run.row()) rows.push_back(read_room(run));
        for (RoomRow& row : rows) people.complete(row, asking);
        return rows;
    }
    std::optional<RoomRow> resolve(UserId asking, const Target& target);
    std::optional<RoomRow> room_numbered(UserId asking, RoomId room);
    std::optional<RoomRow> first_room(Statement& statement, UserId asking, const std::string& name);

    net::Function<net::Result<void>()> before_read;
    net::Function<void(const net::Error&)> damage_met;
    Connection connection;
    Statement applied{connection, "SELECT applied_through FROM progress WHERE one = 1"};
    Statement password{connection, "SELECT user, password_hash, password_version, password_nonce FROM users WHERE folded = ?1 AND deleted = 0"};
    Statement password_by_user{connection, "SELECT user, password_hash, password_version, password_nonce FROM users WHERE user = ?1 AND deleted = 0"};
    Statement own_logins{connection, "SELECT login, device, time_ms, login = ?2 FROM logins WHERE user = ?1 ORDER BY login LIMIT ?3"};
    Statement blocked{connection, "SELECT u.user, u.name, u.is_admin, u.deleted, 1, 0, 0 FROM blocks b JOIN users u ON u.user = b.blocked "
                                  "WHERE b.user = ?1 ORDER BY u.folded LIMIT ?2"};
    Statement registration{connection, "SELECT registration FROM settings WHERE one = 1"};
    Statement login{connection, "SELECT l.login, l.user, u.name, u.is_admin FROM logins l JOIN users u ON u.user = l.user "
                                "WHERE l.token = ?1"};
    Statement session{connection, "SELECT login FROM sessions WHERE slot = ?1 AND place = ?2"};
    Statement users{connection, "SELECT user, name, is_admin, deleted, 1, 0, disabled FROM users WHERE folded GLOB ?1 AND folded > ?2 "
                                "AND deleted = 0 ORDER BY folded LIMIT ?3"};
    Statement members{connection, "SELECT u.user, u.name, u.is_admin, u.deleted, m.role, m.muted_until_ms, u.disabled FROM members m JOIN users u ON u.user = m.user "
                                  "WHERE m.room = ?1 AND u.folded > ?2 ORDER BY u.folded LIMIT ?3"};
    Statement banned{connection, "SELECT u.user, u.name, u.is_admin, u.deleted, 0, 0, 0 FROM bans b JOIN users u ON u.user = b.user "
                                 "WHERE b.room = ?1 AND u.folded > ?2 ORDER BY u.folded LIMIT ?3"};
    Statement is_member{connection, "SELECT 1 FROM members WHERE room = ?1 AND user = ?2"};
    Statement own_rooms{connection, room_query("WHERE r.room IN (SELECT room FROM members WHERE user = ?1) "
                                               "ORDER BY coalesce(r.folded, o.folded), r.room LIMIT ?2")};
    Statement public_rooms{connection, room_query("WHERE r.is_private = 0 AND r.folded > ?2 ORDER BY r.folded LIMIT ?3")};
    Statement named_rooms{connection, room_query("WHERE r.direct_low IS NULL AND r.folded > ?2 ORDER BY r.folded LIMIT ?3")};
    Statement audit{connection, "SELECT a.entry, a.time_ms, u.name, a.act, a.subject, a.detail FROM audit a LEFT JOIN users u ON u.user = a.by_user "
                                "WHERE a.entry < ?1 ORDER BY a.entry DESC LIMIT ?2"};
    Statement last_number{connection, "SELECT last FROM rooms WHERE room = ?1"};
    Statement time_of{connection, "SELECT time_ms FROM messages WHERE room = ?1 AND number = ?2"};
    Statement room_by_id{connection, room_query("WHERE r.room = ?2")};
    Statement room_by_name{connection, room_query("WHERE r.folded = ?2")};
    Statement room_by_user{connection, room_query("WHERE r.room = (SELECT d.room FROM rooms d JOIN users w ON w.folded = ?2 "
                                                  "WHERE d.direct_low = min(?1, w.user) AND d.direct_high = max(?1, w.user))")};
    Statement receipts{connection, "SELECT u.user, u.name, m.read FROM members m JOIN users u ON u.user = m.user "
                                   "WHERE m.room = ?1 AND m.read >= ?2 AND u.folded > ?3 ORDER BY u.folded LIMIT ?4"};
    MessageView messages{connection};
    PeopleView people{connection};
    std::optional<FileQueries> files;

    // Null while there was no file yet.
    FileQueries* file_queries() {
        if (!files && state::has_file_tables(connection)) files.emplace(connection);
        return files ? &*files : nullptr;
    }
};

net::Result<std::unique_ptr<View>> View::open(const std::string& native_path, const char* vfs) {
    try {
        return std::unique_ptr<View>(new View(std::make_unique<Impl>(native_path, vfs)));
    } catch (const SqliteError& error) {
        return error.as_error();
    }
}

View::View(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
View::~View() = default;

void View::before_each_read(net::Function<net::Result<void>()> hook) { impl_->before_read = std::move(hook); }
void View::on_damage(net::Function<void(const net::Error&)> told) { impl_->damage_met = std::move(told); }

net::Result<std::uint64_t> View::applied_through() {
    return impl_->in_transaction([&] {
        Run run(impl_->applied);
        return run.row() ? run.number(0) : 0;
    });
}

net::Result<std::optional<PasswordRow>> View::password_of(const std::string& name) {
    return impl_->in_transaction([&]() -> std::optional<PasswordRow> {
        const std::string folded = fold_name(name);
        Run run(impl_->password, folded);
        if (!run.row()) return std::nullopt;
        return read_password(run);
    });
}

net::Result<std::optional<PasswordRow>> View::password_of(UserId user) {
    return impl_->in_transaction([&]() -> std::optional<PasswordRow> {
        Run run(impl_->password_by_user, user.value);
        if (!run.row()) return std::nullopt;
        return read_password(run);
    });
}

net::Result<std::vector<OwnLoginRow>> View::logins_of(UserId user, LoginId current) {
    return impl_->in_transaction([&] {
        Run run(impl_->own_logins, user.value, current.value, page_rows_max);
        std::vector<OwnLoginRow> rows;
        while (run.row()) rows.push_back(OwnLoginRow{LoginId{run.number(0)}, run.text(1), run.integer(2), run.flag(3)});
        return rows;
    });
}

net::Result<std::vector<UserRow>> View::blocked_by(UserId user) {
    return impl_->in_transaction([&] {
        Run run(impl_->blocked, user.value, page_rows_max);
        return read_users(run);
    });
}

net::Result<Registration> View::registration() {
    return impl_->in_transaction([&] {
        Run run(impl_->registration);
        return run.row() ? static_cast<Registration>(run.small(0)) : Registration::closed;
    });
}

net::Result<std::optional<LoginRow>> View::login_by_token(const TokenHash& token) {
    return impl_->in_transaction([&]() -> std::optional<LoginRow> {
        Run run(impl_->login, as_blob(token));
        if (!run.row()) return std::nullopt;
        return LoginRow{LoginId{run.number(0)}, UserId{run.number(1)}, run.text(2), run.flag(3)};
    });
}

net::Result<std::optional<LoginId>> View::session_owner(SessionId session) {
    return impl_->in_transaction([&]() -> std::optional<LoginId> {
        Run run(impl_->session, session.slot, session.place);
        if (!run.row()) return std::nullopt;
        return LoginId{run.number(0)};
    });
}

net::Result<std::vector<UserRow>> View::users(const std::string& pattern, const std::string& after_name, std::uint32_t limit) {
    return impl_->in_transaction([&] {
        const std::string glob = glob_of(pattern);
        const std::string after = fold_name(after_name);
        Run run(impl_->users, glob, after, bounded(limit));
        return read_users(run);
    });
}

net::Result<std::vector<RoomRow>> View::rooms_of(UserId user, std::uint32_t limit) {
    return impl_->in_transaction([&] {
        Run run(impl_->own_rooms, user.value, bounded(limit));
        return impl_->read_rooms(run, user);
    });
}

net::Result<std::vector<RoomRow>> View::public_rooms(UserId asking, const std::string& after_name, std::uint32_t limit) {
    return impl_->in_transaction([&] {
        const std::string after = fold_name(after_name);
        Run run(impl_->public_rooms, asking.value, after, bounded(limit));
        return impl_->read_rooms(run, asking);
    });
}

net::Result<std::vector<RoomRow>> View::named_rooms(UserId asking, const std::string& after_name, std::uint32_t limit) {
    return impl_->in_transaction([&] {
        const std::string after = fold_name(after_name);
        Run run(impl_->named_rooms, asking.value, after, bounded(limit));
        return impl_->read_rooms(run, asking);
    });
}

net::Result<std::vector<AuditRow>> View::audit(std::uint64_t before, std::uint32_t limit) {
    return impl_->in_transaction([&] {
        Run run(impl_->audit, before == 0 ? std::uint64_t{INT64_MAX} : before, bounded(limit));
        std::vector<AuditRow> rows;
        while (run.row()) rows.push_back({run.number(0), run.integer(1), run.text(2), static_cast<AuditAct>(run.small(3)), run.text(4), run.text(5)});
        return rows;
    });
}

// Numbers have no gaps and time never goes back, so it can be halved to.
net::Result<std::uint64_t> View::number_at(RoomId room, std::int64_t time_ms) {
    return impl_->in_transaction([&] {
        std::uint64_t low = 1;
        std::uint64_t high = 1;   // one more than the last
        {
            Run run(impl_->last_number, room.value);
            if (run.row()) high = run.number(0) + 1;
        }
        while (low < high) {
            const std::uint64_t middle = low + (high - low) / 2;
            Run run(impl_->time_of, room.value, middle);
            if (!run.row() || run.integer(0) >= time_ms) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    });
}

std::optional<RoomRow> View::Impl::first_room(Statement& statement, UserId asking, const std::string& name) {
    const std::string folded = fold_name(name);
    Run run(statement, asking.value, folded);
    if (!run.row()) return std::nullopt;
    return read_room(run);
}

std::optional<RoomRow> View::Impl::room_numbered(UserId asking, RoomId room) {
    std::optional<RoomRow> row;
    {
        Run run(room_by_id, asking.value, room.value);
        if (run.row()) row = read_room(run);
    }
    if (row) people.complete(*row, asking);
    return row;
}

std::optional<RoomRow> View::Impl::resolve(UserId asking, const Target& target) {
    if (const auto* by_name = std::get_if<ByRoomName>(&target)) return first_room(room_by_name, asking, by_name->name);
    if (const auto* by_user = std::get_if<ByUserName>(&target)) return first_room(room_by_user, asking, by_user->name);
    if (const auto* by_people = std::get_if<ByPeople>(&target)) {
        const auto room = people.conversation(asking, by_people->names);
        return room ? room_numbered(asking, *room) : std::nullopt;
    }
    return room_numbered(asking, std::get<ByRoom>(target).room);
}

net::Result<RoomRow> View::resolve(UserId asking, const Target& target) {
    auto found = impl_->in_transaction([&] { return impl_->resolve(asking, target); });
    if (!found) return found.error();
    const std::optional<RoomRow>& row = *found;
    if (row && (row->is_member || !row->is_private)) return *row;
    if (std::holds_alternative<ByPeople>(target)) return not_found("There is no conversation between these people yet, or one of the names is nobody's.");
    if (std::holds_alternative<ByUserName>(target)) return not_found("There is no conversation with a user of this name yet.");
    return not_found("There is no such room, or you are not in it.");
}

net::Result<std::vector<UserRow>> View::members(RoomId room, const std::string& after_name, std::uint32_t limit) {
    return impl_->in_transaction([&] {
        const std::string after = fold_name(after_name);
        Run run(impl_->members, room.value, after, bounded(limit));
        return read_users(run);
    });
}

net::Result<std::vector<UserRow>> View::banned(RoomId room, const std::string& after_name, std::uint32_t limit) {
    return impl_->in_transaction([&] {
        const std::string after = fold_name(after_name);
        Run run(impl_->banned, room.value, after, bounded(limit));
        return read_users(run);
    });
}

net::Result<bool> View::is_member(RoomId room, UserId user) {
    return impl_->in_transaction([&] {
        Run run(impl_->is_member, room.value, user.value);
        return run.row();
    });
}

net::Result<std::vector<ReceiptRow>> View::receipts(RoomId room, std::uint64_t number, const std::string& after_name, std::uint32_t limit) {
    return impl_->in_transaction([&] {
        const std::string after = fold_name(after_name);
        Run run(impl_->receipts, room.value, number, after, bounded(limit));
        std::vector<ReceiptRow> rows;
        while (run.row()) rows.push_back({UserId{run.number(0)}, run.text(1), run.number(2)});
        return rows;
    });
}

net::Result<std::vector<ProfileRow>> View::profiles(const std::vector<UserId>& users) {
    return impl_->in_transaction([&] { return impl_->people.profiles(users); });
}

net::Result<std::vector<DraftRow>> View::drafts(UserId user) {
    return impl_->in_transaction([&] { return impl_->people.drafts(user); });
}

net::Result<std::vector<RoomMessage>> View::messages(RoomId room, std::uint64_t after, std::uint64_t before, std::uint32_t limit,
                                                     UserId asking) {
    return impl_->in_transaction([&] {
        return before > 0 ? impl_->messages.before(room, before, bounded(limit), asking)
                          : impl_->messages.after(room, after, bounded(limit), asking);
    });
}

net::Result<std::optional<RoomMessage>> View::message(RoomId room, std::uint64_t number, UserId asking) {
    return impl_->in_transaction([&] { return impl_->messages.one(room, number, asking); });
}

net::Result<std::vector<RoomMessage>> View::replies(RoomId room, std::uint64_t root, std::uint64_t after, std::uint32_t limit,
                                                    UserId asking) {
    return impl_->in_transaction([&] { return impl_->messages.replies(room, root, after, bounded(limit), asking); });
}

net::Result<std::vector<RoomMessage>> View::pinned(RoomId room, UserId asking) {
    return impl_->in_transaction([&] { return impl_->messages.pinned(room, page_rows_max, asking); });
}

net::Result<std::vector<SenderRow>> View::senders(RoomId room, std::uint64_t after, UserId asking) {
    return impl_->in_transaction([&] { return impl_->messages.senders(room, after, asking); });
}

net::Result<std::vector<EditRow>> View::edits(RoomId room, std::uint64_t number) {
    return impl_->in_transaction([&] { return impl_->messages.edits(room, number, page_rows_max); });
}

net::Result<std::vector<MessageChange>> View::changes(RoomId room, std::uint64_t after, std::uint32_t limit) {
    return impl_->in_transaction([&] { return impl_->messages.changes(room, after, bounded(limit)); });
}

net::Result<std::optional<FileRow>> View::file(FileId file) {
    return impl_->in_transaction([&]() -> std::optional<FileRow> {
        FileQueries* const queries = impl_->file_queries();
        if (queries == nullptr) return std::nullopt;
        Run run(queries->one, file.value);
        return run.row() ? std::optional{read_file(run)} : std::nullopt;
    });
}

net::Result<std::vector<FileRow>> View::files(FileId after) {
    return impl_->in_transaction([&] {
        std::vector<FileRow> rows;
        FileQueries* const queries = impl_->file_queries();
        if (queries == nullptr) return rows;
        Run run(queries->after, after.value);
        while (run.row()) rows.push_back(read_file(run));
        return rows;
    });
}

net::Result<bool> View::has_upload(UserId user, FileId file) {
    return impl_->in_transaction([&] {
        FileQueries* const queries = impl_->file_queries();
        if (queries == nullptr) return false;
        Run run(queries->upload, user.value, file.value);
        return run.row();
    });
}

net::Result<std::optional<ExpectedVotersRow>> View::expected_voters() {
    return impl_->in_transaction([&]() -> std::optional<ExpectedVotersRow> {
        FileQueries* const queries = impl_->file_queries();
        if (queries == nullptr) return std::nullopt;
        Run run(queries->expected);
        if (!run.row()) return std::nullopt;
        auto voters = net::decode<std::vector<std::uint64_t>>(run.blob(1));
        if (!voters) throw SqliteError(11, "SQLite: the expected voters do not decode");
        return ExpectedVotersRow{run.number(0), *std::move(voters), run.integer(2), run.number(3)};
    });
}

}  // namespace parley::chat
