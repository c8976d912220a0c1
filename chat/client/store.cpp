#include "chat/client/store.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <sqlite3.h>

#include "chat/client/account_file.hpp"
#include "chat/client/records.hpp"
#include "chat/state/sqlite.hpp"

namespace parley::chat {
namespace {

constexpr std::uint32_t slots_max = 256;
constexpr int wal_frames_max = 1000;
constexpr std::uint64_t format = 2;

constexpr const char* schema =
    "CREATE TABLE outbox (entry INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;"
    "CREATE TABLE session (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), bytes BLOB NOT NULL) STRICT;"
    "CREATE TABLE positions (room INTEGER PRIMARY KEY, message INTEGER NOT NULL, change INTEGER NOT NULL) STRICT;";
// What format 2 added.
constexpr const char* schema_of_uploads =
    "CREATE TABLE uploads (upload INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;"
    "PRAGMA user_version = 2;";

constexpr std::string_view bytes_prefix = "upload-";   // of files with what is to be sent
std::string bytes_name(UploadId id) { return fmt::format("{}{}", bytes_prefix, id.value); }

net::Error error_of(const SqliteError& error, const std::string& path) {
    if (!error.damaged()) return {(error.code() & 0xFF) == SQLITE_FULL ? net::ErrorKind::full : net::ErrorKind::io_failed, fmt::format("{}: {}", path, error.what())};
    return {net::ErrorKind::damaged, fmt::format("{} is damaged ({}); move its folder away to start with an empty outbox", path, error.what())};
}

// The tables of one slot.
struct SlotDatabase {
    SlotDatabase(const std::string& path, const char* vfs) : connection(path, vfs, Connection::Use::writer) {
        // What is acknowledged to the caller must outlive a power cut: there is no log to replay it from.
        connection.execute("PRAGMA synchronous = FULL");
        const std::uint64_t found = connection.number("PRAGMA user_version");
        if (found > format) throw SqliteError(0, "written by a newer Parley");
        if (found == format) return;
        Transaction transaction(connection, Transaction::Kind::write);
        if (found == 0) connection.execute(schema);
        connection.execute(schema_of_uploads);
        transaction.commit();
    }

    bool has_leftovers() { return connection.number("SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM uploads)") > 0; }

    Connection connection;
};

struct Statements {
    explicit Statements(Connection& connection)
        : put_entry(connection, "INSERT INTO outbox (entry, bytes) VALUES (?1, ?2) ON CONFLICT (entry) DO UPDATE SET bytes = excluded.bytes"),
          drop_entry(connection, "DELETE FROM outbox WHERE entry = ?1"),
          entries(connection, "SELECT bytes FROM outbox ORDER BY entry"),
          put_session(connection, "INSERT INTO session (only_one, bytes) VALUES (1, ?1) ON CONFLICT (only_one) DO UPDATE SET bytes = excluded.bytes"),
          drop_session(connection, "DELETE FROM session"),
          session(connection, "SELECT bytes FROM session"),
          put_position(connection, "INSERT INTO positions (room, message, change) VALUES (?1, ?2, ?3) "
                                   "ON CONFLICT (room) DO UPDATE SET message = excluded.message, change = excluded.change"),
          position(connection, "SELECT message, change FROM positions WHERE room = ?1"),
          put_upload(connection, "INSERT INTO uploads (upload, bytes) VALUES (?1, ?2) ON CONFLICT (upload) DO UPDATE SET bytes = excluded.bytes"),
          drop_upload(connection, "DELETE FROM uploads WHERE upload = ?1"),
          uploads(connection, "SELECT bytes FROM uploads ORDER BY upload") {}

    void apply(const PutEntry& change) {
        const net::Bytes bytes = net::encode(change.entry);
        Run(put_entry, change.entry.id.value, std::span<const std::byte>{bytes}).done();
    }
    void apply(const DropEntry& change) { Run(drop_entry, change.id.value).done(); }
    void apply(const PutSession& change) {
        const net::Bytes bytes = net::encode(change.session);
        Run(put_session, std::span<const std::byte>{bytes}).done();
    }
    void apply(const DropSession&) { Run(drop_session).done(); }
    void apply(const PutPosition& change) {
        Run(put_position, change.position.room.value, change.position.message, change.position.change).done();
    }

    void apply(const PutUpload& change) {
        const net::Bytes bytes = net::encode(change.upload);
        Run(put_upload, change.upload.id.value, std::span<const std::byte>{bytes}).done();
    }
    void apply(const DropUpload& change) { Run(drop_upload, change.id.value).done(); }

