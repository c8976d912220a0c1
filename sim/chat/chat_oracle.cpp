#include "sim/chat/chat_oracle.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/core.h>

namespace parley::sim {
namespace {

// Texts are padded to all sizes; their beginning tells them apart.
std::string brief(const std::string& text) { return text.substr(0, text.find('.')); }

// Texts begin with "p<person>/<number>".
std::uint64_t number_in(const std::string& text) {
    const std::size_t slash = text.find('/');
    return slash == std::string::npos ? 0 : std::strtoull(text.c_str() + slash + 1, nullptr, 10);
}

// The same post, whatever happened to it since.
bool same_post(const chat::RoomMessage& one, const chat::RoomMessage& other) {
    const bool same_text = one.deleted || other.deleted || brief(one.text) == brief(other.text);
    return same_text && one.slot == other.slot && one.time_ms == other.time_ms && one.kind == other.kind && one.author == other.author &&
           one.author_name == other.author_name && one.reply_to == other.reply_to && one.thread == other.thread;
}

using Counts = std::map<std::string, std::uint32_t>;

Counts counts_of(const chat::RoomMessage& message) {
    Counts counts;
    for (const chat::Reaction& reaction : message.reactions) counts[reaction.emoji] = reaction.count;
    return counts;
}

std::uint64_t person_in(const std::string& text) { return text.empty() ? 0 : std::strtoull(text.c_str() + 1, nullptr, 10); }

}  // namespace

void ChatOracle::written(const std::string& text, chat::RoomId room) {
    texts_[brief(text)].before = newest_slot_;
    history_.call(person_in(text), number_in(text), fmt::format("r{}", room.value), brief(text));
}

void ChatOracle::settle(const std::string& text, Place place) {
    Text& known = texts_[brief(text)];
    if (known.has_place && known.place != place) {
        judge_.fail(Oracle::exactly_once, fmt::format("\"{}\" is message {} of room {} and message {} of room {}", brief(text),
                                                      known.place.second, known.place.first.value, place.second,
                                                      place.first.value));
        return;
    }
    known.place = place;
    known.has_place = true;
    texts_by_place_[place] = brief(text);
    last_[place.first] = std::max(last_[place.first], place.second);
}

void ChatOracle::acknowledged(const std::string& text, chat::RoomId room, std::uint64_t number, std::uint64_t slot) {
    settle(text, {room, number});
    Text& known = texts_[brief(text)];
    const auto message = messages_.find({room, number});
    if (message != messages_.end() && !message->second.deleted && brief(message->second.text) != brief(text)) {
        judge_.fail(Oracle::exactly_once, fmt::format("\"{}\" was acknowledged as message {} of room {}, which reads \"{}\"", brief(text),
                                                      number, room.value, brief(message->second.text)));
    }
    if (!known.is_acknowledged && slot <= known.before) {
        judge_.fail(Oracle::real_time, fmt::format("\"{}\" took effect in slot {}, and slot {} was acknowledged before it was written",
                                                   brief(text), slot, known.before));
    }
    if (!std::exchange(known.is_acknowledged, true)) ++acknowledged_;
    newest_slot_ = std::max(newest_slot_, slot);
    history_.returned(person_in(text), number_in(text), number, slot);
}

void ChatOracle::refused(const std::string& text, chat::Refusal why) {
    judge_.fail(Oracle::exactly_once, fmt::format("\"{}\" was refused{}: {}", brief(text),
                                                  texts_[brief(text)].has_place ? ", and took effect" : "", chat::sentence(why)));
}

void ChatOracle::unknown(const std::string& text, const std::string& why, bool is_expired) {
    if (is_expired) {
        texts_[brief(text)].over_since = highest_applied();
        return;
    }
    judge_.fail(Oracle::exactly_once, fmt::format("what became of \"{}\" is not known: {}", brief(text), why));
}

void ChatOracle::withdrawn(const std::string& text) {
    Text& known = texts_[brief(text)];
    known.is_withdrawn = true;
    if (!known.has_place) return;
    judge_.fail(Oracle::exactly_once, fmt::format("\"{}\" was refused and is message {} of room {}", brief(text), known.place.second,
                                                  known.place.first.value));
}

void ChatOracle::seen(const char* where, MachineId machine, const chat::RoomMessage& message) {
    const Place place{message.room, message.number};
    const auto [known, is_new] = messages_.emplace(place, message);
    if (!is_new && !same_post(known->second, message)) {
        judge_.fail(Oracle::equality, fmt::format("message {} of room {} differs between replicas, {} on machine {}", message.number,
                                                  message.room.value, where, machine.value));
        return;
    }
    last_[message.room] = std::max(last_[message.room], message.number);
    if (message.kind != chat::MessageKind::text || message.deleted) return;
    if (!texts_.contains(brief(message.text)) || texts_[brief(message.text)].is_withdrawn) {
        judge_.fail(Oracle::exactly_once, fmt::format("message {} of room {} reads \"{}\", which nobody wrote", message.number,
                                                      message.room.value, brief(message.text)));
        return;
    }
    settle(message.text, place);
    const Text& text = texts_[brief(message.text)];
    if (!text.over_since || message.slot <= *text.over_since) return;
    judge_.fail(Oracle::exactly_once, fmt::format("\"{}\" took effect in slot {}, and its author was told before slot {} that it cannot any more", brief(message.text),
                                                  message.slot, *text.over_since + 1));
}

void ChatOracle::delivered(MachineId person, const chat::RoomMessage& message, std::uint64_t next) {
    if (message.number != next) {
        judge_.fail(Oracle::delivery, fmt::format("machine {} expects message {} of room {} and is given message {}", person.value,
                                                  next, message.room.value, message.number));
        return;
    }
    seen("as delivered", person, message);
}

void ChatOracle::audited(MachineId replica, chat::RoomId room, const std::vector<chat::RoomMessage>& messages) {
    std::uint64_t next = 1;
    std::map<std::uint64_t, std::uint64_t> last_of_device;   // what is written on one device stays in its order
    for (const chat::RoomMessage& message : messages) {
        if (message.number != next++) {
            judge_.fail(Oracle::equality, fmt::format("room {} on machine {} has a gap before message {}", room.value, replica.value,
                                                      message.number));
            return;
        }
        seen("in the audit", replica, message);
        if (message.kind != chat::MessageKind::text) continue;
        check_deleted(replica, message);
        if (message.deleted) {
            audited_.insert(texts_by_place_[{message.room, message.number}]);
            continue;
        }
        audited_.insert(brief(message.text));
        std::uint64_t& last = last_of_device[person_in(message.text)];
        const std::uint64_t number = number_in(message.text);
        if (number <= last) {
            judge_.fail(Oracle::exactly_once, fmt::format("\"{}\" stands behind number {} of the same author in room {}",
                                                          brief(message.text), last, room.value));
            return;
        }
        last = number;
    }
}

void ChatOracle::check_deleted(MachineId replica, const chat::RoomMessage& message) {
    const bool has_rest = !message.text.empty() || !message.reactions.empty() || message.pinned;
    const bool was_told = deleted_.contains({message.room, message.number});
    if ((!was_told || message.deleted) && (!message.deleted || !has_rest)) return;
    judge_.fail(Oracle::acknowledged, fmt::format("message {} of room {} was deleted, and machine {} {}", message.number,
                                                  message.room.value, replica.value, message.deleted ? "kept a part of it" : "has it still"));
}

void ChatOracle::audit_done(MachineId replica) {
    for (const auto& [text, known] : texts_) {
        if (!known.is_acknowledged || audited_.contains(text)) continue;
        judge_.fail(Oracle::acknowledged, fmt::format("\"{}\" was acknowledged and is missing on machine {}", brief(text), replica.value));
        return;
    }
    audited_.clear();
}

void ChatOracle::change_known(chat::RoomId room, std::uint64_t change) {
    last_change_[room] = std::max(last_change_[room], change);
}

std::uint64_t ChatOracle::last_change_of(chat::RoomId room) const {
    const auto found = last_change_.find(room);
    return found == last_change_.end() ? 0 : found->second;
}

void ChatOracle::kept(MachineId person, const chat::RoomMessage& shown, const chat::RoomMessage& wanted) {
    const bool same = shown.text == wanted.text && shown.edits == wanted.edits && shown.pinned == wanted.pinned &&
                      shown.deleted == wanted.deleted && counts_of(shown) == counts_of(wanted);
    if (same) return;
    const auto told = [](const chat::RoomMessage& message) {
        return fmt::format("\"{}\" with {} edits and {} emojis", brief(message.text), message.edits, message.reactions.size());
    };
    judge_.fail(Oracle::delivery, fmt::format("machine {} shows message {} of room {} as {}; it is {}", person.value, shown.number,
                                              shown.room.value, told(shown), told(wanted)));
}

std::uint64_t ChatOracle::last_of(chat::RoomId room) const {
    const auto found = last_.find(room);
    return found == last_.end() ? 0 : found->second;
}

void ChatOracle::write_final_state() {
    std::map<chat::RoomId, std::vector<std::string>> ids;
    for (const auto& [place, message] : messages_) {
        if (message.kind != chat::MessageKind::text) continue;
        // One that was deleted may have been seen without its text only; whoever was told its place knows it.
        const auto known = texts_by_place_.find(place);
        if (known == texts_by_place_.end()) continue;
        ids[place.first].push_back(fmt::format("{}/{}", person_in(known->second), number_in(known->second)));
    }
    for (const auto& [room, list] : ids) history_.final_state(fmt::format("r{}", room.value), list);
}

}  // namespace parley::sim
