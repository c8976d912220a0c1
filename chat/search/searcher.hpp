// Searcher: fills the index behind the state and answers searches from both. It blocks; one caller at a time, on whatever
// thread. What throws is SqliteError.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "chat/search/index.hpp"
#include "chat/search/query.hpp"
#include "chat/search/source.hpp"
#include "chat/state/view.hpp"
#include "chat/wire/server_messages.hpp"

namespace parley::chat {

struct SearcherPlaces {
    std::string state;         // native paths
    std::string index;
    const char* vfs = nullptr;
    std::uint64_t cluster = 0;
};

// How much is done at a time, so that nobody waits long and nothing grows without end.
struct SearcherLimits {
    std::uint32_t rows_per_fill = 1'000;
    std::uint32_t changes_per_search = 10'000;  // edits and deletions taken in before an answer
    std::uint32_t tail_rows_per_search = 20'000;
    std::uint32_t documents_per_search = 100'000;
    std::uint32_t results_max = 50;
};

class Searcher {
public:
    // Finds out which rooms the index is behind in.
    Searcher(const SearcherPlaces& places, SearcherLimits limits);

    // Something happened in these rooms.
    void touch(const std::set<RoomId>& rooms);
    // Brings the index on by some rows; true when it is as new as the state.
    bool fill();

    // For this user, who sees nothing of rooms that user may not read. `not_found` or `refused` with a sentence. Pages may
    // be empty with more to come.
    net::Result<FoundPage> find(const LoginRow& asking, const AskSearch& question);

private:
    struct Search;

    // How many rows of work it was.
    std::uint32_t fill_room(RoomId room, std::uint32_t rows);
    std::uint32_t drop_room(RoomId room, std::uint32_t rows);
    std::uint32_t take_changes(RoomId room, Indexed& indexed, std::uint32_t rows);
    std::uint32_t take_texts(RoomId room, Indexed& indexed, std::uint32_t rows);
    void take_all_changes();

    net::Result<void> begin(Search& search, const AskSearch& question);
    bool may_read(Search& search, RoomId room);
    void search_tail(Search& search);
    void search_index(Search& search);
    net::Result<FoundPage> page(Search& search);

    SearcherLimits limits_;
    SearchSource source_;
    SearchIndex index_;
    std::unique_ptr<View> view_;
    std::set<RoomId> behind_;
};

}  // namespace parley::chat