    Statement put_entry, drop_entry, entries;
    Statement put_session, drop_session, session;
    Statement put_position, position;
    Statement put_upload, drop_upload, uploads;
};

// A folder is only there after a power cut if every name on the way to it was synced.
net::Result<void> sync_with_parents(net::Disk& disk, std::string folder) {
    for (;;) {
        if (net::Result<void> synced = disk.sync_directory(folder); !synced) return synced;
        if (folder.empty()) return {};
        const std::size_t cut = folder.rfind('/');
        folder = cut == std::string::npos ? std::string{} : folder.substr(0, cut);
    }
}

std::string slot_folder(const std::string& folder, std::uint32_t slot) { return path_in(folder, fmt::format("slot-{}", slot)); }

}  // namespace

// Members are destroyed in reverse: the database closes before its folder is unlocked.
struct ClientStore::Impl {
    net::Disk& disk;
    std::string folder;
    std::uint32_t slot = 0;
    std::unique_ptr<net::FolderLock> lock;
    std::string path;
    std::unique_ptr<SlotDatabase> database;
    std::unique_ptr<Statements> statements;

    Impl(net::Disk& where, std::string in, std::uint32_t number) : disk(where), folder(std::move(in)), slot(number) {}

    // False: another process has it.
    net::Result<bool> take(const char* vfs);
    [[nodiscard]] std::string own(const std::string& name) const { return path_in(slot_folder(folder, slot), name); }
    void remove_bytes(const std::vector<StoreChange>& changes);
    net::Result<void> remove_orphans();

    // One record a row, in the statement's order.
    template <class Record>
    net::Result<std::vector<Record>> records(Statement& statement, const char* what) {
        net::Result<std::vector<net::Bytes>> rows = guarded([&] {
            std::vector<net::Bytes> found;
            Run run(statement);
            while (run.row()) found.emplace_back(run.blob(0).begin(), run.blob(0).end());
            return found;
        });
        if (!rows) return rows.error();
        std::vector<Record> found;
        for (const net::Bytes& row : *rows) {
            net::Result<Record> record = net::decode<Record>(row);
            if (!record) return net::Error{net::ErrorKind::damaged, fmt::format("{} holds an {} that makes no sense", path, what)};
            found.push_back(*std::move(record));
        }
        return found;
    }

