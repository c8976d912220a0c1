#include "chat/state/waiting_messages.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <tuple>

#include <sqlite3.h>

namespace parley::chat::state {
namespace {

using Row = WaitingMessages::Row;

// The columns of the table of messages, in its order.
enum Column : int { room, number, slot, time_ms, kind, author, text, deleted, edits, reply_to, thread, session_slot, session_place, session_number };
constexpr const char* columns =
    "CREATE TABLE waiting_messages (room INTEGER, number INTEGER, slot INTEGER, time_ms INTEGER, kind INTEGER, author INTEGER, text TEXT, "
    "deleted INTEGER, edits INTEGER, reply_to INTEGER, thread INTEGER, session_slot INTEGER, session_place INTEGER, session_number INTEGER)";

struct Table : sqlite3_vtab {
    const WaitingMessages* messages = nullptr;
};

struct Cursor : sqlite3_vtab_cursor {
    std::size_t at = 0;
};

const WaitingMessages& messages_of(sqlite3_vtab_cursor* cursor) { return *static_cast<Table*>(cursor->pVtab)->messages; }

int connect(sqlite3* connection, void* messages, int, const char* const*, sqlite3_vtab** made, char**) {
    if (const int code = sqlite3_declare_vtab(connection, columns); code != SQLITE_OK) return code;
    auto table = std::make_unique<Table>();
    table->messages = static_cast<const WaitingMessages*>(messages);
    *made = table.release();
    return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
    delete static_cast<Table*>(table);
    return SQLITE_OK;
}

// There is one way to read it: from the first row to the last.
int plan(sqlite3_vtab*, sqlite3_index_info*) { return SQLITE_OK; }

int open(sqlite3_vtab*, sqlite3_vtab_cursor** made) {
    *made = std::make_unique<Cursor>().release();
    return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
    delete static_cast<Cursor*>(cursor);
    return SQLITE_OK;
}

int first(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) {
    static_cast<Cursor*>(cursor)->at = 0;
    return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* cursor) {
    ++static_cast<Cursor*>(cursor)->at;
    return SQLITE_OK;
}

int is_over(sqlite3_vtab_cursor* cursor) { return static_cast<Cursor*>(cursor)->at >= messages_of(cursor).size() ? 1 : 0; }

std::uint64_t value(const Row& row, int column) {
    switch (column) {
        case room: return row.room;
        case number: return row.number;
        case slot: return row.slot;
        case kind: return row.kind;
        case author: return row.author;
        case deleted: return row.deleted;
        case edits: return row.edits;
        case reply_to: return row.reply_to;
        case thread: return row.thread;
        case session_slot: return row.session.slot;
        case session_place: return row.session.place;
        case session_number: return row.session_number;
        default: return 0;
    }
}

// As Run binds them: SQLite's integers are signed, and a number that is too large becomes the greatest.
std::int64_t stored(std::uint64_t number) {
    return static_cast<std::int64_t>(std::min(number, std::uint64_t{std::numeric_limits<std::int64_t>::max()}));
}

// A text stays where it is for as long as the statement runs: nothing is copied.
int read(sqlite3_vtab_cursor* cursor, sqlite3_context* result, int column) {
    const WaitingMessages& messages = messages_of(cursor);
    const Row& row = messages.rows()[static_cast<Cursor*>(cursor)->at];
    if (column == time_ms) {
        sqlite3_result_int64(result, row.time_ms);
    } else if (column == text) {
        const std::string_view bytes = messages.text(row);
        sqlite3_result_text64(result, bytes.data(), bytes.size(), SQLITE_STATIC, SQLITE_UTF8);
    } else {
        sqlite3_result_int64(result, stored(value(row, column)));
    }
    return SQLITE_OK;
}

int read_rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* rowid) {
    *rowid = static_cast<sqlite3_int64>(static_cast<Cursor*>(cursor)->at);
    return SQLITE_OK;
}

// Without xCreate a table is there on its connection under the module's name and in no schema.
constexpr sqlite3_module module_of_waiting = [] {
    sqlite3_module module{};
    module.xConnect = connect;
    module.xDisconnect = disconnect;
    module.xBestIndex = plan;
    module.xOpen = open;
    module.xClose = close;
    module.xFilter = first;
    module.xNext = next;
    module.xEof = is_over;
    module.xColumn = read;
    module.xRowid = read_rowid;
    return module;
}();

}  // namespace

Connection& WaitingMessages::with_table(Connection& connection, WaitingMessages& rows) {
    const int code = sqlite3_create_module_v2(connection.handle(), "waiting_messages", &module_of_waiting, &rows, nullptr);
    if (code != SQLITE_OK) throw SqliteError(code, "SQLite: the table of waiting messages could not be made");
    return connection;
}

WaitingMessages::WaitingMessages(Connection& connection)
    : insert_(with_table(connection, *this), "INSERT OR FAIL INTO messages SELECT * FROM waiting_messages") {}

void WaitingMessages::add(const RoomMessage& message, SessionId session, std::uint64_t session_number) {
    rows_.push_back({message.room.value, message.number, message.slot, message.time_ms, static_cast<std::uint64_t>(message.kind), message.author.value,
                     texts_.size(), message.text.size(), message.deleted ? 1U : 0U, message.edits, message.reply_to, message.thread, session, session_number});
    texts_ += message.text;
}

void WaitingMessages::insert() {
    if (rows_.empty()) return;
    std::ranges::sort(rows_, {}, [](const Row& row) { return std::tuple{row.room, row.number}; });
    Run(insert_).done();
    rows_.clear();
    texts_.clear();
}

}  // namespace parley::chat::state
