#include "gui/model/model.hpp"

#include <algorithm>
#include <cctype>

#include "chat/state/names.hpp"
#include "gui/model/words.hpp"

namespace parley::gui {
namespace {

// How well the letters fit, smaller is better; none: they do not all occur in this order.
std::optional<std::size_t> distance(const std::string& name, const std::string& letters) {
    const std::string where = chat::fold_name(name);
    const std::string what = chat::fold_name(letters);
    if (const std::size_t at = where.find(what); at != std::string::npos) return at;
    std::size_t place = 0;
    for (const char letter : what) {
        place = where.find(letter, place);
        if (place == std::string::npos) return std::nullopt;
        ++place;
    }
    return 100 + place;
}

}  // namespace

void Changed::operator|=(const Changed& other) {
    account |= other.account;
    connection |= other.connection;
    rooms |= other.rooms;
    selected |= other.selected;
    messages |= other.messages;
    members |= other.members;
    found |= other.found;
    notice |= other.notice;
    settings |= other.settings;
    replicas |= other.replicas;
    people |= other.people;
    day |= other.day;
    rights |= other.rights;
    admin |= other.admin;
    act |= other.act;
    replies |= other.replies;
    reply_settings |= other.reply_settings;
    draft |= other.draft;
    profiles |= other.profiles;
    pictures |= other.pictures;
    lab |= other.lab;
}

bool mentions(const std::string& text, const std::string& name) {
    if (name.empty()) return false;
    const std::string where = chat::fold_name(text);
    const std::string what = "@" + chat::fold_name(name);
    const auto continues = [](char letter) {
        const auto code = static_cast<unsigned char>(letter);
        return std::isalnum(code) != 0 || letter == '_' || letter == '-' || code >= 0x80;
    };
    for (std::size_t at = where.find(what); at != std::string::npos; at = where.find(what, at + 1)) {
        const std::size_t after = at + what.size();
        if (after == where.size() || !continues(where[after])) return true;
    }
    return false;
}

Changed Model::apply(Notification notification) {
    return std::visit([this](auto& one) { return take(one); }, notification);
}

// ---- account and connection ----

const std::string& Model::own_name() const {
    static const std::string nobody;
    return account_name_ ? *account_name_ : nobody;
}

Changed Model::take(AccountChanged& n) {
    Changed changed{.account = true, .connection = true};
    knows_account_ = true;
    form_ = {};
    const bool is_another = n.name != account_name_;
    account_name_ = std::move(n.name);
    own_id_ = n.user;
    account_reason_ = std::move(n.reason);
    if (!is_another) return changed;
    rooms_.clear();
    order_.clear();
    favourites_.clear();
    blocked_.clear();
    selected_.reset();
    wanted_.reset();
    has_listed_rooms_ = false;
    alerts_.clear();
    presence_.clear();
    profiles_.clear();
    readers_ = {};
    pins_ = {};
    edits_ = {};
    moved_drafts_.clear();
    typing_.clear();
    suggestions_ = {};
    reply_settings_ = {};
    changed.rights = std::exchange(is_administrator_, false);
    admin_.forget();
    changed.rooms = changed.selected = changed.messages = changed.members = true;
    return changed;
}

Changed Model::take(FormRefused& n) {
    form_ = std::move(n);
    return {.account = true};
}

Changed Model::take(ConnectionStatus& n) {
    connection_ = std::move(n);
    return {.connection = true};
}

std::optional<std::string> Model::connection_sentence() const {
    using State = ConnectionStatus::State;
    // A sentence of its own behind the other one.
    const std::string unsent = connection_.unsent == 0 ? "" : " " + tr_count("{0} not saved yet, kept here.", "{0} not saved yet, kept here.", connection_.unsent);
    if (connection_.lacks_room_here && connection_.state != State::ended) {
        return tr_count("The disk of this computer is full. {0} not sent yet: that goes on when there is room; keep this window open until then.",
                        "The disk of this computer is full. {0} not sent yet: that goes on when there is room; keep this window open until then.", connection_.unsent);
    }
    switch (connection_.state) {
        case State::connecting: return tr("Reconnecting…") + unsent;
        case State::no_leader: return tr("Read only: {0} of {1} replicas reachable.", connection_.reachable, connection_.replicas) + unsent;
        case State::no_room: return tr("Read only: the disks of too many replicas are full.") + unsent;
        case State::ended: return connection_.sentence;
        case State::online: break;
    }
    return std::nullopt;
}

// ---- rooms ----

Room* Model::find(chat::RoomId room) {
    const auto found = rooms_.find(room);
    return found == rooms_.end() ? nullptr : &found->second;
}

const Room* Model::find(chat::RoomId room) const {
    const auto found = rooms_.find(room);
    return found == rooms_.end() ? nullptr : &found->second;
}

Room* Model::selected() { return selected_ ? find(*selected_) : nullptr; }
const Room* Model::selected() const { return selected_ ? find(*selected_) : nullptr; }

Changed Model::select(chat::RoomId room) {
    Room* next = find(room);
    if (next == nullptr || selected_ == room) return {};
    if (Room* before = selected()) before->close();
    selected_ = room;
    next->open();
    return {.rooms = true, .selected = true, .messages = true, .members = true};
}

std::optional<chat::RoomId> Model::neighbour(int step, bool unread_only) const {
    if (order_.empty()) return std::nullopt;
    const auto size = static_cast<std::ptrdiff_t>(order_.size());
    const auto at = selected_ ? std::find(order_.begin(), order_.end(), *selected_) : order_.end();
    std::ptrdiff_t place = at == order_.end() ? (step > 0 ? -1 : 0) : at - order_.begin();
    for (std::ptrdiff_t tried = 0; tried < size; ++tried) {
        place = (place + step + size) % size;
        const chat::RoomId room = order_[static_cast<std::size_t>(place)];
        if (!unread_only || (find(room)->calling() > 0 && room != selected_)) return room;
    }
    return std::nullopt;
}

chat::RoomId Model::conversation_with(const std::string& name) {
    for (const auto& [id, room] : rooms_) {
        if (room.row().is_direct && room.row().name == name) return id;
    }
    chat::RoomRow row;
    row.room = chat::RoomId{Room::provisional_bit | ++provisional_};
    row.name = name;
    row.is_direct = true;
    row.is_member = true;
    row.is_private = true;
    row.members = static_cast<std::uint32_t>(chat::names_in_conversation(name).size() + 1);
    rooms_.emplace(row.room, Room{row});
    sort_rooms();
    return row.room;
}

std::uint64_t Model::unread() const {
    std::uint64_t sum = 0;
    for (const auto& [id, room] : rooms_) sum += room.calling();
    return sum;
}

std::vector<chat::RoomId> Model::matching(const std::string& letters) const {
    std::vector<std::pair<std::size_t, chat::RoomId>> found;
    for (const chat::RoomId id : order_) {
        if (const auto how = distance(find(id)->row().name, letters)) found.emplace_back(*how, id);
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<chat::RoomId> rooms;
    for (const auto& [how, id] : found) rooms.push_back(id);
    return rooms;
}

bool Model::saw(std::uint64_t number) {
    Room* room = selected();
    if (room == nullptr || number <= room->row().read || room->is_held_unread()) return false;
    room->read_to(number);
    return true;
}

// The conversation was written to and is a room of the server now: draft and selection move over to it.
void Model::adopt_provisional(const chat::RoomRow& row) {
    if (!row.is_direct) return;
    for (auto& [id, room] : rooms_) {
        if (!room.is_provisional() || room.row().name != row.name) continue;
        Room& real = rooms_.at(row.room);
        if (real.draft.empty()) real.draft = room.draft;
        for (const Sending& sending : room.sending()) real.begin(sending);
        if (selected_ == id) {
            selected_ = row.room;
            real.open();
        }
        rooms_.erase(id);
        return;
    }
}

Changed Model::take(RoomsListed& n) {
    has_listed_rooms_ = true;
    const auto selected_before = selected_;
    const std::string title_before = selected() == nullptr ? "" : selected()->title();
    std::vector<chat::RoomId> gone;
    for (const auto& [id, room] : rooms_) {
        const bool is_listed = std::any_of(n.rooms.begin(), n.rooms.end(), [id = id](const chat::RoomRow& row) { return row.room == id; });
        if (!is_listed && !room.is_provisional()) gone.push_back(id);
    }
    for (const chat::RoomId id : gone) rooms_.erase(id);
    for (const chat::RoomRow& row : n.rooms) {
        if (Room* known = find(row.room)) {
            known->update(row);
        } else {
            rooms_.emplace(row.room, Room{row});
            adopt_provisional(row);
        }
    }
    sort_rooms();
    fold_rooms();
    Changed changed{.rooms = true};
    if (selected_ && find(*selected_) == nullptr) {
        selected_.reset();
        notice_ = tr("{0} is gone: it was deleted, or you are not in it any more.", title_before);
        changed.notice = true;
    }
    if (wanted_ && find(*wanted_) != nullptr) changed |= select(*std::exchange(wanted_, std::nullopt));
    if (!selected_ && !order_.empty()) changed |= select(order_.front());
    if (selected_ != selected_before) changed.selected = changed.messages = changed.members = true;
    return changed;
}

Changed Model::take(RoomWanted& n) {
    wanted_ = n.room;
    if (find(n.room) == nullptr) return {};
    wanted_.reset();
    return select(n.room);
}

Changed Model::take(DraftFound& n) {
    Changed changed;
    if (Room* room = find(n.room)) {
        room->draft = std::move(n.text);
        room->place = n.place;
        changed.rooms = true;
    }
    return changed;
}

Changed Model::take(DraftMoved& n) {
    Room* room = find(n.room);
    if (room == nullptr || room->draft != n.before) return {};
    room->draft = n.text;
    moved_drafts_.push_back(std::move(n));
    return {.rooms = true, .draft = true};
}

// ---- messages ----

Changed Model::in_room(chat::RoomId id, const std::function<void(Room&)>& work) {
    Room* room = find(id);
    if (room == nullptr) return {};
    work(*room);
    return {.rooms = true, .messages = selected_ == id};
}

Changed Model::in_room_of(chat::EntryId entry, const std::function<void(Room&)>& work) {
    for (auto& [id, room] : rooms_) {
        if (room.has(entry)) return in_room(id, work);
    }
    return {};
}

Changed Model::take(PageLoaded& n) {
    return in_room(n.room, [&](Room& room) { room.load(n); });
}
Changed Model::take(PageFailed& n) {
    return in_room(n.room, [&](Room& room) { room.load_failed(); });
}
Changed Model::take(MessagesArrived& n) {
    return in_room(n.room, [&](Room& room) {
        const bool nobody_looks = selected_ == room.id() && !is_watching && room.unread() == 0;
        if (nobody_looks && !n.messages.empty() && n.messages.front().author != own_id_) room.begin_unread(n.messages.front().number);
        room.arrive(n.messages, own_id_);
        for (const chat::RoomMessage& message : n.messages) {
            typing_[room.id()].erase(message.author);   // this is what was typed
            if (is_of_others(message) && speaks_to_me(message)) room.mentioned(message.number);
        }
        if (!n.is_backlog) note_alerts(room, n);
        for (const chat::RoomMessage& message : n.messages) {
            const bool is_next = thread_.room == n.room && message.thread == thread_.root && thread_.root > 0 && !thread_.messages.empty() &&
                                 message.number > thread_.messages.back().number && !thread_.more;
            if (is_next) thread_.messages.push_back(message);
        }
    });
}
Changed Model::take(MessagesChanged& n) {
    Changed changed = in_room(n.room, [&](Room& room) { room.change(n.messages); });
    changed.found = pins_.room == n.room && keep_pins(n.messages);
    return changed;
}

// True when the list of pins is another one.
bool Model::keep_pins(const std::vector<chat::RoomMessage>& messages) {
    bool is_changed = false;
    for (const chat::RoomMessage& message : messages) {
        const auto place = std::ranges::lower_bound(pins_.messages, message.number, {}, &chat::RoomMessage::number);
        const bool is_listed = place != pins_.messages.end() && place->number == message.number;
        const bool is_pinned = message.pinned && !message.deleted;
        is_changed = is_changed || is_listed || is_pinned;
        if (is_listed && is_pinned) *place = message;
        else if (is_listed) pins_.messages.erase(place);
        else if (is_pinned) pins_.messages.insert(place, message);
    }
    return is_changed;
}
Changed Model::take(RoomReset& n) {
    return in_room(n.room, [&](Room& room) { room.reset(); });
}
Changed Model::take(ReadMoved& n) {
    return in_room(n.room, [&](Room& room) { room.read_to(n.number); });
}

bool Model::is_of_others(const chat::RoomMessage& message) const {
    return message.author != own_id_ && chat::is_written(message.kind) && !message.deleted;
}

bool Model::speaks_to_me(const chat::RoomMessage& message) const { return mentions(message.text, own_name()) || mentions(message.text, "room"); }

void Model::note_alerts(const Room& room, const MessagesArrived& n) {
    const Preferences::Alerts wanted = preferences().alerts;
    const bool is_quiet = wanted == Preferences::Alerts::none || room.row().notify == chat::Notify::nothing;
    if (is_quiet || (is_watching && selected_ == room.id())) return;
    const bool tells_all = wanted == Preferences::Alerts::all && room.row().notify == chat::Notify::everything;
    for (const chat::RoomMessage& message : n.messages) {
        if (!is_of_others(message) || is_blocked(message.author) || !(tells_all || room.row().is_direct || speaks_to_me(message))) continue;
        const std::string who = shown_name(message.author, message.author_name);
        const std::string where = room.row().is_direct ? who : tr("{0} in {1}", who, room.title());
        alerts_.push_back({room.id(), message.number, where, preferences().alert_text ? message_text(message) : tr("A new message")});
    }
}

Changed Model::take(SendingBegan& n) {
    const chat::RoomId id = n.room ? *n.room : conversation_with(n.person);
    return in_room(id, [&](Room& room) { room.begin(Sending{.entry = n.entry, .text = n.text, .time_ms = n.time_ms, .reply_to = n.reply_to, .refusal = {}, .file = n.file}); });
}
Changed Model::take(SendingMoved& n) {
    Changed changed = in_room_of(n.entry, [&](Room& room) { room.move(n.entry, n.carrying); });
    changed.rooms = false;
    return changed;
}
Changed Model::take(FilePosted& n) {
    return in_room_of(n.upload, [&](Room& room) { room.posted(n); });
}
Changed Model::take(SendingDone& n) {
    return in_room_of(n.entry, [&](Room& room) {
        room.done(n.entry, n.number);
        // The first message to somebody made the room; its row comes with the list.
        if (room.is_provisional() && selected_ == room.id()) wanted_ = n.room;
    });
}
Changed Model::take(SendingRefused& n) {
    return in_room_of(n.entry, [&](Room& room) { room.refuse(n.entry, n.sentence); });
}
Changed Model::take(SendingDropped& n) {
    return in_room_of(n.entry, [&](Room& room) { room.drop(n.entry); });
}

// ---- files ----

Changed Model::take(FileStands& n) {
    Changed changed = in_room(n.room, [&](Room& room) { room.file_stands(n.number, std::move(n.standing)); });
    changed.rooms = false;
    return changed;
}
Changed Model::take(PictureCame& n) {
    pictures_.push_back(std::move(n));
    return {.pictures = true};
}
Changed Model::take(DownloadsTold& n) {
    downloads_ = std::move(n.folder);
    return {};
}

Changed Model::take(MarkedUnread& n) {
    return in_room(n.room, [&](Room& room) { room.unread_from(n.number); });
}

// ---- answers ----

Changed Model::take(MembersListed& n) {
    Changed changed = in_room(n.room, [&](Room& room) { room.members = std::move(n.members); });
    changed.members = selected_ == n.room;
    changed.messages = false;
    return changed;
}
Changed Model::take(PeopleFound& n) {
    people_ = std::move(n);
    return {.found = true};
}
Changed Model::take(PublicRoomsFound& n) {
    public_rooms_ = std::move(n);
    return {.found = true};
}
Changed Model::take(SearchFinished& n) {
    search_ = std::move(n);
    return {.found = true};
}
// A further page of the same search goes behind what is there; anything else begins anew.
Changed Model::take(FoundEverywhere& n) {
    const bool goes_on = n.before != chat::FoundAt{} && n.text == everywhere_.text && n.before == everywhere_.page.next && n.refusal.empty();
    if (!goes_on) {
        if (n.before != chat::FoundAt{}) return {};   // of a search that is over
        everywhere_ = std::move(n);
        return {.found = true};
    }
    chat::FoundPage& all = everywhere_.page;
    all.rooms.insert(all.rooms.end(), n.page.rooms.begin(), n.page.rooms.end());
    all.messages.insert(all.messages.end(), n.page.messages.begin(), n.page.messages.end());
    all.next = n.page.next;
    all.more = n.page.more;
    return {.found = true};
}
Changed Model::take(ThreadLoaded& n) {
    thread_ = std::move(n);
    return {.found = true};
}
Changed Model::take(PinsLoaded& n) {
    pins_ = std::move(n);
    return {.found = true};
}
Changed Model::take(EditsTold& n) {
    edits_ = std::move(n);
    return {.found = true};
}
Changed Model::take(Notice& n) {
    notice_ = std::move(n.sentence);
    return {.notice = true};
}
Changed Model::take(SettingRead& n) {
    settings_[n.name] = std::move(n.value);
    return {.settings = true};
}
Changed Model::take(PreferencesRead& n) {
    Changed changed{.settings = true};
    preferences_ = std::move(n);
    if (!preferences_.problem.empty()) {
        notice_ = preferences_.problem;
        changed.notice = true;
    }
    return changed;
}

Changed Model::take(LanguageTold& n) {
    language_ = std::move(n.language);
    return {.settings = true};
}

// ---- quick replies ----

Changed Model::take(RepliesSuggested& n) {
    suggestions_ = std::move(n);
    return {.replies = true};
}
Changed Model::take(ReplySettingsTold& n) {
    reply_settings_ = std::move(n);
    return {.reply_settings = true};
}

const RepliesSuggested* Model::suggestions() const {
    const Room* room = selected();
    const bool are_for_it = room != nullptr && room->id() == suggestions_.room && suggestions_.to > 0 && room->sending().empty() && !room->row().is_archived;
    if (!are_for_it || (suggestions_.texts.empty() && suggestions_.problem.empty())) return nullptr;
    for (auto message = room->messages().rbegin(); message != room->messages().rend(); ++message) {
        if (!chat::is_written(message->kind) || message->deleted) continue;
        return message->number == suggestions_.to && message->author != own_id_ && !is_blocked(message->author) ? &suggestions_ : nullptr;
    }
    return nullptr;
}

Changed Model::take(ReplicasSeen& n) {
    admin_.saw(n);
    replicas_ = std::move(n);
    return {.replicas = true};
}

// ---- administration ----

Changed Model::take(RightsTold& n) {
    if (n.is_administrator == is_administrator_) return {};
    is_administrator_ = n.is_administrator;
    return {.rights = true};
}
Changed Model::take(ActEnded& n) {
    const bool is_ours = admin_.take(n);
    return {.admin = is_ours, .act = is_ours};
}

std::string Model::setting(const std::string& name) const {
    const auto found = settings_.find(name);
    return found == settings_.end() ? "" : found->second;
}

}  // namespace parley::gui
