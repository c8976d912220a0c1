// What people do to messages that are there: edit, react, pin, answer. What they see of it must in the end be what the
// replicas have.
#include <algorithm>
#include <array>

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
            const chat::RoomMessage* message = some_text(setting_.memory.kept[room], loop_.chance());
            if (message != nullptr) change(room, *message);
        } else if (client_->unanswered() == 0 && !std::exchange(last_look_begun_, true)) {
            look_a_last_time(0);
        }
    });
}

void Person::change(chat::RoomId room, const chat::RoomMessage& message) {
    // A set for each device: what two of one person do with one emoji has no order that they know.
    static constexpr std::array<std::array<const char*, 3>, 3> sets{{{"👍", "🎉", "+"}, {"🔥", "👀", "✅"}, {"🚀", "💡", "❌"}}};
    const auto& emojis = sets.at(setting_.number % static_cast<std::size_t>(setting_.options.devices));
    const chat::ByRoom target{room};
    const std::string emoji = emojis.at(loop_.chance() % emojis.size());
    const bool is_own = client_->account() && message.author == client_->account()->user;
    const auto submit = [this](chat::Operation operation) { client_->submit(std::move(operation), std::nullopt, [](net::Result<chat::Answer>) {}); };
    switch (loop_.chance() % 8) {
        case 0:
        case 1:
            if (is_own) submit(chat::EditMessage{target, message.number, fmt::format("{}.{}", message.text.substr(0, message.text.find('.')), ++edits_)});
            return;
        case 2:
        case 3: return touch(room, message.number, emoji, false);
        case 4:   // refused to all but the room's maker and the administrator
            if (loop_.chance() % 3 == 0) return submit(chat::Unpin{target, message.number});
            return submit(chat::Pin{target, message.number});
        case 5:
            if (is_own && loop_.chance() % 2 == 0) erase(room, message.number);
            return;
        default: return touch(room, message.number, emoji, true);
    }
}

void Person::touch(chat::RoomId room, std::uint64_t number, const std::string& emoji, bool on) {
    PersonMemory& memory = setting_.memory;
    const std::uint64_t one = ++memory.touched;
    PersonMemory::Touch& noted = memory.touches[{room, number, emoji}];
    noted.latest = one;
    noted.known = false;
    const chat::ByRoom target{room};
    chat::Operation operation = on ? chat::Operation{chat::React{target, number, emoji}} : chat::Operation{chat::Unreact{target, number, emoji}};
    client_->submit(std::move(operation), std::nullopt, [this, room, number, emoji, on, one](net::Result<chat::Answer> answer) {
        PersonMemory::Touch& done = setting_.memory.touches[{room, number, emoji}];
        // Operations of one person take effect in their order: the last one says how it stands.
        if (!answer || !std::holds_alternative<chat::Done>(answer->result) || done.latest != one) return;
        done.known = true;
        done.on = on;
    });
}

void Person::erase(chat::RoomId room, std::uint64_t number) {
    setting_.account.erased.insert({room, number});
    client_->submit(chat::DeleteMessage{chat::ByRoom{room}, number}, std::nullopt, [this, room, number](net::Result<chat::Answer> answer) {
        if (answer && std::holds_alternative<chat::Done>(answer->result)) setting_.oracle.deleted(room, number);
    });
}

// In a room of its own, since whoever is put out of a room writes and reads no more there. What comes of it is not told here:
// the audit compares what the room's messages say with what the replicas have.
void Person::look_after_arena() {
    loop_.after(milliseconds{between(loop_.chance(), 100, 900)}, [this] {
        look_after_arena();
        if (setting_.memory.last == 0) client_->submit(some_care(), std::nullopt, [](net::Result<chat::Answer>) {});
    });
}

chat::Operation Person::some_care() {
    const chat::ByRoomName arena{setting_.arena};
    const std::string other = somebody();
    constexpr std::uint64_t long_ms = std::uint64_t{1000} * 24 * 3'600'000;   // longer than all that passes in a run
    switch (loop_.chance() % 20) {
        case 0:
        case 1:
            if (setting_.number == 0) return chat::CreateRoom{setting_.arena, false};
            return chat::JoinRoom{arena};
        case 2:
        case 3:
        case 4: return chat::JoinRoom{arena};
        case 5: return chat::LeaveRoom{arena};
        case 6: return chat::KickMember{arena, other};
        case 7: return chat::BanUser{arena, other};
        case 8:
        case 9: return chat::UnbanUser{arena, other};
        case 10: return chat::MuteMember{arena, other, long_ms};
        case 11: return chat::MuteMember{arena, other, 0};
        case 12: return chat::SetRole{arena, other, static_cast<chat::Role>(loop_.chance() % 4)};
        case 13: return chat::SetTopic{arena, fmt::format("topic {}", loop_.chance() % 100)};
        case 14: return chat::ArchiveRoom{arena, true};
        case 15:
        case 16: return chat::ArchiveRoom{arena, false};
        default: return chat::Post{arena, fmt::format("a{}/{}.{}", setting_.number, ++arena_texts_, some_mention()), 0};
    }
}

// By whoever made the room, which is one device for each.
void Person::order_retention() {
    if (setting_.options.retention_ms == 0) return;
    loop_.after(std::chrono::microseconds{between(loop_.chance(), 0, 2000 * setting_.options.retention_ms)}, [this] {
        order_retention();
        if (setting_.memory.last != 0) return;   // winding down
        const std::size_t place = loop_.chance() % rooms_.size();
        if (place % static_cast<std::size_t>(setting_.options.clients) != setting_.number) return;
        static constexpr std::array<std::uint32_t, 5> choices{0, 1, 1, 2, 5};
        const std::uint32_t days = choices.at(loop_.chance() % choices.size());
        const chat::RoomId room = rooms_[place];
        const std::size_t order = setting_.retentions.ordered(room, days);
        client_->submit(chat::SetRetention{chat::ByRoom{room}, days}, std::nullopt, [this, room, order](net::Result<chat::Answer> answer) {
            if (!answer) return;
            if (std::holds_alternative<chat::Done>(answer->result)) setting_.retentions.answered(room, order, answer->slot);
            else setting_.retentions.refused(room, order);
        });
    });
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
