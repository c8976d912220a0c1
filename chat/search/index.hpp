// SearchIndex: the full-text index, a database of this replica alone. Everything in it can be made again from the state, so
// it may be thrown away at any time. Documents are numbered by slot: newer messages have greater numbers.
// What throws here is SqliteError.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chat/search/source.hpp"
#include "chat/state/sqlite.hpp"

namespace parley::chat {

// How far a room is indexed: messages numbered up to `through`, as they were after change `changes`.
struct Indexed {
    std::uint64_t through = 0;
    std::uint64_t changes = 0;
};

struct IndexedText {
    std::uint64_t slot = 0;
    RoomId room;
    std::uint64_t number = 0;
    UserId author;
    std::int64_t time_ms = 0;
    std::uint32_t has = 0;     // see Has
    std::string text;          // searchable
};

class SearchIndex {
public:
    // Opens the file or makes it. One of another format or another cluster counts as damaged.
    SearchIndex(const std::string& native_path, const char* vfs, std::uint64_t cluster);

    Connection& connection() { return connection_; }

    // ---- writing, inside a transaction ----
    void put(const SourceText& text);                            // in the place of what was indexed of it before
    void remove(RoomId room, std::uint64_t number);
    // Some of the room's documents; false when none is left.
    bool remove_some(RoomId room, std::uint32_t limit);
    void set_indexed(RoomId room, const Indexed& indexed);
    void forget_room(RoomId room);

    // ---- reading ----
    std::optional<Indexed> indexed(RoomId room);
    std::vector<RoomId> rooms();
    // Of the oldest document that is not older than this; none: all are older.
    std::optional<std::uint64_t> slot_at(std::int64_t time_ms);

    // Documents in slots up to `slot`, newest first; those of one slot in any order. `match`: FTS5's expression, empty for
    // all; `room`: of this one only, where there is no `match`. True from `visit`: go on.
    template <class Visit>
    void newest_first(const std::string& match, std::optional<RoomId> room, std::uint64_t slot, Visit visit);

    // Which of these searchable texts match the expression, by place.
    std::vector<std::size_t> matching(const std::string& match, const std::vector<std::string>& texts);

private:
    static IndexedText read(const Run& run);
    static std::int64_t last_of(std::uint64_t slot);

    Connection connection_;
    struct Statements {
        explicit Statements(Connection& connection);
        Statement add_document, add_words, remove_document, remove_words, find, free_place, some_of_room;
        Statement set_room, forget_room, room, rooms, next_document;
        Statement matching, all, all_of_room;
        Statement add_tail, clear_tail, match_tail;
    };
    std::optional<Statements> statements_;
};

template <class Visit>
void SearchIndex::newest_first(const std::string& match, std::optional<RoomId> room, std::uint64_t slot, Visit visit) {
    const auto walk = [&visit](Run run) {
        while (run.row() && visit(read(run))) {}
    };
    if (!match.empty()) return walk(Run(statements_->matching, last_of(slot), match));
    if (room) return walk(Run(statements_->all_of_room, last_of(slot), room->value));
    walk(Run(statements_->all, last_of(slot)));
}

}  // namespace parley::chat
