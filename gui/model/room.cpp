// A stretch of messages that grows at both ends and never has a hole.
#include "gui/model/room.hpp"

#include <algorithm>
#include <iterator>

#include "chat/state/names.hpp"

namespace parley::gui {
namespace {

constexpr std::size_t kept_when_closed = 200;
constexpr std::size_t trimmed_above = 600;

// Whether this is what was sent, as far as one can see before the answer comes.
bool is_same(const Sending& one, const chat::RoomMessage& message) {
    if (one.is_refused() || one.carrying || one.text != message.text || one.file.has_value() != message.file.has_value()) return false;
    return !one.file || one.file->file == message.file->file;
}

}  // namespace

std::string Room::title() const {
    if (!row_.is_direct) return "#" + row_.name;
    std::string people;
    for (const std::string& name : chat::names_in_conversation(row_.name)) people += (people.empty() ? "" : ", ") + name;
    return people;
}

chat::Target Room::target() const {
    if (!is_provisional()) return chat::ByRoom{row_.room};
    std::vector<std::string> names = chat::names_in_conversation(row_.name);
    if (names.size() > 1) return chat::ByPeople{std::move(names)};
    return chat::ByUserName{row_.name};
}

std::uint64_t Room::mentions() const {
    const std::uint64_t listed = row_.read < listed_last_ ? row_.mentions : 0;
    return listed + static_cast<std::uint64_t>(std::distance(mentions_since_.upper_bound(row_.read), mentions_since_.end()));
}

std::uint64_t Room::calling() const {
    if (row_.notify == chat::Notify::nothing) return 0;
    return row_.notify == chat::Notify::mentions && !row_.is_direct ? mentions() : unread();
}

const chat::RoomMessage* Room::find(std::uint64_t number) const {
    if (messages_.empty() || number < first() || number > last()) return nullptr;
    return &messages_[static_cast<std::size_t>(number - first())];
}

void Room::update(chat::RoomRow row) {
    // What was read or arrived here meanwhile is newer than the list.
    listed_last_ = row.last;
    mentions_since_.erase(mentions_since_.begin(), mentions_since_.upper_bound(listed_last_));
    row.read = std::max(row.read, row_.read);
    row.last = std::max(row.last, row_.last);
    row_ = std::move(row);
}

void Room::load(const PageLoaded& page) {
    is_loading_ = false;
    ++revision_;
    if (page.messages.empty()) {
        reaches_start_ = reaches_start_ || page.reaches_start;
        return;
    }
    const std::uint64_t page_first = page.messages.front().number;
    const std::uint64_t page_last = page.messages.back().number;
    const bool joins = messages_.empty() || (page_first <= last() + 1 && page_last + 1 >= first());
    if (!joins) return;   // asked for before the room was reset
    for (auto message = page.messages.rbegin(); message != page.messages.rend(); ++message) {
        if (messages_.empty() || message->number + 1 == first()) messages_.push_front(*message);
    }
    for (const chat::RoomMessage& message : page.messages) {
        if (message.number == last() + 1) messages_.push_back(message);
    }
    row_.last = std::max(row_.last, last());
    reaches_start_ = reaches_start_ || first() == 1 || (page.reaches_start && first() == page_first);
    forget_shown_sendings();
}

void Room::arrive(const std::vector<chat::RoomMessage>& messages, chat::UserId own) {
    ++revision_;
    for (const chat::RoomMessage& message : messages) {
        const bool is_own = message.author == own;
        // Whoever had read all before an own message has read that too; the server counts alike.
        if (is_own && row_.read + 1 >= message.number) row_.read = std::max(row_.read, message.number);
        row_.last = std::max(row_.last, message.number);
        if (is_own && chat::is_written(message.kind)) {
            const auto same = std::find_if(sending_.begin(), sending_.end(), [&](const Sending& one) { return one.number == 0 && is_same(one, message); });
            if (same != sending_.end()) same->number = message.number;
        }
        if (messages_.empty() || message.number == last() + 1) {
            messages_.push_back(message);
        } else if (message.number > last() + 1) {
            messages_.assign(1, message);   // a hole: what is older is asked for again
            reaches_start_ = false;
        }
    }
    if (!messages_.empty() && first() == 1) reaches_start_ = true;
    forget_shown_sendings();
}

void Room::mentioned(std::uint64_t number) {
    if (number > listed_last_) mentions_since_.insert(number);
}

void Room::change(const std::vector<chat::RoomMessage>& messages) {
    for (const chat::RoomMessage& message : messages) {
        if (find(message.number) == nullptr) continue;
        messages_[static_cast<std::size_t>(message.number - first())] = message;
        ++revision_;
    }
}

void Room::reset() {
    messages_.clear();
    reaches_start_ = false;
    is_loading_ = false;
    ++revision_;
}

void Room::read_to(std::uint64_t number) { row_.read = std::max(row_.read, number); }

void Room::unread_from(std::uint64_t number) {
    row_.read = std::min(row_.read, number);
    held_unread_ = opened_;
    if (opened_) begin_unread(number + 1);
}

void Room::begin(Sending sending) {
    if (has(sending.entry)) return;
    sending_.push_back(std::move(sending));
    ++revision_;
}

void Room::move(chat::EntryId entry, const Carrying& carrying) {
    for (Sending& one : sending_) {
        if (one.entry == entry) one.carrying = carrying;
    }
    ++revision_;
}

void Room::posted(const FilePosted& posted) {
    for (Sending& one : sending_) {
        if (one.entry != posted.upload || !one.file) continue;
        one.entry = posted.entry;
        one.file->file = posted.file;
        one.carrying.reset();
    }
    ++revision_;
}

void Room::done(chat::EntryId entry, std::uint64_t number) {
    for (Sending& one : sending_) {
        if (one.entry != entry) continue;
        one.number = number;
        one.is_acknowledged = true;
    }
    forget_shown_sendings();
    ++revision_;
}

void Room::refuse(chat::EntryId entry, const std::string& sentence) {
    for (Sending& one : sending_) {
        if (one.entry != entry) continue;
        one.number = 0;
        one.refusal = sentence;
    }
    ++revision_;
}

void Room::drop(chat::EntryId entry) {
    std::erase_if(sending_, [&](const Sending& one) { return one.entry == entry; });
    ++revision_;
}

bool Room::has(chat::EntryId entry) const {
    return std::any_of(sending_.begin(), sending_.end(), [&](const Sending& one) { return one.entry == entry; });
}

// A number that was only guessed from the text stays until the answer comes: it may yet be a refusal.
void Room::forget_shown_sendings() {
    std::erase_if(sending_, [&](const Sending& one) { return one.is_acknowledged && one.number <= last(); });
}

const FileStanding* Room::file(std::uint64_t number) const {
    const auto found = files_.find(number);
    return found == files_.end() ? nullptr : &found->second;
}

void Room::fold(const std::set<chat::UserId>& authors) {
    if (authors == blocked_) return;
    blocked_ = authors;
    unfolded_.clear();
    ++revision_;
}

void Room::unfold(std::uint64_t number, bool is_shown) {
    if (is_shown) unfolded_.insert(number);
    else unfolded_.erase(number);
    ++revision_;
}

std::vector<std::uint64_t> Room::files_coming() const {
    std::vector<std::uint64_t> numbers;
    for (const auto& [number, standing] : files_) {
        if (standing.is_coming) numbers.push_back(number);
    }
    return numbers;
}

void Room::file_stands(std::uint64_t number, FileStanding standing) {
    files_[number] = std::move(standing);
    ++revision_;
}

bool Room::want_older() {
    if (is_loading_ || reaches_start_ || is_provisional() || row_.last == 0) return false;
    is_loading_ = true;
    return true;
}

void Room::begin_unread(std::uint64_t number) {
    unread_line_ = number;
    ++revision_;
}

void Room::open() {
    if (opened_) return;
    opened_ = true;
    held_unread_ = false;
    unread_line_ = unread() > 0 ? row_.read + 1 : 0;
    ++revision_;
}

void Room::close() {
    opened_ = false;
    unread_line_ = 0;
    ++revision_;
    if (messages_.size() <= trimmed_above) return;
    messages_.erase(messages_.begin(), messages_.end() - static_cast<std::ptrdiff_t>(kept_when_closed));
    reaches_start_ = false;
}

}  // namespace parley::gui
