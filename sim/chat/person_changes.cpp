// What people do to messages that are there: edit, react, pin, answer. What they see of it must in the end be what the
// replicas have.
#include <algorithm>

#include <fmt/core.h>

#include "sim/chance.hpp"
#include "sim/chat/person.hpp"

namespace parley::sim {
namespace {

using std::chrono::milliseconds;

using Kept = std::map<std::uint64_t, chat::RoomMessage>;

// A text among the newest few.
const chat::RoomMessage* some_text(const Kept& kept, std::uint64_t chance) {
    auto at = kept.end();
    for (std::uint64_t back = 0; back <= chance % 20 && at != kept.begin(); ++back) --at;
    if (at == kept.end() || at->second.kind != chat::MessageKind::text) return nullptr;
    return &at->second;
}

}  // namespace

void Person::change_something() {
    loop_.after(milliseconds{between(loop_.chance(), 50, 800)}, [this] {
        change_something();
        if (setting_.memory.last == 0) {
            const chat::RoomId room = rooms_[loop_.chance() % rooms_.size()];
            if (auto operation = some_change(room)) client_->submit(*std::move(operation), std::nullopt, [](net::Result<chat::Answer>) {});
        } else if (client_->unanswered() == 0 && !std::exchange(last_look_begun_, true)) {
            look_a_last_time(0);
        }
    });
}

std::optional<chat::Operation> Person::some_change(chat::RoomId room) {
    static constexpr const char* emojis[] = {"👍", "🎉", "+"};
    const chat::RoomMessage* message = some_text(setting_.memory.kept[room], loop_.chance());
    if (message == nullptr) return std::nullopt;
    const chat::ByRoom target{room};
    const std::string emoji = emojis[loop_.chance() % std::size(emojis)];
    const bool is_own = client_->account() && message->author == client_->account()->user;
    switch (loop_.chance() % 6) {
        case 0:
        case 1:
            if (!is_own) return std::nullopt;
            return chat::EditMessage{target, message->number, fmt::format("{}.{}", message->text.substr(0, message->text.find('.')), ++edits_)};
        case 2: return chat::Unreact{target, message->number, emoji};
        case 3: return chat::Pin{target, message->number};      // refused to all but the room's maker and the administrator
        default: return chat::React{target, message->number, emoji};
    }
}

std::uint64_t Person::something_to_answer(chat::RoomId room) {
    if (loop_.chance() % 4 != 0) return 0;
    const chat::RoomMessage* message = some_text(setting_.memory.kept[room], loop_.chance());
    return message == nullptr ? 0 : message->number;
}

void Person::take_changes(chat::RoomId room, const std::vector<chat::MessageChange>& changes) {
    Kept& kept = setting_.memory.kept[room];
    for (const chat::MessageChange& change : changes) {
        std::uint64_t& newest = setting_.memory.changes[room];
        if (change.change != newest + 1) {
            setting_.judge.fail(Oracle::delivery, fmt::format("machine {} expects change {} of room {} and is given change {}", machine_.value,
                                                              newest + 1, room.value, change.change));
            return;
        }
        newest = change.change;
        const auto message = kept.find(change.number);
        if (message != kept.end()) chat::take_in(message->second, change, chat::UserId{});
    }
}

// All of this person's operations are answered, so what the replica says now includes every change they made.
void Person::look_a_last_time(std::size_t room) {
    if (room == rooms_.size()) {
        last_look_done_ = true;
        return;
    }
    client_->room(chat::ByRoom{rooms_[room]}, std::nullopt, [this, room](net::Result<chat::RoomRow> row) {
        if (row) {
            setting_.oracle.change_known(rooms_[room], row->changes);
            look_a_last_time(room + 1);
        } else {
            later([this, room] { look_a_last_time(room); });
        }
    });
}

}  // namespace parley::sim
