// One SQLite file. Messages are kept as encoded, beside their text folded for search.
#include "chat/client/local_store.hpp"

#include <cstdlib>
#include <sstream>

#include <fmt/format.h>
#include <utf8proc.h>

#include "chat/client/account_file.hpp"
#include "chat/client/sqlite_file.hpp"

namespace parley::chat {
namespace {

constexpr int wal_frames_max = 2000;
constexpr std::uint64_t format = 1;
constexpr const char* file_name = "local.db";

constexpr const char* schema =
    "CREATE TABLE rooms (room INTEGER PRIMARY KEY, row BLOB NOT NULL, first INTEGER NOT NULL DEFAULT 0, last INTEGER NOT NULL DEFAULT 0, "
    "change INTEGER NOT NULL DEFAULT 0, draft TEXT NOT NULL DEFAULT '', place INTEGER NOT NULL DEFAULT 0, pixels INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE TABLE messages (room INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, folded TEXT NOT NULL, "
    "PRIMARY KEY (room, number)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE owner (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), user INTEGER NOT NULL, layout BLOB NOT NULL) STRICT;"
    "PRAGMA user_version = 1;";

// Upper and lower case alike, and one form for what looks the same.
std::string folded(const std::string& text) {
    utf8proc_uint8_t* mapped = nullptr;
    const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
    const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                                   &mapped, options);
    if (size < 0) return text;
    std::string result(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
    std::free(mapped);
    return result;
}

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream stream(folded(text));
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

// How this build encodes rows and messages: bytes of another layout are not read.
net::Bytes layout() {
    net::Bytes bytes = net::encode(RoomRow{});
    const net::Bytes message = net::encode(RoomMessage{});
    bytes.insert(bytes.end(), message.begin(), message.end());
    return bytes;
}

template <class T>
T decoded(std::span<const std::byte> bytes) {
    net::Result<T> value = net::decode<T>(net::ByteView{bytes.data(), bytes.size()});
    if (!value) throw SqliteError(0, "holds a row that makes no sense");
    return *std::move(value);
}

struct Statements {
    explicit Statements(Connection& c)
        : rooms(c, "SELECT row, first, last, change, draft, place, pixels FROM rooms ORDER BY room"),
          room(c, "SELECT row, first, last, change, draft, place, pixels FROM rooms WHERE room = ?1"),
          put_row(c, "INSERT INTO rooms (room, row) VALUES (?1, ?2) ON CONFLICT (room) DO UPDATE SET row = excluded.row"),
          drop_room(c, "DELETE FROM rooms WHERE room = ?1"),
          drop_messages(c, "DELETE FROM messages WHERE room = ?1"),
          stretch(c, "UPDATE rooms SET first = ?2, last = ?3, change = ?4 WHERE room = ?1"),
          draft(c, "UPDATE rooms SET draft = ?2 WHERE room = ?1"),
          place(c, "UPDATE rooms SET place = ?2, pixels = ?3 WHERE room = ?1"),
          put_message(c, "INSERT OR REPLACE INTO messages (room, number, bytes, folded) VALUES (?1, ?2, ?3, ?4)"),
          after(c, "SELECT bytes FROM messages WHERE room = ?1 AND number > ?2 ORDER BY number LIMIT ?3"),
          before(c, "SELECT bytes FROM messages WHERE room = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3"),
          search(c, "SELECT bytes, folded FROM messages WHERE room = ?1 AND instr(folded, ?2) > 0 ORDER BY number DESC"),
          owner(c, "SELECT user, layout FROM owner"),
          put_owner(c, "INSERT OR REPLACE INTO owner (only_one, user, layout) VALUES (1, ?1, ?2)"),
          setting(c, "SELECT value FROM settings WHERE name = ?1"),
          put_setting(c, "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)") {}

    Statement rooms, room, put_row, drop_room, drop_messages, stretch, draft, place;
    Statement put_message, after, before, search;
    Statement owner, put_owner, setting, put_setting;
};

StoredRoom stored_room(const Run& run) {
    return {decoded<RoomRow>(run.blob(0)), run.number(1), run.number(2), run.number(3), run.text(4), {run.number(5), run.integer(6)}};
}

}  // namespace

struct LocalStore::Impl : SqliteFile {
    Impl(const std::string& native_path, const char* vfs) : SqliteFile(native_path, vfs) {
        connection.execute("PRAGMA secure_delete = OFF");   // a copy of what the server has; pruning must stay cheap
        const std::uint64_t found = connection.number("PRAGMA user_version");
        if (found > format) throw SqliteError(0, "written by a newer Parley");
        if (found == 0) {
            Transaction transaction(connection, Transaction::Kind::write);
            connection.execute(schema);
            transaction.commit();
        }
        connection.checkpoint();
        statements.emplace(connection);
    }

