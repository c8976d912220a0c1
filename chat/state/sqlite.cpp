// How SQLite is opened and run. Must never leave a setting to the library's build options or defaults.
#include "chat/state/sqlite.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "chat/state/checked_pages.hpp"
#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat {
namespace {

[[noreturn]] void fail(sqlite3* connection, int code) {
    if (code == SQLITE_IOERR_DATA) throw SqliteError(code, "a page of the database does not fit its checksum: the disk has changed it");
    const char* detail = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
    throw SqliteError(code, fmt::format("SQLite: {} (code {})", detail, code));
}

// What a statement may call: functions of their arguments alone.
constexpr std::array<std::string_view, 8> allowed_functions{"coalesce", "count", "glob", "length",
                                                            "max",      "min",   "substr", "ifnull"};

int authorize(void*, int action, const char*, const char* second, const char*, const char*) {
    switch (action) {
        case SQLITE_SELECT:
        case SQLITE_READ:
        case SQLITE_INSERT:
        case SQLITE_UPDATE:
        case SQLITE_DELETE:
        case SQLITE_TRANSACTION:
            return SQLITE_OK;
        case SQLITE_FUNCTION:
            for (const std::string_view name : allowed_functions) {
                if (second != nullptr && name == second) return SQLITE_OK;
            }
            return SQLITE_DENY;
        default:
            return SQLITE_DENY;
    }
}

// Before SQLite is used for the first time in a process; later it changes nothing. Counting the bytes of all connections costs a lock
// that all of them share at every allocation, and nobody reads the count.
bool is_memory_left_uncounted() { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK; }

int remember_frames(void* frames, sqlite3*, const char*, int count) {
    *static_cast<int*>(frames) = count;
    return SQLITE_OK;
}

}  // namespace

bool SqliteError::damaged() const {
    const int primary = code_ & 0xFF;
    return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB || code_ == SQLITE_IOERR_DATA;
}

net::Error SqliteError::as_error() const {
    return {damaged() ? net::ErrorKind::damaged : net::ErrorKind::io_failed, what()};
}

Statement::Statement(Connection& connection, std::string_view sql) : connection_(connection.handle()), statement_(nullptr) {
    const int code = sqlite3_prepare_v3(connection_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
    if (code != SQLITE_OK) fail(connection_, code);
}

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_), statement_(std::exchange(other.statement_, nullptr)) {}

Statement::~Statement() { sqlite3_finalize(statement_); }

Run::~Run() {
    sqlite3_reset(statement_.statement_);
    sqlite3_clear_bindings(statement_.statement_);
}

void Run::check(int code) const {
    if (code != SQLITE_OK) fail(statement_.connection_, code);
}

// SQLite's integers are signed. A number from outside that is too large for them is larger than every stored one.
void Run::bind(std::uint64_t value) {
    constexpr std::uint64_t value_max = std::numeric_limits<std::int64_t>::max();
    bind(static_cast<std::int64_t>(std::min(value, value_max)));
}
void Run::bind(std::int64_t value) { check(sqlite3_bind_int64(statement_.statement_, ++bound_, value)); }
void Run::bind(std::nullptr_t) { check(sqlite3_bind_null(statement_.statement_, ++bound_)); }
void Run::bind(std::string_view text) {
    const char* bytes = text.data() != nullptr ? text.data() : "";
    check(sqlite3_bind_text64(statement_.statement_, ++bound_, bytes, text.size(), nullptr, SQLITE_UTF8));
}
void Run::bind(std::span<const std::byte> blob) {
    if (blob.empty()) return check(sqlite3_bind_zeroblob(statement_.statement_, ++bound_, 0));
    check(sqlite3_bind_blob64(statement_.statement_, ++bound_, blob.data(), blob.size(), nullptr));
}

