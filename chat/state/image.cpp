#include "chat/state/image.hpp"

#include <memory>

#include <fmt/format.h>
#include <sqlite3.h>

#include "chat/state/checked_pages.hpp"
#include "chat/state/commands.hpp"
#include "chat/state/digest.hpp"
#include "chat/state/schema.hpp"

namespace parley::chat {
namespace {

constexpr const char* slot_sql = "SELECT applied_through FROM progress";

using Handle = std::unique_ptr<sqlite3, decltype(&sqlite3_close_v2)>;

void require(int code, sqlite3* handle) {
    if (code == SQLITE_OK || code == SQLITE_DONE) return;
    throw SqliteError(code, fmt::format("SQLite: {} (code {})", sqlite3_errmsg(handle), code));
}

Handle open_copy(const std::string& path, const char* vfs) {
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                                     with_checked_pages(vfs));
    Handle handle{raw, &sqlite3_close_v2};
    require(code, raw);
    settle_checksums(raw);
    sqlite3_db_config(raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    require(sqlite3_exec(raw, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                              "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0", nullptr, nullptr, nullptr), raw);
    return handle;
}

// Page by page, of the snapshot that the source's transaction holds.
void copy(sqlite3* from, sqlite3* to) {
    sqlite3_backup* const backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == nullptr) require(sqlite3_errcode(to), to);
    const int stepped = sqlite3_backup_step(backup, -1);
    const int finished = sqlite3_backup_finish(backup);
    require(stepped, to);
    require(finished, to);
}

}  // namespace

PinnedState::PinnedState(const std::string& native_path, const char* vfs)
    : connection_(native_path, vfs, Connection::Use::reader),
      reading_(connection_, Transaction::Kind::read),
      slot_(connection_.number(slot_sql)) {}

void PinnedState::copy_to(const std::string& native_copy, const char* vfs) const { copy(connection_.handle(), open_copy(native_copy, vfs).get()); }

std::uint64_t write_image(const std::string& native_copy, const std::string& native_image, const char* vfs) {
    {
        const Handle handle = open_copy(native_copy, vfs);
        // Laid out anew, row by row: how the pages came to be where they are does not show any more.
        std::unique_ptr<char, decltype(&sqlite3_free)> sql{sqlite3_mprintf("VACUUM INTO %Q", native_image.c_str()), &sqlite3_free};
        require(sqlite3_exec(handle.get(), sql.get(), nullptr, nullptr, nullptr), handle.get());
    }
    Connection connection(native_copy, vfs, Connection::Use::reader);
    const Transaction reading(connection, Transaction::Kind::read);
    return state::Digest(connection).compute();
}

void check_image(const std::string& native_path, const char* vfs, std::uint64_t slot, std::uint64_t digest) {
    Connection connection(native_path, vfs, Connection::Use::reader);
    state::judge_schema(connection);
    const Transaction reading(connection, Transaction::Kind::read);
    if (connection.number(slot_sql) != slot || state::Digest(connection).compute() != digest) {
        throw SqliteError(SQLITE_CORRUPT, "the image is not the state that its manifest tells of");
    }
}

void make_independent(const std::string& native_path, const char* vfs, const std::string& origin) {
    Connection connection(native_path, vfs, Connection::Use::writer);
    {
        Transaction writing(connection, Transaction::Kind::write);
        connection.execute("DELETE FROM membership");
        Statement entry{connection, "INSERT INTO audit SELECT (SELECT coalesce(max(entry), 0) + 1 FROM audit), applied_through, log_time_ms, 0, "
                                    "?1, ?2, '', 0 FROM progress"};
        Run(entry, static_cast<std::uint32_t>(AuditAct::restored), origin).done();
        writing.commit();
    }
    if (!connection.checkpoint()) throw SqliteError(SQLITE_BUSY, "somebody else reads this database");
}

std::uint64_t slot_of_image(const std::string& native_path, const char* vfs) {
    return Connection(native_path, vfs, Connection::Use::reader).number(slot_sql);
}

}  // namespace parley::chat