    template <class Work>
    net::Result<void> change(Kept kept, Work work) {
        const net::Result<void> done = SqliteFile::change(kept, [&] { work(*statements); });
        if (!done || connection.wal_frames() <= wal_frames_max) return done;
        const net::Result<bool> copied = guarded([&] { return connection.checkpoint(); });
        if (!copied) return copied.error();
        return {};
    }

    void put_message(const RoomMessage& message) {
        const net::Bytes bytes = net::encode(message);
        const std::string search_text = folded(message.text);
        Run(statements->put_message, message.room.value, message.number, std::span<const std::byte>{bytes}, search_text).done();
    }
    std::optional<StoredRoom> find(RoomId room) {
        Run run(statements->room, room.value);
        if (!run.row()) return std::nullopt;
        return stored_room(run);
    }
    void set_stretch(RoomId room, std::uint64_t first, std::uint64_t last, std::uint64_t change_number) {
        Run(statements->stretch, room.value, first, last, change_number).done();
    }
    void drop(RoomId room) {
        Run(statements->drop_messages, room.value).done();
        Run(statements->drop_room, room.value).done();
    }
    // The copies go; the drafts, which are nowhere else, stay if `keep_drafts`.
    void clear(bool keep_drafts) {
        connection.execute("DELETE FROM messages");
        connection.execute(keep_drafts ? "UPDATE rooms SET first = 0, last = 0, change = 0" : "DELETE FROM rooms");
    }

