#include "chat/search/searcher.hpp"

#include <algorithm>
#include <utility>

#include <sqlite3.h>

#include "chat/search/text.hpp"
#include "chat/state/names.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat {
namespace {

std::unique_ptr<View> open_view(const SearcherPlaces& places) {
    auto view = View::open(places.state, places.vfs);
    if (!view) throw SqliteError(SQLITE_CANTOPEN, view.error().message);
    return *std::move(view);
}

// "general", "@ann" or "@ann,@bob".
Target place_of(const std::string& text) {
    if (!text.starts_with('@')) return ByRoomName{text};
    std::vector<std::string> names = names_in_conversation(std::string_view{text}.substr(1));
    return names.size() > 1 ? Target{ByPeople{std::move(names)}} : Target{ByUserName{std::move(names.front())}};
}

}  // namespace

Searcher::Searcher(const SearcherPlaces& places, SearcherLimits limits)
    : limits_(limits), source_(places.state, places.vfs), index_(places.index, places.vfs, places.cluster), view_(open_view(places)) {
    Transaction reading(source_.connection(), Transaction::Kind::read);
    std::set<RoomId> there;
    for (const SourceRoom& room : source_.rooms()) {
        there.insert(room.room);
        const Indexed indexed = index_.indexed(room.room).value_or(Indexed{});
        if (indexed.through < room.last || indexed.changes < room.changes) behind_.insert(room.room);
    }
    for (const RoomId room : index_.rooms()) {
        if (!there.contains(room)) behind_.insert(room);   // deleted meanwhile
    }
}

void Searcher::touch(const std::set<RoomId>& rooms) { behind_.insert(rooms.begin(), rooms.end()); }

// ---- filling ----

bool Searcher::fill() {
    {
        Transaction reading(source_.connection(), Transaction::Kind::read);
        Transaction writing(index_.connection(), Transaction::Kind::write);
        for (std::uint32_t done = 0; done < limits_.rows_per_fill && !behind_.empty();) {
            done += 1 + fill_room(*behind_.begin(), limits_.rows_per_fill - done);
        }
        writing.commit();
    }
    constexpr int frames_max = 1'000;
    if (index_.connection().wal_frames() > frames_max) index_.connection().checkpoint();
    return behind_.empty();
}

std::uint32_t Searcher::fill_room(RoomId room, std::uint32_t rows) {
    const std::optional<SourceRoom> there = source_.room(room);
    if (!there) return drop_room(room, rows);
    Indexed indexed = index_.indexed(room).value_or(Indexed{});
    std::uint32_t done = take_changes(room, indexed, rows);
    if (done < rows) done += take_texts(room, indexed, rows - done);
    index_.set_indexed(room, indexed);
    if (indexed.through >= there->last && indexed.changes >= there->changes) behind_.erase(room);
    return done;
}

std::uint32_t Searcher::drop_room(RoomId room, std::uint32_t rows) {
    if (index_.remove_some(room, rows)) return rows;
    index_.forget_room(room);
    behind_.erase(room);
    return 1;
}

// Of messages that are not indexed yet nothing needs to be taken back.
std::uint32_t Searcher::take_changes(RoomId room, Indexed& indexed, std::uint32_t rows) {
    const auto changes = source_.changes(room, indexed.changes, rows);
    for (const SearchSource::Changed& changed : changes) {
        indexed.changes = changed.change;
        if (!changed.is_of_text || changed.number > indexed.through) continue;
        if (const auto text = source_.text(room, changed.number)) index_.put(*text);
    }
    return static_cast<std::uint32_t>(changes.size());
}

std::uint32_t Searcher::take_texts(RoomId room, Indexed& indexed, std::uint32_t rows) {
    const std::vector<SourceText> texts = source_.texts(room, indexed.through, rows);
    for (const SourceText& text : texts) {
        index_.put(text);
        indexed.through = text.number;
    }
    return static_cast<std::uint32_t>(texts.size());
}

// So that the index knows nothing any more that was deleted or said otherwise since.
void Searcher::take_all_changes() {
    Transaction reading(source_.connection(), Transaction::Kind::read);
    Transaction writing(index_.connection(), Transaction::Kind::write);
    std::uint32_t left = limits_.changes_per_search;
    for (const RoomId room : behind_) {
        const std::optional<Indexed> before = index_.indexed(room);
        if (!before || left == 0 || !source_.room(room)) continue;
        Indexed indexed = *before;
        left -= std::min(left, take_changes(room, indexed, left));
        if (indexed.changes > before->changes) index_.set_indexed(room, indexed);
    }
    writing.commit();
}

// ---- searching ----

struct Searcher::Search {
    explicit Search(const LoginRow& who) : asking(who) {}

    const LoginRow& asking;
    SearchQuery query;
    FoundAt before;                         // only what is older than this
    std::uint32_t wanted = 0;
    std::optional<UserId> from;
    std::optional<RoomId> in;
    std::map<RoomId, std::optional<RoomRow>> rooms;   // looked at so far; none: not to be read
    std::set<FoundAt> hits;
    FoundAt horizon;                        // whatever is newer was looked through

    [[nodiscard]] bool fits(RoomId room, UserId author, std::int64_t time_ms, std::uint32_t has) const {
        return (!in || *in == room) && (!from || *from == author) && (!query.before_ms || time_ms < *query.before_ms) &&
               (!query.after_ms || time_ms >= *query.after_ms) && (has & query.has) == query.has;
    }
    [[nodiscard]] bool has_literals(const std::string& text) const {
        return std::ranges::all_of(query.literals, [&text](const std::string& literal) { return text.find(literal) != std::string::npos; });
    }
};

