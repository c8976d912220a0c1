// One SQLite file. Its words are indexed by FTS5; how many pairs have a term is counted beside it, for FTS5 tells that
// only by reading them all.
#include "chat/client/replies/reply_store.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "chat/client/account_file.hpp"
#include "chat/client/replies/reply_text.hpp"
#include "chat/client/sqlite_file.hpp"

namespace parley::chat {
namespace {

constexpr std::uint64_t format = 1;
constexpr const char* file_name = "replies.db";
constexpr std::size_t indexed_terms_max = 64;
constexpr std::uint32_t common_max = 24;

constexpr const char* schema = R"sql(
CREATE TABLE pairs (pair INTEGER PRIMARY KEY, room INTEGER NOT NULL, prompt_number INTEGER NOT NULL, reply_number INTEGER NOT NULL,
                    time_ms INTEGER NOT NULL, prompt TEXT NOT NULL, reply TEXT NOT NULL, key TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX pairs_by_reply ON pairs (room, reply_number);
CREATE INDEX pairs_by_asked ON pairs (room, prompt_number);
CREATE INDEX pairs_by_prompt ON pairs (prompt);
CREATE VIRTUAL TABLE words USING fts5 (prompt, content = 'pairs', content_rowid = 'pair', columnsize = 0, tokenize = 'unicode61 remove_diacritics 0');
CREATE TABLE terms (term TEXT PRIMARY KEY, pairs INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE replies (key TEXT PRIMARY KEY, reply TEXT NOT NULL, uses INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX replies_by_uses ON replies (uses);
CREATE TABLE rooms (room INTEGER PRIMARY KEY, learned INTEGER NOT NULL DEFAULT 0, forgotten INTEGER NOT NULL DEFAULT 0,
                    may_leave INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE about (one INTEGER PRIMARY KEY CHECK (one = 1), user INTEGER NOT NULL, mode INTEGER NOT NULL, pairs INTEGER NOT NULL) STRICT;
INSERT INTO about VALUES (1, 0, 1, 0);
PRAGMA user_version = 1;
)sql";

struct StoredPair {
    std::uint64_t pair = 0;
    std::uint64_t prompt_number = 0;
    std::uint64_t reply_number = 0;
    std::string prompt;
    std::string reply;
};

struct Statements {
    explicit Statements(Connection& c)
        : add_pair(c, "INSERT INTO pairs (room, prompt_number, reply_number, time_ms, prompt, reply, key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
          last_pair(c, "SELECT max(pair) FROM pairs"),
          add_words(c, "INSERT INTO words (rowid, prompt) VALUES (?1, ?2)"),
          add_term(c, "INSERT INTO terms VALUES (?1, 1) ON CONFLICT (term) DO UPDATE SET pairs = pairs + 1"),
          add_reply(c, "INSERT INTO replies VALUES (?1, ?2, 1) ON CONFLICT (key) DO UPDATE SET uses = uses + 1, reply = excluded.reply"),
          drop_pair(c, "DELETE FROM pairs WHERE pair = ?1"),
          drop_words(c, "INSERT INTO words (words, rowid, prompt) VALUES ('delete', ?1, ?2)"),
          less_term(c, "UPDATE terms SET pairs = pairs - 1 WHERE term = ?1"),
          drop_term(c, "DELETE FROM terms WHERE term = ?1 AND pairs <= 0"),
          less_reply(c, "UPDATE replies SET uses = uses - 1 WHERE key = ?1"),
          drop_reply(c, "DELETE FROM replies WHERE key = ?1 AND uses <= 0"),
          of_replies(c, "SELECT pair, prompt_number, reply_number, prompt, reply FROM pairs WHERE room = ?1 AND reply_number >= ?2 AND reply_number <= ?3"),
          of_message(c, "SELECT pair, prompt_number, reply_number, prompt, reply FROM pairs WHERE room = ?1 AND reply_number = ?2 "
                        "UNION SELECT pair, prompt_number, reply_number, prompt, reply FROM pairs WHERE room = ?1 AND prompt_number = ?2"),
          oldest(c, "SELECT pair, prompt_number, reply_number, prompt, reply FROM pairs ORDER BY pair LIMIT ?1"),
          matching(c, "SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rowid DESC LIMIT ?2"),
          same(c, "SELECT pair FROM pairs WHERE prompt = ?1 ORDER BY pair DESC LIMIT ?2"),
          pair(c, "SELECT room, time_ms, prompt, reply FROM pairs WHERE pair = ?1"),
          term(c, "SELECT pairs FROM terms WHERE term = ?1"),
          commonest(c, "SELECT key, reply, uses FROM replies ORDER BY uses DESC LIMIT ?1"),
          room(c, "SELECT learned, may_leave, forgotten FROM rooms WHERE room = ?1"),
          forget_room(c, "INSERT INTO rooms (room, learned, forgotten) VALUES (?1, ?2, ?2) ON CONFLICT (room) DO UPDATE "
                         "SET learned = max(learned, excluded.learned), forgotten = max(learned, excluded.learned)"),
          set_learned(c, "INSERT INTO rooms (room, learned) VALUES (?1, ?2) ON CONFLICT (room) DO UPDATE SET learned = max(learned, excluded.learned)"),
          set_may(c, "INSERT INTO rooms (room, may_leave) VALUES (?1, ?2) ON CONFLICT (room) DO UPDATE SET may_leave = excluded.may_leave"),
          may_rooms(c, "SELECT room FROM rooms WHERE may_leave = 1 ORDER BY room"),
          about(c, "SELECT user, mode FROM about"),
          set_about(c, "UPDATE about SET user = ?1, mode = ?2"),
          count(c, "SELECT pairs FROM about"),
          add_count(c, "UPDATE about SET pairs = pairs + ?1") {}

    Statement add_pair, last_pair, add_words, add_term, add_reply, drop_pair, drop_words, less_term, drop_term, less_reply, drop_reply;
    Statement of_replies, of_message, oldest, matching, same, pair, term, commonest;
    Statement room, forget_room, set_learned, set_may, may_rooms, about, set_about, count, add_count;
};

// FTS5 takes what stands in quotes apart by its own rules: a word, or two characters side by side.
std::string quoted(const std::string& term) { return "\"" + term + "\""; }

}  // namespace

const char* reply_mode_name(ReplyMode mode) {
    switch (mode) {
        case ReplyMode::off: return "off";
        case ReplyMode::local: return "local";
        case ReplyMode::openai: return "openai";
    }
    return "off";
}

std::optional<ReplyMode> reply_mode_of(const std::string& name) {
    for (const ReplyMode mode : {ReplyMode::off, ReplyMode::local, ReplyMode::openai}) {
        if (name == reply_mode_name(mode)) return mode;
    }
    return std::nullopt;
}

struct ReplyStore::Impl : SqliteFile {
    Impl(const std::string& native_path, const char* vfs, ReplyStoreLimits bounds) : SqliteFile(native_path, vfs), limits(bounds) {
        connection.execute("PRAGMA busy_timeout = 250");          // other processes of the profile write here, too
        connection.execute("PRAGMA wal_autocheckpoint = 1000");   // SQLite's own: the state's checkpoint is for a file without other writers
        connection.execute("PRAGMA cache_size = -8192");
        if (connection.number("PRAGMA user_version") == 0) {
            Transaction transaction(connection, Transaction::Kind::write);
            if (connection.number("PRAGMA user_version") == 0) connection.execute(schema);
            transaction.commit();
        }
        newer = connection.number("PRAGMA user_version") > format;
        if (!newer) statements.emplace(connection);
    }

    // What the user decided is durable when this returns: a permission taken back does not come back with a power cut. What was
    // learned is a copy.
    template <class Work>
    net::Result<void> change(Kept kept, Work work) {
        return SqliteFile::change(kept, [&] { work(*statements); });
    }

    void put(const ReplyPair& pair) {
        const std::string key = reply_key(pair.reply);
        Run(statements->add_pair, pair.room.value, pair.prompt_number, pair.reply_number, pair.time_ms, pair.prompt, pair.reply, key).done();
        std::uint64_t number = 0;
        {
            Run run(statements->last_pair);
            if (run.row()) number = run.number(0);
        }
        Run(statements->add_words, number, pair.prompt).done();
        for (const std::string& term : terms_of(pair.prompt, indexed_terms_max)) Run(statements->add_term, term).done();
        Run(statements->add_reply, key, pair.reply).done();
        Run(statements->add_count, std::int64_t{1}).done();
    }
    void drop(const StoredPair& pair) {
        Run(statements->drop_words, pair.pair, pair.prompt).done();
        Run(statements->drop_pair, pair.pair).done();
        for (const std::string& term : terms_of(pair.prompt, indexed_terms_max)) {
            Run(statements->less_term, term).done();
            Run(statements->drop_term, term).done();
        }
        const std::string key = reply_key(pair.reply);
        Run(statements->less_reply, key).done();
        Run(statements->drop_reply, key).done();
        Run(statements->add_count, std::int64_t{-1}).done();
    }
    // Kept, since SQLite counts by reading all of them.
    std::uint64_t count() {
        Run run(statements->count);
        return run.row() ? run.number(0) : 0;
    }
    template <class... Arguments>
    static std::vector<StoredPair> stored(Statement& statement, const Arguments&... arguments) {
        std::vector<StoredPair> pairs;
        Run run(statement, arguments...);
        while (run.row()) pairs.push_back({run.number(0), run.number(1), run.number(2), run.text(3), run.text(4)});
        return pairs;
    }
    void forget(RoomId room, std::uint64_t number) {
        for (const StoredPair& pair : stored(statements->of_message, room.value, number)) drop(pair);
    }
    void trim() {
        const std::uint64_t there = count();
        if (there <= limits.pairs_max) return;
        for (const StoredPair& pair : stored(statements->oldest, there - limits.pairs_max)) drop(pair);
    }
    // The texts that went are in SQLite's log still, until it is emptied; another process that reads there puts that off.
    net::Result<void> empty_log() {
        const net::Result<bool> done = guarded([&] {
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            return true;
        });
        if (!done) return done.error();
        return {};
    }
    void clear_pairs() {
        connection.execute("INSERT INTO words (words) VALUES ('delete-all')");
        for (const char* sql : {"DELETE FROM pairs", "DELETE FROM terms", "DELETE FROM replies", "UPDATE about SET pairs = 0"}) connection.execute(sql);
    }
    void learn(UserId me, const std::vector<RoomMessage>& stretch);
    FoundReplies find(const std::string& text);
    std::vector<std::string> rarest(FoundReplies& found);

    ReplyStoreLimits limits;
    bool newer = false;
    std::optional<Statements> statements;
};

// What is there as it should be stays untouched, so that reading the same stretch again writes nothing.
void ReplyStore::Impl::learn(UserId me, const std::vector<RoomMessage>& stretch) {
    const RoomId room = stretch.front().room;
    const std::uint64_t first = stretch.front().number;
    for (const RoomMessage& message : stretch) {
        if (message.deleted) forget(room, message.number);
    }
    std::uint64_t forgotten = 0;
    {
        Run run(statements->room, room.value);
        if (run.row()) forgotten = run.number(2);
    }
    std::map<std::uint64_t, ReplyPair> wanted;
    for (ReplyPair& pair : pairs_of(stretch, me)) {
        if (pair.reply_number > forgotten) wanted.emplace(pair.reply_number, std::move(pair));
    }
    for (const StoredPair& pair : stored(statements->of_replies, room.value, first, stretch.back().number)) {
        const auto now = wanted.find(pair.reply_number);
        const auto message = std::ranges::lower_bound(stretch, pair.reply_number, {}, &RoomMessage::number);
        const bool same_text = message != stretch.end() && message->number == pair.reply_number && message->text == pair.reply;
        const bool asked_before = pair.prompt_number < first;   // which this stretch cannot tell
        if (now == wanted.end() ? asked_before && same_text : now->second.prompt == pair.prompt && same_text) {
            if (now != wanted.end()) wanted.erase(now);
            continue;
        }
        drop(pair);
    }
    for (const auto& [number, pair] : wanted) put(pair);
    Run(statements->set_learned, room.value, stretch.back().number).done();
    trim();
}

std::vector<std::string> ReplyStore::Impl::rarest(FoundReplies& found) {
    std::vector<std::pair<std::uint64_t, std::string>> known;
    for (const std::string& term : found.terms) {
        Run run(statements->term, term);
        const std::uint64_t pairs = run.row() ? run.number(0) : 0;
        found.pairs_with[term] = pairs;
        if (pairs > 0) known.emplace_back(pairs, term);
    }
    std::sort(known.begin(), known.end());
    if (known.size() > limits.terms_max) known.resize(limits.terms_max);
    std::vector<std::string> terms;
    for (auto& [pairs, term] : known) terms.push_back(std::move(term));
    return terms;
}

FoundReplies ReplyStore::Impl::find(const std::string& text) {
    constexpr std::size_t asked_terms_max = 32;
    FoundReplies found;
    const std::string prompt = prompt_of(text);
    found.terms = terms_of(prompt, asked_terms_max);
    Transaction transaction(connection, Transaction::Kind::read);
    found.pairs = count();
    std::set<std::uint64_t> numbers;
    const auto collect = [&numbers](Run run) {
        while (run.row()) numbers.insert(run.number(0));
    };
    if (!prompt.empty()) collect(Run(statements->same, prompt, limits.exact_max));
    for (const std::string& term : rarest(found)) collect(Run(statements->matching, quoted(term), limits.per_term));
    for (const std::uint64_t number : numbers) {
        Run run(statements->pair, number);
        if (!run.row()) continue;
        ReplyCandidate candidate{RoomId{run.number(0)}, run.integer(1), false, run.text(2), run.text(3)};
        candidate.exact = candidate.prompt == prompt;
        found.candidates.push_back(std::move(candidate));
    }
    Run run(statements->commonest, common_max);
    while (run.row()) found.commonest.push_back({run.text(0), run.text(1), run.number(2)});
    return found;
}

ReplyStore::ReplyStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ReplyStore::~ReplyStore() = default;

net::Result<std::unique_ptr<ReplyStore>> ReplyStore::open(net::Disk& disk, const std::string& folder, const char* vfs, ReplyStoreLimits limits) {
    const std::string file = path_in(folder, file_name);
    const std::string path = disk.native_path(file);
    for (bool again = true;; again = false) {
        try {
            std::unique_ptr<ReplyStore> store(new ReplyStore(std::make_unique<Impl>(path, vfs, limits)));
            if (store->impl_->newer) return net::Error{net::ErrorKind::refused, fmt::format("{} was written by a newer Parley", path)};
            if (net::Result<void> synced = disk.sync_directory(folder); !synced) return synced.error();
            return store;
        } catch (const SqliteError& error) {
            if (!again || !error.damaged()) return net::Error{net::ErrorKind::io_failed, fmt::format("{}: {}", path, error.what())};
        }
        for (const char* ending : {"", "-wal", "-shm"}) {
            if (!disk.exists(file + ending)) continue;
            if (net::Result<void> removed = disk.remove(file + ending); !removed) return removed.error();
        }
    }
}

bool ReplyStore::is_there(net::Disk& disk, const std::string& folder) { return disk.exists(path_in(folder, file_name)); }

net::Result<void> ReplyStore::belong_to(UserId user) {
    const auto owner = impl_->guarded([&] {
        Run run(impl_->statements->about);
        return run.row() ? run.number(0) : 0;
    });
    if (!owner) return owner.error();
    if (*owner == user.value) return {};
    const auto cleared = impl_->change(Impl::Kept::durably, [&](Statements& statements) {
        impl_->clear_pairs();
        impl_->connection.execute("DELETE FROM rooms");
        Run(statements.set_about, user.value, static_cast<std::uint64_t>(ReplyMode::local)).done();
    });
    return cleared ? impl_->empty_log() : cleared;
}

net::Result<std::uint64_t> ReplyStore::learned(RoomId room) {
    return impl_->guarded([&] {
        Run run(impl_->statements->room, room.value);
        return run.row() ? run.number(0) : 0;
    });
}

net::Result<void> ReplyStore::learn(UserId me, const std::vector<RoomMessage>& stretch) {
    if (stretch.empty()) return {};
    return impl_->change(Impl::Kept::as_copy, [&](Statements&) { impl_->learn(me, stretch); });
}

net::Result<void> ReplyStore::add(const std::vector<ReplyPair>& pairs) {
    return impl_->change(Impl::Kept::as_copy, [&](Statements&) {
        for (const ReplyPair& pair : pairs) impl_->put(pair);
        impl_->trim();
    });
}

net::Result<void> ReplyStore::forget(RoomId room, std::uint64_t number) {
    return impl_->change(Impl::Kept::durably, [&](Statements&) { impl_->forget(room, number); });
}

net::Result<void> ReplyStore::forget_all(const std::vector<std::pair<RoomId, std::uint64_t>>& newest) {
    const auto cleared = impl_->change(Impl::Kept::durably, [&](Statements& statements) {
        impl_->clear_pairs();
        impl_->connection.execute("UPDATE rooms SET forgotten = learned");
        for (const auto& [room, number] : newest) Run(statements.forget_room, room.value, number).done();
    });
    return cleared ? impl_->empty_log() : cleared;
}

net::Result<std::uint64_t> ReplyStore::pairs() {
    return impl_->guarded([&] { return impl_->count(); });
}

net::Result<FoundReplies> ReplyStore::find(const std::string& text) {
    return impl_->guarded([&] { return impl_->find(text); });
}

net::Result<ReplyMode> ReplyStore::mode() {
    return impl_->guarded([&] {
        Run run(impl_->statements->about);
        const std::uint64_t value = run.row() ? run.number(1) : 0;
        return value <= static_cast<std::uint64_t>(ReplyMode::openai) ? static_cast<ReplyMode>(value) : ReplyMode::off;
    });
}

net::Result<void> ReplyStore::set_mode(ReplyMode mode) {
    return impl_->change(Impl::Kept::durably, [&](Statements& statements) {
        std::uint64_t user = 0;
        {
            Run run(statements.about);
            if (run.row()) user = run.number(0);
        }
        Run(statements.set_about, user, static_cast<std::uint64_t>(mode)).done();
    });
}

net::Result<bool> ReplyStore::may_leave(RoomId room) {
    return impl_->guarded([&] {
        Run run(impl_->statements->room, room.value);
        return run.row() && run.flag(1);
    });
}

net::Result<void> ReplyStore::set_may_leave(RoomId room, bool may) {
    return impl_->change(Impl::Kept::durably, [&](Statements& statements) { Run(statements.set_may, room.value, may).done(); });
}

net::Result<std::vector<RoomId>> ReplyStore::rooms_that_may_leave() {
    return impl_->guarded([&] {
        std::vector<RoomId> rooms;
        Run run(impl_->statements->may_rooms);
        while (run.row()) rooms.push_back(RoomId{run.number(0)});
        return rooms;
    });
}

}  // namespace parley::chat
