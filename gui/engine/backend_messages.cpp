// Messages of the Backend: pages from the store or a replica, what is pushed, and what is sent.
#include <algorithm>

#include "chat/state/names.hpp"
#include "gui/engine/backend.hpp"

namespace parley::gui {
namespace {

constexpr std::uint32_t page_rows = 100;
constexpr std::uint32_t hits_max = 200;
constexpr net::Duration patience = std::chrono::seconds{15};
constexpr net::Duration mark_pause = std::chrono::milliseconds{500};   // markers go through the log: not one a message

}  // namespace

// ---- reading ----

void Backend::run(OpenRoom& c) {
    suggester_.show(c.room);
    const auto stored = ports_.local.room(c.room);
    if (stored && *stored && (*stored)->last > 0) {
        LoadOlder newest{c.room, (*stored)->last + 1};
        return run(newest);
    }
    const auto row = rooms_.find(c.room);
    if (row == rooms_.end()) return tell(PageFailed{c.room, ""});
    if (row->second.last == 0) return tell(PageLoaded{c.room, {}, true});
    load_page(c.room, row->second.last + 1);
}

void Backend::run(LoadOlder& c) {
    auto messages = ports_.local.messages(c.room, 0, c.before, page_rows);
    const bool joins = messages && !messages->empty() && messages->back().number + 1 >= c.before;
    if (!joins) return load_page(c.room, c.before);
    const bool reaches_start = messages->front().number == 1;
    know_authors(*messages);
    tell(PageLoaded{c.room, *std::move(messages), reaches_start});
}

void Backend::load_page(chat::RoomId room, std::uint64_t before) {
    if (!loading_.insert(room).second) return;
    client_->history({chat::ByRoom{room}, 0, before, page_rows}, patience, [this, room](net::Result<chat::MessagePage> page) {
        loading_.erase(room);
        if (!page) return tell(PageFailed{room, tr_known(page.error().message)});
        page_came(room, *page);
    });
}

void Backend::page_came(chat::RoomId room, const chat::MessagePage& page) {
    const auto from = followed_from_.find(room);
    local_failed(ports_.local.save_messages(room, page.messages, from == followed_from_.end() ? page.room.changes : from->second));
    suggester_.came(room, page.messages);
    know_authors(page.messages);
    const bool reaches_start = page.messages.empty() || page.messages.front().number == 1 || !page.more;
    tell(PageLoaded{room, page.messages, reaches_start});
}

void Backend::messages_came(chat::RoomId room, const std::vector<chat::RoomMessage>& messages) {
    const auto from = followed_from_.find(room);
    local_failed(ports_.local.save_messages(room, messages, from == followed_from_.end() ? 0 : from->second));
    auto row = rooms_.find(room);
    if (row != rooms_.end()) row->second.last = std::max(row->second.last, messages.back().number);
    tell(MessagesArrived{room, messages, !caught_up_.contains(room)});
    count_replies(room, messages);
    know_authors(messages);
    suggester_.came(room, messages);
}

// A reply is a message of its own; only whoever keeps the first message of its thread counts it there.
void Backend::count_replies(chat::RoomId room, const std::vector<chat::RoomMessage>& messages) {
    std::map<std::uint64_t, chat::RoomMessage> roots;
    for (const chat::RoomMessage& reply : messages) {
        if (reply.thread == 0) continue;
        if (!roots.contains(reply.thread)) {
            const auto found = ports_.local.messages(room, reply.thread - 1, 0, 1);
            if (!found || found->empty() || found->front().number != reply.thread) continue;
            roots[reply.thread] = found->front();
        }
        ++roots[reply.thread].replies;
    }
    if (roots.empty()) return;
    std::vector<chat::RoomMessage> changed;
    for (auto& [number, message] : roots) changed.push_back(std::move(message));
    local_failed(ports_.local.save_changed(room, changed, 0));
    tell(MessagesChanged{room, std::move(changed)});
}

void Backend::changes_came(chat::RoomId room, const std::vector<chat::MessageChange>& changes) {
    const chat::UserId own = client_->account() ? client_->account()->user : chat::UserId{};
    std::map<std::uint64_t, chat::RoomMessage> known;   // one message may change several times in a batch
    for (const chat::MessageChange& change : changes) {
        if (!known.contains(change.number)) {
            const auto found = ports_.local.messages(room, change.number - 1, 0, 1);
            if (!found || found->empty() || found->front().number != change.number) continue;
            known[change.number] = found->front();
        }
        chat::take_in(known[change.number], change, own);
    }
    std::vector<chat::RoomMessage> changed;
    for (auto& [number, message] : known) changed.push_back(std::move(message));
    local_failed(ports_.local.save_changed(room, changed, changes.back().change));
    suggester_.came(room, changed);
    if (!changed.empty()) tell(MessagesChanged{room, std::move(changed)});
}

void Backend::run(MarkReadTo& c) {
    std::uint64_t& mark = marks_[c.room];
    mark = std::max(mark, c.number);
    if (std::exchange(marking_, true)) return;
    ports_.loop.after(mark_pause, [this, alive = std::weak_ptr<int>(alive_)] {
        if (alive.expired()) return;
        marking_ = false;
        for (const auto& [room, number] : std::exchange(marks_, {})) {
            client_->submit(chat::MarkRead{chat::ByRoom{room}, number}, chat::Deadline{}, [](net::Result<chat::Answer>) {});
        }
    });
}

void Backend::run(MarkUnreadFrom& c) {
    marks_.erase(c.room);   // what was read a moment ago must not undo it
    operate(chat::MarkUnread{chat::ByRoom{c.room}, c.number}, {});
}

void Backend::run(FindDay& c) {
    client_->history({chat::ByRoom{c.room}, 0, 0, 1, c.since_ms}, patience, [this, room = c.room](net::Result<chat::MessagePage> page) {
        if (good(page)) tell(DayFound{room, page->messages.empty() ? 0 : page->messages.front().number});
    });
}

void Backend::run(EditOwn& c) { operate(chat::EditMessage{chat::ByRoom{c.room}, c.number, c.text}, {}); }
void Backend::run(PinTo& c) {
    if (c.on) return operate(chat::Pin{chat::ByRoom{c.room}, c.number}, {});
    operate(chat::Unpin{chat::ByRoom{c.room}, c.number}, {});
}
void Backend::run(LoadThread& c) {
    client_->thread({chat::ByRoom{c.room}, c.root, 0, page_rows}, patience, [this, room = c.room, root = c.root](net::Result<chat::MessagePage> page) {
        if (good(page)) tell(ThreadLoaded{room, root, std::move(page->messages), page->more});
    });
}
void Backend::run(LoadPins& c) {
    client_->pins(chat::ByRoom{c.room}, patience, [this, room = c.room](net::Result<chat::MessagePage> page) {
        if (good(page)) tell(PinsLoaded{room, std::move(page->messages)});
    });
}
void Backend::run(LoadEdits& c) {
    client_->edits(chat::ByRoom{c.room}, c.number, patience, [this, room = c.room, number = c.number](net::Result<chat::EditPage> page) {
        if (good(page)) tell(EditsTold{room, number, std::move(page->edits)});
    });
}
void Backend::run(ReactTo& c) {
    if (c.on) return operate(chat::React{chat::ByRoom{c.room}, c.number, c.emoji}, {});
    operate(chat::Unreact{chat::ByRoom{c.room}, c.number, c.emoji}, {});
}
void Backend::run(DeleteOwn& c) { operate(chat::DeleteMessage{chat::ByRoom{c.room}, c.number}, {}); }

void Backend::run(SearchInRoom& c) {
    auto found = ports_.local.search(c.room, c.text, hits_max);
    if (!good(found)) return;
    tell(SearchFinished{c.room, c.text, *std::move(found)});
}

void Backend::run(SearchEverywhere& c) {
    constexpr std::uint32_t page_hits = 50;
    client_->search({c.text, c.before, page_hits, c.zone_minutes}, patience, [this, text = c.text, before = c.before](net::Result<chat::FoundPage> page) {
        if (page) return tell(FoundEverywhere{text, before, *std::move(page), ""});
        tell(FoundEverywhere{text, before, {}, tr_known(page.error().message)});
    });
}

// ---- sending ----

void Backend::run(SendText& c) {
    const chat::Post post{c.target, c.text, c.reply_to};
    begin(submit_kept(post), post, c.room);
}

chat::EntryId Backend::submit_kept(chat::Operation operation, std::optional<chat::KeptUpload> upload) {
    chat::Client::SubmitOptions options;
    options.note = "window";
    options.keep_until_confirmed = true;   // a refusal is seen, even if the window is closed before it comes
    options.upload = std::move(upload);
    auto entry = std::make_shared<chat::EntryId>();
    *entry = client_->submit(std::move(operation), std::move(options), [this, entry](net::Result<chat::Answer> result) {
        if (*entry != chat::EntryId{}) return sent(*entry, result);
        // Refused on the spot, before its id is known.
        ports_.loop.post([this, entry, early = std::move(result), alive = std::weak_ptr<int>(alive_)] {
            if (!alive.expired()) sent(*entry, early);
        });
    });
    connection_changed();
    return *entry;
}

void Backend::begin(chat::EntryId entry, const chat::Operation& operation, std::optional<chat::RoomId> room) {
    const auto* text = std::get_if<chat::Post>(&operation);
    const auto* file = std::get_if<chat::PostFile>(&operation);
    if (text == nullptr && file == nullptr) return;
    const chat::Target& target = text != nullptr ? text->target : file->target;
    const auto* person = std::get_if<chat::ByUserName>(&target);
    const auto* people = std::get_if<chat::ByPeople>(&target);
    if (!room && person == nullptr && people == nullptr) return;
    SendingBegan began{entry, room, person != nullptr ? person->name : people != nullptr ? chat::conversation_name(people->names) : "",
                       text != nullptr ? text->text : file->text, ports_.loop.wall_now().ms, text != nullptr ? text->reply_to : file->reply_to};
    if (file != nullptr) began.file = chat::MessageFile{file->file, transfers_->size_of(entry), file->name, file->type};
    tell(std::move(began));
}

void Backend::sent(chat::EntryId entry, const net::Result<chat::Answer>& result) {
    const auto* posted = result ? std::get_if<chat::Posted>(&result->result) : nullptr;
    transfers_->answered(entry, posted != nullptr);
    if (posted != nullptr) {
        client_->confirm(entry);
        tell(SendingDone{entry, posted->room, posted->number});
        if (!rooms_.contains(posted->room)) load_rooms();
    } else {
        const auto* refused = result ? std::get_if<chat::Refused>(&result->result) : nullptr;
        tell(SendingRefused{entry, refused != nullptr ? tr_known(chat::sentence(refused->why)) : result ? tr("refused") : tr_known(result.error().message)});
    }
    connection_changed();
}

void Backend::run(ThrowAway& c) {
    client_->confirm(c.entry);
    tell(SendingDropped{c.entry});
}

std::optional<chat::RoomId> Backend::room_of(const chat::Target& target) const {
    if (const auto* by_room = std::get_if<chat::ByRoom>(&target)) {
        if (rooms_.contains(by_room->room)) return by_room->room;
        return std::nullopt;
    }
    const auto* by_name = std::get_if<chat::ByRoomName>(&target);
    const auto* by_user = std::get_if<chat::ByUserName>(&target);
    const auto* by_people = std::get_if<chat::ByPeople>(&target);
    for (const auto& [id, row] : rooms_) {
        const bool is_room = by_name != nullptr && !row.is_direct && row.name == by_name->name;
        const bool is_person = by_user != nullptr && row.is_direct && row.name == by_user->name;
        const bool are_people = by_people != nullptr && row.is_direct && row.name == chat::conversation_name(by_people->names);
        if (is_room || is_person || are_people) return id;
    }
    return std::nullopt;
}

// What an earlier window left is on its way again: shown as such until it is acknowledged.
void Backend::adopt_leftovers() {
    if (rooms_.empty() || std::exchange(leftovers_adopted_, true)) return;
    adopt_uploads();
    for (const chat::OutboxEntry& left : client_->leftovers()) {
        if (std::holds_alternative<chat::KeepDraft>(left.operation)) continue;   // the Drafts wait for these
        const auto* text = std::get_if<chat::Post>(&left.operation);
        const auto* file = std::get_if<chat::PostFile>(&left.operation);
        const bool is_shown = text != nullptr || file != nullptr;
        if (is_shown) begin(left.id, left.operation, room_of(text != nullptr ? text->target : file->target));
        client_->await(left.id, {}, [this, id = left.id, is_shown](net::Result<chat::Answer> result) {
            if (is_shown) return sent(id, result);
            client_->confirm(id);
            connection_changed();
        });
    }
}

}  // namespace parley::gui