net::Result<FoundPage> Searcher::find(const LoginRow& asking, const AskSearch& question) {
    Search search(asking);
    if (const net::Result<void> begun = begin(search, question); !begun) return begun.error();
    take_all_changes();
    if (!net::planted("search_skips_tail")) search_tail(search);
    search_index(search);
    return page(search);
}

net::Result<void> Searcher::begin(Search& search, const AskSearch& question) {
    net::Result<SearchQuery> query = parse_search(question.text, question.zone_minutes);
    if (!query) return query.error();
    search.query = *std::move(query);
    search.wanted = std::clamp(question.limit, 1U, limits_.results_max);
    constexpr std::uint64_t newest = INT64_MAX;
    search.before = question.before == FoundAt{} ? FoundAt{newest, {}, 0} : question.before;
    if (search.query.from == "me") {
        search.from = search.asking.user;
    } else if (!search.query.from.empty()) {
        const auto account = view_->password_of(search.query.from);
        if (!account) return account.error();
        if (!*account) return net::Error{net::ErrorKind::not_found, "There is no user named " + search.query.from + "."};
        search.from = (*account)->user;
    }
    if (search.query.in.empty()) return {};
    const net::Result<RoomRow> room = view_->resolve(search.asking.user, place_of(search.query.in));
    if (!room) return room.error();
    search.in = room->room;
    return {};
}

bool Searcher::may_read(Search& search, RoomId room) {
    const auto [known, is_new] = search.rooms.try_emplace(room);
    if (is_new) {
        net::Result<RoomRow> row = view_->resolve(search.asking.user, ByRoom{room});
        // A room that could not be looked at is no room that may not be read: a search that left it out would say nothing of it.
        if (!row && row.error().kind != net::ErrorKind::not_found) throw SqliteError(SQLITE_IOERR, row.error().message);
        if (row && (row->is_member || (!row->is_private && !row->is_direct))) known->second = *std::move(row);
    }
    return known->second.has_value();
}

// What is not indexed yet, the newest of it. Where that is more than can be read now, the page ends where reading did.
void Searcher::search_tail(Search& search) {
    std::vector<RoomId> rooms;
    for (const RoomId room : behind_) {
        if ((!search.in || *search.in == room) && may_read(search, room)) rooms.push_back(room);
    }
    std::vector<FoundAt> places;
    std::vector<std::string> texts;
    constexpr std::uint32_t rows_least = 50;
    const auto rows_each = std::max(rows_least, limits_.tail_rows_per_search / static_cast<std::uint32_t>(std::max<std::size_t>(rooms.size(), 1)));
    for (const RoomId room : rooms) {
        const Indexed indexed = index_.indexed(room).value_or(Indexed{});
        const std::vector<SourceText> tail = source_.newest(room, indexed.through, search.before.slot, rows_each);
        for (const SourceText& text : tail) {
            const FoundAt at{text.slot, room, text.number};
            if (!text.is_text || at >= search.before || !search.fits(room, text.author, text.time_ms, what_has(text))) continue;
            std::string words = searchable(text.text);
            if (!search.has_literals(words)) continue;
            places.push_back(at);
            texts.push_back(std::move(words));
        }
        if (tail.size() == rows_each) search.horizon = std::max(search.horizon, FoundAt{tail.back().slot, room, tail.back().number});
    }
    if (search.query.match.empty()) return search.hits.insert(places.begin(), places.end());
    if (texts.empty()) return;
    for (const std::size_t hit : index_.matching(search.query.match, texts)) search.hits.insert(places[hit]);
}

void Searcher::search_index(Search& search) {
    std::uint64_t slot = search.before.slot;
    if (search.query.before_ms) {
        if (const auto beyond = index_.slot_at(*search.query.before_ms)) slot = std::min(slot, *beyond);
    }
    std::uint32_t looked_at = 0;
    std::uint32_t found = 0;
    std::uint64_t last_slot = slot;
    index_.newest_first(search.query.match, search.in, slot, [&](const IndexedText& text) {
        // A slot is looked through to its end: its documents come in any order.
        const bool is_next_slot = text.slot != std::exchange(last_slot, text.slot);
        if (is_next_slot && (found > search.wanted || looked_at >= limits_.documents_per_search || text.slot < search.horizon.slot)) {
            search.horizon = std::max(search.horizon, FoundAt{text.slot + 1, {}, 0});
            return false;
        }
        ++looked_at;
        if (search.query.after_ms && text.time_ms < *search.query.after_ms) return false;
        const FoundAt at{text.slot, text.room, text.number};
        const bool hit = at < search.before && search.fits(text.room, text.author, text.time_ms, text.has) &&
                         search.has_literals(text.text) && may_read(search, text.room);
        if (hit && search.hits.insert(at).second) ++found;
        return true;
    });
}

net::Result<FoundPage> Searcher::page(Search& search) {
    FoundPage page;
    page.next = search.horizon;
    page.more = search.horizon > FoundAt{};
    for (auto hit = search.hits.rbegin(); hit != search.hits.rend() && *hit >= search.horizon; ++hit) {
        if (page.messages.size() == search.wanted) {
            page.more = true;
            break;
        }
        net::Result<std::optional<RoomMessage>> message = view_->message(hit->room, hit->number, search.asking.user);
        if (!message) return message.error();
        if (!*message || (*message)->deleted) continue;
        page.messages.push_back(**std::move(message));
        page.next = *hit;
    }
    // Ends by itself, not because the page is full: everything down to the horizon was looked through.
    if (page.messages.size() < search.wanted) page.next = search.horizon;
    std::set<RoomId> named;
    for (const RoomMessage& message : page.messages) {
        if (named.insert(message.room).second) page.rooms.push_back(*search.rooms.at(message.room));
    }
    return page;
}

}  // namespace parley::chat