    std::optional<Statements> statements;
};

LocalStore::LocalStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LocalStore::~LocalStore() = default;

net::Result<std::unique_ptr<LocalStore>> LocalStore::open(net::Disk& disk, const std::string& folder, const char* vfs) {
    const std::string file = path_in(folder, file_name);
    for (bool again = true;; again = false) {
        try {
            std::unique_ptr<LocalStore> store(new LocalStore(std::make_unique<Impl>(disk.native_path(file), vfs)));
            if (net::Result<void> synced = disk.sync_directory(folder); !synced) return synced.error();
            return store;
        } catch (const SqliteError& error) {
            if (!again) return net::Error{net::ErrorKind::io_failed, fmt::format("{}: {}", disk.native_path(file), error.what())};
        }
        for (const char* ending : {"", "-wal", "-shm"}) {
            if (!disk.exists(file + ending)) continue;
            if (net::Result<void> removed = disk.remove(file + ending); !removed) return removed.error();
        }
    }
}

net::Result<void> LocalStore::belong_to(UserId user) {
    const net::Bytes now = layout();
    return impl_->change(Impl::Kept::durably, [&](Statements& statements) {
        bool same_user = false;
        bool same_layout = false;
        {
            Run run(statements.owner);
            if (run.row()) {
                const auto bytes = run.blob(1);
                same_user = run.number(0) == user.value;
                same_layout = std::equal(bytes.begin(), bytes.end(), now.begin(), now.end());
            }
        }
        if (same_user && same_layout) return;
        impl_->clear(same_user);
        if (same_user) {
            // Rows of another layout cannot be read; an empty one holds the draft until the room is listed again.
            const net::Bytes empty = net::encode(RoomRow{});
            Statement rewrite(impl_->connection, "UPDATE rooms SET row = ?1");
            Run(rewrite, std::span<const std::byte>{empty}).done();
        }
        Run(statements.put_owner, user.value, std::span<const std::byte>{now}).done();
    });
}

net::Result<std::vector<StoredRoom>> LocalStore::rooms() {
    return impl_->guarded([&] {
        std::vector<StoredRoom> rooms;
        Run run(impl_->statements->rooms);
        while (run.row()) {
            StoredRoom room = stored_room(run);
            if (room.row.room != RoomId{}) rooms.push_back(std::move(room));
        }
        return rooms;
    });
}

net::Result<std::optional<StoredRoom>> LocalStore::room(RoomId room) {
    return impl_->guarded([&] { return impl_->find(room); });
}

net::Result<void> LocalStore::save_rooms(const std::vector<RoomRow>& rooms) {
    return impl_->change(Impl::Kept::durably, [&](Statements& statements) {
        std::vector<RoomId> known;
        {
            Statement ids(impl_->connection, "SELECT room FROM rooms");
            Run run(ids);
            while (run.row()) known.push_back(RoomId{run.number(0)});
        }
        for (const RoomRow& row : rooms) {
            const net::Bytes bytes = net::encode(row);
            Run(statements.put_row, row.room.value, std::span<const std::byte>{bytes}).done();
            std::erase(known, row.room);
        }
        for (const RoomId gone : known) impl_->drop(gone);
    });
}

net::Result<void> LocalStore::save_messages(RoomId room, const std::vector<RoomMessage>& messages, std::uint64_t change) {
    if (messages.empty()) return {};
    return impl_->change(Impl::Kept::as_copy, [&](Statements& statements) {
        const std::optional<StoredRoom> known = impl_->find(room);
        if (!known) return;   // left meanwhile
        const std::uint64_t first = messages.front().number;
        const std::uint64_t last = messages.back().number;
        const bool joins = known->last > 0 && first <= known->last + 1 && last + 1 >= known->first;
        if (!joins) Run(statements.drop_messages, room.value).done();
        for (const RoomMessage& message : messages) impl_->put_message(message);
        if (joins) return impl_->set_stretch(room, std::min(first, known->first), std::max(last, known->last), known->change);
        impl_->set_stretch(room, first, last, change);
    });
}

net::Result<void> LocalStore::save_changed(RoomId room, const std::vector<RoomMessage>& messages, std::uint64_t change) {
    return impl_->change(Impl::Kept::as_copy, [&](Statements&) {
        const std::optional<StoredRoom> known = impl_->find(room);
        if (!known) return;
        for (const RoomMessage& message : messages) {
            if (message.number >= known->first && message.number <= known->last) impl_->put_message(message);
        }
        impl_->set_stretch(room, known->first, known->last, std::max(known->change, change));
    });
}

net::Result<void> LocalStore::save_draft(RoomId room, const std::string& draft) {
    return impl_->change(Impl::Kept::durably, [&](Statements& statements) { Run(statements.draft, room.value, draft).done(); });
}

net::Result<void> LocalStore::save_place(RoomId room, const ReadingPlace& place) {
    return impl_->change(Impl::Kept::as_copy, [&](Statements& statements) { Run(statements.place, room.value, place.message, place.pixels).done(); });
}

net::Result<std::vector<RoomMessage>> LocalStore::messages(RoomId room, std::uint64_t after, std::uint64_t before, std::uint32_t limit) {
    return impl_->guarded([&] {
        std::vector<RoomMessage> found;
        Run run(before > 0 ? impl_->statements->before : impl_->statements->after, room.value, before > 0 ? before : after, limit);
        while (run.row()) found.push_back(decoded<RoomMessage>(run.blob(0)));
        if (before > 0) std::reverse(found.begin(), found.end());
        return found;
    });
}

net::Result<std::vector<RoomMessage>> LocalStore::search(RoomId room, const std::string& text, std::uint32_t limit) {
    const std::vector<std::string> words = words_of(text);
    if (words.empty()) return std::vector<RoomMessage>{};
    return impl_->guarded([&] {
        std::vector<RoomMessage> found;
        Run run(impl_->statements->search, room.value, words.front());
        while (found.size() < limit && run.row()) {
            const std::string body = run.text(1);
            const bool has_all = std::all_of(words.begin(), words.end(), [&](const std::string& word) { return body.find(word) != std::string::npos; });
            if (has_all) found.push_back(decoded<RoomMessage>(run.blob(0)));
        }
        return found;
    });
}

net::Result<std::string> LocalStore::setting(const std::string& name) {
    return impl_->guarded([&] {
        Run run(impl_->statements->setting, name);
        return run.row() ? run.text(0) : std::string{};
    });
}

net::Result<void> LocalStore::save_setting(const std::string& name, const std::string& value) {
    return impl_->change(Impl::Kept::durably, [&](Statements& statements) { Run(statements.put_setting, name, value).done(); });
}

}  // namespace parley::chat