bool Run::row() {
    const int code = sqlite3_step(statement_.statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    fail(statement_.connection_, code);
}

void Run::done() {
    const bool has_row = row();
    CHECK(!has_row, "a statement without results gave a row");
}

std::int64_t Run::integer(int column) const { return sqlite3_column_int64(statement_.statement_, column); }
std::uint64_t Run::number(int column) const { return static_cast<std::uint64_t>(integer(column)); }
bool Run::null(int column) const { return sqlite3_column_type(statement_.statement_, column) == SQLITE_NULL; }
bool Run::is_integer(int column) const { return sqlite3_column_type(statement_.statement_, column) == SQLITE_INTEGER; }
int Run::columns() const { return sqlite3_column_count(statement_.statement_); }

std::span<const std::byte> Run::blob(int column) const {
    const void* bytes = sqlite3_column_blob(statement_.statement_, column);
    const int size = sqlite3_column_bytes(statement_.statement_, column);
    if (bytes == nullptr) return {};
    return {static_cast<const std::byte*>(bytes), static_cast<std::size_t>(size)};
}

std::string Run::text(int column) const {
    const std::span<const std::byte> bytes = blob(column);
    std::string text(bytes.size(), '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) text[i] = static_cast<char>(bytes[i]);
    return text;
}

Connection::Connection(const std::string& native_path, const char* vfs, Use use) {
    [[maybe_unused]] static const bool is_uncounted = is_memory_left_uncounted();
    // Not SQLITE_OPEN_READONLY for readers: in WAL mode they write their read mark into the shared index.
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (use == Use::writer ? SQLITE_OPEN_CREATE : 0);
    const int code = sqlite3_open_v2(native_path.c_str(), &handle_, flags, with_checked_pages(vfs));
    try {
        if (code != SQLITE_OK) fail(handle_, code);
        pin_settings(use);
    } catch (...) {
        sqlite3_close_v2(handle_);
        throw;
    }
}

Connection::~Connection() {
    // _v2: statements that outlive this object by a moment do not leak the handle.
    sqlite3_close_v2(handle_);
}

void Connection::pin_settings(Use use) {
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    // Whoever closes last, a failed writer too, leaves the files as they are: the log of SQLite is read at the next start.
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_busy_timeout(handle_, 0);
    execute("PRAGMA page_size = 4096");
    (void)number("PRAGMA schema_version");   // reads page 1 and no other
    settle_checksums(handle_);
    execute("PRAGMA auto_vacuum = 0");
    if (use == Use::writer && text("PRAGMA journal_mode = WAL") != "wal") {
        throw SqliteError(SQLITE_CANTOPEN, "SQLite: this file system cannot hold a database in WAL mode");
    }
    execute("PRAGMA synchronous = NORMAL");
    execute("PRAGMA foreign_keys = OFF");
    execute("PRAGMA mmap_size = 0");
    execute("PRAGMA temp_store = MEMORY");
    execute("PRAGMA cache_size = -32768");
    execute("PRAGMA cache_spill = OFF");
    execute("PRAGMA secure_delete = ON");
    execute("PRAGMA trusted_schema = OFF");
    execute("PRAGMA cell_size_check = ON");
    execute("PRAGMA recursive_triggers = OFF");
    execute("PRAGMA wal_autocheckpoint = 0");
    execute("PRAGMA journal_size_limit = 33554432");   // what a long reader let its log grow to is given back
    if (use == Use::reader) return execute("PRAGMA query_only = ON");
    // After wal_autocheckpoint, which would replace the hook.
    sqlite3_wal_hook(handle_, &remember_frames, &wal_frames_);
}

void Connection::execute(const char* sql) {
    const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(handle_, code);
}

std::uint64_t Connection::number(const char* sql) {
    Statement statement(*this, sql);
    Run run(statement);
    return run.row() ? run.number(0) : 0;
}

std::string Connection::text(const char* sql) {
    Statement statement(*this, sql);
    Run run(statement);
    return run.row() ? run.text(0) : std::string{};
}

void Connection::lock_down() {
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_set_authorizer(handle_, &authorize, nullptr);
    locked_ = true;
}

void Connection::change_schema(const char* sql) {
    sqlite3_set_authorizer(handle_, nullptr, nullptr);
    const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    if (locked_) sqlite3_set_authorizer(handle_, &authorize, nullptr);
    if (code != SQLITE_OK) fail(handle_, code);
}

bool Connection::checkpoint() {
    CHECK(sqlite3_get_autocommit(handle_) != 0, "a checkpoint inside a transaction");
    const int code = sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
    const bool is_busy = (code & 0xFF) == SQLITE_BUSY;
    if (code != SQLITE_OK && !is_busy) fail(handle_, code);
    if (is_busy && !net::planted("checkpoint_ignores_readers")) return false;
    void_log();
    wal_frames_ = 0;
    return true;
}

// SQLite begins its log anew with the next commit and until then leaves what was copied in the file. Should the disk change a
// part of that, the next opening would believe the frames before it and hide newer pages of the database behind older
// ones. Without a header there is no log, and a power cut may not bring it back, however long after. (To truncate it does the same,
// but then it has to grow again between syncs.)
void Connection::void_log() {
    sqlite3_file* log = nullptr;
    const int found = sqlite3_file_control(handle_, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (found != SQLITE_OK) fail(handle_, found);
    if (log == nullptr || log->pMethods == nullptr || net::planted("copied_log_stays")) return;   // there was none yet
    constexpr std::array<char, 32> nothing{};
    const int written = log->pMethods->xWrite(log, nothing.data(), nothing.size(), 0);
    if (written != SQLITE_OK) fail(nullptr, written);
    if (net::planted("voided_log_comes_back")) return;
    const int synced = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
    if (synced != SQLITE_OK) fail(nullptr, synced);
}

Transaction::Transaction(Connection& connection, Kind kind) : connection_(connection) {
    connection_.execute(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
    if (open_) sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
    connection_.execute("COMMIT");
    open_ = false;
}

}  // namespace parley::chat
