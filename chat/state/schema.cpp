// The schema as SQL, how a new file gets it and how an old one is judged.
#include "chat/state/schema.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <sqlite3.h>

#include "chat/state/checked_pages.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat::state {
namespace {

// Messages are kept in the order they are read in, so that a post and a page of history cost the same in any room.
constexpr const char* schema_sql = R"sql(
CREATE TABLE progress (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    applied_through INTEGER NOT NULL,
    log_time_ms INTEGER NOT NULL,
    active_ms INTEGER NOT NULL,
    swept_ms INTEGER NOT NULL,
    next_user INTEGER NOT NULL,
    next_login INTEGER NOT NULL,
    next_room INTEGER NOT NULL,
    named_rooms INTEGER NOT NULL,
    doomed_rooms INTEGER NOT NULL,
    retentions INTEGER NOT NULL,
    retention_due_ms INTEGER NOT NULL,
    batches INTEGER NOT NULL,
    results INTEGER NOT NULL
) STRICT;
INSERT INTO progress VALUES (1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0);

CREATE TABLE boundaries (
    slot INTEGER PRIMARY KEY,
    batches INTEGER NOT NULL,
    results INTEGER NOT NULL
) STRICT;

CREATE TABLE membership (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    configuration BLOB NOT NULL
) STRICT;

CREATE TABLE users (
    user INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    skeleton TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    password_version INTEGER NOT NULL,
    password_nonce INTEGER NOT NULL,
    is_admin INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    disabled INTEGER NOT NULL,
    slot INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_by_folded ON users (folded);
CREATE UNIQUE INDEX users_by_skeleton ON users (skeleton);

CREATE TABLE settings (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    registration INTEGER NOT NULL
) STRICT;
INSERT INTO settings VALUES (1, 0);

CREATE TABLE invites (
    code BLOB PRIMARY KEY,
    by_user INTEGER NOT NULL,
    made_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    uses_left INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX invites_by_user ON invites (by_user, expires_ms);

CREATE TABLE blocks (
    user INTEGER NOT NULL,
    blocked INTEGER NOT NULL,
    PRIMARY KEY (user, blocked)
) STRICT, WITHOUT ROWID;

CREATE TABLE logins (
    login INTEGER PRIMARY KEY,
    token BLOB NOT NULL,
    user INTEGER NOT NULL,
    device TEXT NOT NULL,
    slot INTEGER NOT NULL,
    time_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX logins_by_token ON logins (token);
CREATE INDEX logins_by_user ON logins (user, login);

CREATE TABLE sessions (
    slot INTEGER NOT NULL,
    place INTEGER NOT NULL,
    login INTEGER NOT NULL,
    user INTEGER NOT NULL,
    nonce INTEGER NOT NULL,
    next INTEGER NOT NULL,
    used_ms INTEGER NOT NULL,
    answers BLOB NOT NULL,
    PRIMARY KEY (slot, place)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX sessions_by_login ON sessions (login, nonce);

CREATE TABLE rooms (
    room INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    folded TEXT,
    skeleton TEXT,
    is_private INTEGER NOT NULL,
    direct_low INTEGER,
    direct_high INTEGER,
    last INTEGER NOT NULL,
    changes INTEGER NOT NULL,
    members INTEGER NOT NULL,
    topic TEXT NOT NULL,
    archived INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX rooms_by_folded ON rooms (folded);
CREATE UNIQUE INDEX rooms_by_skeleton ON rooms (skeleton);
CREATE UNIQUE INDEX rooms_by_pair ON rooms (direct_low, direct_high);

CREATE TABLE members (
    room INTEGER NOT NULL,
    user INTEGER NOT NULL,
    read INTEGER NOT NULL,
    role INTEGER NOT NULL,
    since INTEGER NOT NULL,
    muted_until_ms INTEGER NOT NULL,
    notify INTEGER NOT NULL,
    PRIMARY KEY (room, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_by_user ON members (user, room);

CREATE TABLE bans (
    room INTEGER NOT NULL,
    user INTEGER NOT NULL,
    by_user INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    PRIMARY KEY (room, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE retentions (
    room INTEGER PRIMARY KEY,
    days INTEGER NOT NULL,
    erased_through INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    entry INTEGER PRIMARY KEY,
    slot INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    by_user INTEGER NOT NULL,
    act INTEGER NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    nonce INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX audit_by_nonce ON audit (nonce) WHERE nonce <> 0;

CREATE TABLE doomed_rooms (
    room INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE messages (
    room INTEGER NOT NULL,
    number INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    author INTEGER NOT NULL,
    text TEXT NOT NULL,
    deleted INTEGER NOT NULL,
    edits INTEGER NOT NULL,
    reply_to INTEGER NOT NULL,
    thread INTEGER NOT NULL,
    session_slot INTEGER NOT NULL,
    session_place INTEGER NOT NULL,
    session_number INTEGER NOT NULL,
    PRIMARY KEY (room, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX messages_by_thread ON messages (room, thread, number) WHERE thread > 0;

CREATE TABLE threads (
    room INTEGER NOT NULL,
    root INTEGER NOT NULL,
    replies INTEGER NOT NULL,
    PRIMARY KEY (room, root)
) STRICT, WITHOUT ROWID;

CREATE TABLE edits (
    room INTEGER NOT NULL,
    number INTEGER NOT NULL,
    edit INTEGER NOT NULL,
    replaced_ms INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (room, number, edit)
) STRICT, WITHOUT ROWID;

CREATE TABLE reactions (
    room INTEGER NOT NULL,
    number INTEGER NOT NULL,
    emoji TEXT NOT NULL,
    user INTEGER NOT NULL,
    PRIMARY KEY (room, number, emoji, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE reaction_counts (
    room INTEGER NOT NULL,
    number INTEGER NOT NULL,
    emoji TEXT NOT NULL,
    first INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (room, number, emoji)
) STRICT, WITHOUT ROWID;

CREATE TABLE mentions (
    room INTEGER NOT NULL,
    user INTEGER NOT NULL,
    number INTEGER NOT NULL,
    author INTEGER NOT NULL,
    PRIMARY KEY (room, user, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_by_message ON mentions (room, number);

CREATE TABLE pins (
    room INTEGER NOT NULL,
    number INTEGER NOT NULL,
    user INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    PRIMARY KEY (room, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE changes (
    room INTEGER NOT NULL,
    change INTEGER NOT NULL,
    number INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    user INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    emoji TEXT NOT NULL,
    slot INTEGER NOT NULL,
    PRIMARY KEY (room, change)
) STRICT, WITHOUT ROWID;
)sql";

// A file's list of chunks is one value: a gibibyte has a thousand, and nobody asks for one of them.
constexpr const char* files_sql = R"sql(
CREATE TABLE file_totals (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    next_file INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;
INSERT INTO file_totals VALUES (1, 1, 0);

CREATE TABLE files (
    file INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    size INTEGER NOT NULL,
    chunks BLOB NOT NULL,
    is_whole INTEGER NOT NULL,
    uses INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX files_by_hash ON files (hash);

CREATE TABLE file_quotas (
    user INTEGER PRIMARY KEY,
    bytes INTEGER NOT NULL
) STRICT;

CREATE TABLE uploads (
    user INTEGER NOT NULL,
    file INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (user, file)
) STRICT, WITHOUT ROWID;
CREATE INDEX uploads_by_end ON uploads (until_ms, user, file);

CREATE TABLE attachments (
    room INTEGER NOT NULL,
    number INTEGER NOT NULL,
    file INTEGER NOT NULL,
    author INTEGER NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    PRIMARY KEY (room, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE expected_voters (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    configuration INTEGER NOT NULL,
    voters BLOB NOT NULL,
    until_ms INTEGER NOT NULL,
    since INTEGER NOT NULL
) STRICT;
)sql";

// What is known of people beside their accounts. A conversation of several people is a room without a name: `people` says whose.
constexpr const char* people_sql = R"sql(
CREATE INDEX users_by_administration ON users (user) WHERE is_admin = 1;

CREATE TABLE profiles (
    user INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    colour INTEGER NOT NULL
) STRICT;

CREATE TABLE conversations (
    room INTEGER PRIMARY KEY,
    people BLOB NOT NULL,
    by_user INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX conversations_by_people ON conversations (people);
CREATE INDEX conversations_by_user ON conversations (by_user);

CREATE TABLE drafts (
    user INTEGER NOT NULL,
    room INTEGER NOT NULL,
    text TEXT NOT NULL,
    time_ms INTEGER NOT NULL,
    PRIMARY KEY (user, room)
) STRICT, WITHOUT ROWID;

CREATE TABLE erasures (
    user INTEGER PRIMARY KEY,
    room INTEGER NOT NULL,
    number INTEGER NOT NULL
) STRICT;
)sql";

// Larger files are not read through at every start: their pages are judged when they are used.
constexpr std::uint64_t checked_pages_max = 16'384;

bool is_new(Connection& connection) {
    return connection.number("PRAGMA application_id") == 0 &&
           connection.number("SELECT count(*) FROM sqlite_schema") == 0;
}

void make(Connection& connection) {
    Transaction transaction(connection, Transaction::Kind::write);
    connection.execute(schema_sql);
    connection.execute(fmt::format("PRAGMA application_id = {}", state_application_id).c_str());
    connection.execute(fmt::format("PRAGMA user_version = {}", state_format).c_str());
    transaction.commit();
}

}  // namespace

const std::vector<TableKey>& state_tables() {
    static const std::vector<TableKey> tables{
        {"progress", "one"}, {"boundaries", "slot"}, {"membership", "one"}, {"users", "user"}, {"settings", "one"}, {"invites", "code"}, {"blocks", "user, blocked"},
        {"logins", "login"}, {"sessions", "slot, place"}, {"rooms", "room"}, {"members", "room, user"}, {"bans", "room, user"},
        {"retentions", "room"}, {"audit", "entry"}, {"doomed_rooms", "room"}, {"messages", "room, number"}, {"threads", "room, root"}, {"edits", "room, number, edit"},
        {"reactions", "room, number, emoji, user"}, {"reaction_counts", "room, number, emoji"},
        {"mentions", "room, user, number"}, {"pins", "room, number"}, {"changes", "room, change"},
    };
    return tables;
}

const std::vector<TableKey>& file_tables() {
    static const std::vector<TableKey> tables{{"file_totals", "one"}, {"files", "file"}, {"file_quotas", "user"}, {"uploads", "user, file"},
                                              {"attachments", "room, number"}, {"expected_voters", "one"}, {"profiles", "user"}, {"conversations", "room"},
                                              {"drafts", "user, room"}, {"erasures", "user"}};
    return tables;
}

bool has_file_tables(Connection& connection) { return connection.number("SELECT count(*) FROM sqlite_schema WHERE name = 'files'") > 0; }

void make_file_tables(Connection& connection) {
    if (has_file_tables(connection)) return;
    connection.change_schema(files_sql);
    connection.change_schema(people_sql);
    connection.change_schema(fmt::format("PRAGMA user_version = {}", state_format_files).c_str());
}

void judge_schema(Connection& connection) {
    if (connection.number("PRAGMA application_id") != state_application_id) {
        throw SqliteError(SQLITE_NOTADB, "this file is an SQLite database, but not one of Parley's");
    }
    const std::uint64_t format = connection.number("PRAGMA user_version");
    if (format != state_format && format != state_format_files) {
        throw SqliteError(SQLITE_CANTOPEN,
                          fmt::format("the database has format {} and this program knows formats {} and {}: start the version "
                                      "of Parley that wrote it",
                                      format, state_format, state_format_files));
    }
    if (!has_checked_pages(connection.handle())) {
        throw SqliteError(SQLITE_CORRUPT, "the database is damaged: its header says that its pages have no checksums, and it was made with them");
    }
    if (connection.number("PRAGMA page_count") > checked_pages_max) return;
    const std::uint64_t failed_before = failed_reads(connection.handle());
    std::string verdict = connection.text("PRAGMA quick_check(1)");
    if (verdict == "ok") return;
    std::ranges::replace(verdict, '\n', ' ');   // it becomes part of a sentence
    // What the disk does not give now it may give at the next start: nothing is known to be damaged.
    const bool is_unread = failed_reads(connection.handle()) != failed_before && !net::planted("unread_page_is_damage");
    if (is_unread) throw SqliteError(SQLITE_IOERR_READ, "the disk did not read the whole database: " + verdict);
    throw SqliteError(SQLITE_CORRUPT, "the database is damaged: " + verdict);
}

void prepare_schema(Connection& connection) {
    if (is_new(connection)) return make(connection);
    judge_schema(connection);
}

}  // namespace parley::chat::state
