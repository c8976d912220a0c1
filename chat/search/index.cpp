#include "chat/search/index.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <sqlite3.h>

#include "chat/search/text.hpp"
#include "net/ports/check.hpp"

namespace parley::chat {
namespace {

constexpr std::uint32_t index_application_id = 0x50617253;   // "ParS"
constexpr std::uint32_t index_format = 3;   // 2: pages carry checksums; 3: names of files, and who has one

// A document's number is its slot and its place among the slot's documents, so that newest first is the order of keys.
constexpr unsigned place_bits = 20;
constexpr std::int64_t places = std::int64_t{1} << place_bits;
constexpr std::uint64_t slot_max = (std::uint64_t{1} << (62U - place_bits)) - 1;

std::int64_t first_of(std::uint64_t slot) { return static_cast<std::int64_t>(std::min(slot, slot_max)) * places; }

// The words lie in `texts` alone; what was indexed lies in `documents`, for SQLite needs it again to take it out.
constexpr const char* index_sql = R"sql(
CREATE TABLE about (one INTEGER PRIMARY KEY CHECK (one = 1), cluster INTEGER NOT NULL) STRICT;
CREATE TABLE rooms (room INTEGER PRIMARY KEY, through INTEGER NOT NULL, changes INTEGER NOT NULL) STRICT;
CREATE TABLE documents (
    document INTEGER PRIMARY KEY,
    room INTEGER NOT NULL,
    number INTEGER NOT NULL,
    author INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    has INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX documents_by_message ON documents (room, number);
CREATE VIRTUAL TABLE texts USING fts5 (text, content = 'documents', content_rowid = 'document', columnsize = 0,
                                       tokenize = 'unicode61 remove_diacritics 2');
)sql";

constexpr const char* tail_sql =
    "CREATE VIRTUAL TABLE temp.tail USING fts5 (text, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2')";

void make(Connection& connection, std::uint64_t cluster) {
    Transaction transaction(connection, Transaction::Kind::write);
    connection.execute(index_sql);
    connection.execute(fmt::format("INSERT INTO about VALUES (1, {})", static_cast<std::int64_t>(cluster)).c_str());
    connection.execute(fmt::format("PRAGMA application_id = {}", index_application_id).c_str());
    connection.execute(fmt::format("PRAGMA user_version = {}", index_format).c_str());
    transaction.commit();
}

void prepare(Connection& connection, std::uint64_t cluster) {
    if (connection.number("SELECT count(*) FROM sqlite_schema") == 0) make(connection, cluster);
    const bool is_ours = connection.number("PRAGMA application_id") == index_application_id &&
                         connection.number("PRAGMA user_version") == index_format &&
                         connection.number("SELECT cluster FROM about WHERE one = 1") == cluster;
    if (!is_ours) throw SqliteError(SQLITE_CORRUPT, "this is not the search index of this cluster, or of another format");
    connection.execute("PRAGMA cache_size = -8192");
    connection.execute(tail_sql);
}

constexpr const char* columns = "d.document, d.room, d.number, d.author, d.time_ms, d.has, d.text";

}  // namespace

SearchIndex::Statements::Statements(Connection& c)
    : add_document(c, "INSERT INTO documents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
      add_words(c, "INSERT INTO texts (rowid, text) VALUES (?1, ?2)"),
      remove_document(c, "DELETE FROM documents WHERE document = ?1"),
      remove_words(c, "INSERT INTO texts (texts, rowid, text) VALUES ('delete', ?1, ?2)"),
      find(c, "SELECT document, text FROM documents WHERE room = ?1 AND number = ?2"),
      free_place(c, "SELECT coalesce(max(document) + 1, ?1) FROM documents WHERE document >= ?1 AND document <= ?2"),
      some_of_room(c, "SELECT number FROM documents WHERE room = ?1 LIMIT ?2"),
      set_room(c, "INSERT OR REPLACE INTO rooms VALUES (?1, ?2, ?3)"),
      forget_room(c, "DELETE FROM rooms WHERE room = ?1"),
      room(c, "SELECT through, changes FROM rooms WHERE room = ?1"),
      rooms(c, "SELECT room FROM rooms ORDER BY room"),
      next_document(c, "SELECT document, time_ms FROM documents WHERE document >= ?1 ORDER BY document LIMIT 1"),
      matching(c, fmt::format("SELECT {} FROM texts t JOIN documents d ON d.document = t.rowid "
                              "WHERE t.rowid <= ?1 AND texts MATCH ?2 ORDER BY t.rowid DESC", columns)),
      all(c, fmt::format("SELECT {} FROM documents d WHERE d.document <= ?1 ORDER BY d.document DESC", columns)),
      all_of_room(c, fmt::format("SELECT {} FROM documents d WHERE d.document <= ?1 AND d.room = ?2 ORDER BY d.number DESC", columns)),
      add_tail(c, "INSERT INTO tail (rowid, text) VALUES (?1, ?2)"),
      clear_tail(c, "INSERT INTO tail (tail) VALUES ('delete-all')"),
      match_tail(c, "SELECT rowid FROM tail WHERE tail MATCH ?1") {}

SearchIndex::SearchIndex(const std::string& native_path, const char* vfs, std::uint64_t cluster)
    : connection_(native_path, vfs, Connection::Use::writer) {
    prepare(connection_, cluster);
    statements_.emplace(connection_);
}

std::int64_t SearchIndex::last_of(std::uint64_t slot) { return first_of(slot) + places - 1; }

IndexedText SearchIndex::read(const Run& run) {
    return {run.number(0) >> place_bits, RoomId{run.number(1)}, run.number(2), UserId{run.number(3)}, run.integer(4), static_cast<std::uint32_t>(run.number(5)), run.text(6)};
}

void SearchIndex::put(const SourceText& text) {
    remove(text.room, text.number);
    if (!text.is_text) return;
    const std::string words = searchable(text.text);
    std::int64_t document = 0;
    {
        Run run(statements_->free_place, first_of(text.slot), last_of(text.slot));
        if (run.row()) document = run.integer(0);
    }
    // A batch is much smaller than that; whoever makes one this large loses the rest of it in searches, nothing else.
    if (document > last_of(text.slot)) return;
    Run(statements_->add_document, document, text.room.value, text.number, text.author.value, text.time_ms, what_has(text), words).done();
    Run(statements_->add_words, document, words).done();
}

void SearchIndex::remove(RoomId room, std::uint64_t number) {
    std::int64_t document = 0;
    std::string words;
    {
        Run run(statements_->find, room.value, number);
        if (!run.row()) return;
        document = run.integer(0);
        words = run.text(1);
    }
    Run(statements_->remove_words, document, words).done();
    Run(statements_->remove_document, document).done();
}

bool SearchIndex::remove_some(RoomId room, std::uint32_t limit) {
    std::vector<std::uint64_t> numbers;
    {
        Run run(statements_->some_of_room, room.value, limit);
        while (run.row()) numbers.push_back(run.number(0));
    }
    for (const std::uint64_t number : numbers) remove(room, number);
    return numbers.size() == limit;
}

void SearchIndex::set_indexed(RoomId room, const Indexed& indexed) {
    Run(statements_->set_room, room.value, indexed.through, indexed.changes).done();
}

void SearchIndex::forget_room(RoomId room) { Run(statements_->forget_room, room.value).done(); }

std::optional<Indexed> SearchIndex::indexed(RoomId room) {
    Run run(statements_->room, room.value);
    if (!run.row()) return std::nullopt;
    return Indexed{run.number(0), run.number(1)};
}

std::vector<RoomId> SearchIndex::rooms() {
    Run run(statements_->rooms);
    std::vector<RoomId> rooms;
    while (run.row()) rooms.push_back(RoomId{run.number(0)});
    return rooms;
}

// Time never goes back along the log, so it can be halved to.
std::optional<std::uint64_t> SearchIndex::slot_at(std::int64_t time_ms) {
    std::uint64_t low = 0;
    std::uint64_t high = slot_max;
    std::optional<std::uint64_t> found;
    while (low <= high) {
        const std::uint64_t middle = low + (high - low) / 2;
        Run run(statements_->next_document, first_of(middle));
        if (!run.row() || run.integer(1) >= time_ms) {
            if (middle == 0) break;
            high = middle - 1;
        } else {
            low = middle + 1;
        }
    }
    Run run(statements_->next_document, first_of(low));
    if (run.row()) found = run.number(0) >> place_bits;
    return found;
}

std::vector<std::size_t> SearchIndex::matching(const std::string& match, const std::vector<std::string>& texts) {
    Transaction transaction(connection_, Transaction::Kind::read);
    for (std::size_t i = 0; i < texts.size(); ++i) Run(statements_->add_tail, std::uint64_t{i + 1}, texts[i]).done();
    std::vector<std::size_t> found;
    {
        Run run(statements_->match_tail, match);
        while (run.row()) found.push_back(run.number(0) - 1);
    }
    Run(statements_->clear_tail).done();
    transaction.commit();
    return found;
}

}  // namespace parley::chat