    template <class Work>
    auto guarded(Work work) -> net::Result<decltype(work())> {
        try {
            return work();
        } catch (const SqliteError& error) {
            return error_of(error, path);
        }
    }
};

net::Result<bool> ClientStore::Impl::take(const char* vfs) {
    const std::string own = slot_folder(folder, slot);
    if (net::Result<void> made = disk.make_directory(own); !made) return made.error();
    if (net::Result<void> synced = sync_with_parents(disk, folder); !synced) return synced.error();
    net::Result<std::unique_ptr<net::FolderLock>> locked = disk.lock(own);
    if (!locked) {
        if (locked.error().kind == net::ErrorKind::refused) return false;
        return locked.error();
    }
    lock = *std::move(locked);
    const std::string file = path_in(own, "outbox.db");
    path = disk.native_path(file);
    const net::Result<bool> opened = guarded([&] {
        database = std::make_unique<SlotDatabase>(path, vfs);
        database->connection.checkpoint();
        statements = std::make_unique<Statements>(database->connection);
        return true;
    });
    if (!opened) return opened;
    if (net::Result<void> synced = disk.sync_directory(own); !synced) return synced.error();
    return true;
}

net::Result<std::unique_ptr<ClientStore>> ClientStore::open(net::Disk& disk, const std::string& folder, const char* vfs) {
    std::unique_ptr<Impl> first_free;
    for (std::uint32_t slot = 0; slot < slots_max; ++slot) {
        if (first_free && !disk.exists(slot_folder(folder, slot))) break;
        auto candidate = std::make_unique<Impl>(disk, folder, slot);
        const net::Result<bool> taken = candidate->take(vfs);
        if (!taken) return taken.error();
        if (!*taken) continue;
        const net::Result<bool> leftovers = candidate->guarded([&] { return candidate->database->has_leftovers(); });
        if (!leftovers) return leftovers.error();
        if (*leftovers || !first_free) std::swap(candidate, first_free);
        if (*leftovers) break;
    }
    if (!first_free) return net::Error{net::ErrorKind::full, "256 processes use this profile already"};
    if (net::Result<void> removed = first_free->remove_orphans(); !removed) return removed.error();
    return std::unique_ptr<ClientStore>(new ClientStore(std::move(first_free)));
}

// Bytes that were kept by a process which did not come as far as to say what for.
net::Result<void> ClientStore::Impl::remove_orphans() {
    const net::Result<std::vector<std::string>> names = disk.list(slot_folder(folder, slot));
    if (!names) return names.error();
    const net::Result<std::vector<KeptUpload>> known = records<KeptUpload>(statements->uploads, "upload");
    if (!known) return known.error();
    for (const std::string& name : *names) {
        const bool is_known = std::ranges::any_of(*known, [&](const KeptUpload& upload) { return bytes_name(upload.id) == name; });
        if (!name.starts_with(bytes_prefix) || is_known) continue;
        if (net::Result<void> removed = disk.remove(own(name)); !removed) return removed;
    }
    return {};
}

// Those that cannot be removed now are orphans at the next opening.
void ClientStore::Impl::remove_bytes(const std::vector<StoreChange>& changes) {
    for (const StoreChange& change : changes) {
        const auto* drop = std::get_if<DropUpload>(&change);
        if (drop != nullptr && disk.exists(own(bytes_name(drop->id)))) (void)disk.remove(own(bytes_name(drop->id)));
    }
}

ClientStore::ClientStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ClientStore::~ClientStore() = default;

net::Result<std::optional<Account>> ClientStore::account() { return read_account(impl_->disk, impl_->folder); }

net::Result<void> ClientStore::save_account(const Account& account) {
    return write_account(impl_->disk, impl_->folder, impl_->slot, account);
}

net::Result<void> ClientStore::forget_account() { return remove_account(impl_->disk, impl_->folder); }

net::Result<void> ClientStore::commit(const std::vector<StoreChange>& changes) {
    if (changes.empty()) return {};
    const net::Result<bool> done = impl_->guarded([&] {
        Transaction transaction(impl_->database->connection, Transaction::Kind::write);
        for (const StoreChange& change : changes) {
            std::visit([this](const auto& one) { impl_->statements->apply(one); }, change);
        }
        transaction.commit();
        if (impl_->database->connection.wal_frames() > wal_frames_max) impl_->database->connection.checkpoint();
        return true;
    });
    if (!done) return done.error();
    impl_->remove_bytes(changes);
    return {};
}

net::Result<std::vector<OutboxEntry>> ClientStore::entries() { return impl_->records<OutboxEntry>(impl_->statements->entries, "entry"); }
net::Result<std::vector<KeptUpload>> ClientStore::uploads() { return impl_->records<KeptUpload>(impl_->statements->uploads, "upload"); }

net::Result<void> ClientStore::keep_bytes(UploadId id, net::ByteView bytes) {
    const std::string path = impl_->own(bytes_name(id));
    const auto written = [&]() -> net::Result<void> {
        auto file = impl_->disk.open(path, net::OpenMode::create_new);
        if (!file) return file.error();
        if (net::Result<void> done = (*file)->write(0, bytes); !done) return done;
        if (net::Result<void> synced = (*file)->sync(); !synced) return synced;
        return impl_->disk.sync_directory(folder());
    };
    net::Result<void> done = written();
    if (!done && impl_->disk.exists(path)) (void)impl_->disk.remove(path);   // half of it is of no use; what went wrong first is told
    return done;
}

net::Result<std::shared_ptr<net::File>> ClientStore::kept_bytes(UploadId id) { return impl_->disk.open(impl_->own(bytes_name(id)), net::OpenMode::read_only); }

net::Result<std::optional<StoredSession>> ClientStore::session() {
    const net::Result<net::Bytes> row = impl_->guarded([&] {
        Run run(impl_->statements->session);
        if (!run.row()) return net::Bytes{};
        const auto bytes = run.blob(0);
        return net::Bytes(bytes.begin(), bytes.end());
    });
    if (!row) return row.error();
    if (row->empty()) return std::optional<StoredSession>{};
    net::Result<StoredSession> session = net::decode<StoredSession>(*row);
    if (!session) return net::Error{net::ErrorKind::damaged, fmt::format("{} holds a session that makes no sense", impl_->path)};
    return std::optional<StoredSession>{*std::move(session)};
}

net::Result<std::optional<StoredPosition>> ClientStore::position(RoomId room) {
    return impl_->guarded([&]() -> std::optional<StoredPosition> {
        Run run(impl_->statements->position, room.value);
        if (!run.row()) return std::nullopt;
        return StoredPosition{room, run.number(0), run.number(1)};
    });
}

std::uint32_t ClientStore::slot() const { return impl_->slot; }
std::string ClientStore::folder() const { return slot_folder(impl_->folder, impl_->slot); }

}  // namespace parley::chat
