#include "sim/chat/room_audit.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/chat/changes_model.hpp"
#include "sim/chat/file_watch.hpp"

namespace parley::sim {

void RoomAudit::check(MachineId machine, chat::View& view) {
    constexpr std::uint32_t page = 500;
    const auto rooms = view.public_rooms(chat::UserId{}, "", page);
    if (!rooms) {
        ground_.oracles.judge.fail(Oracle::recovery, rooms.error().message);
        return;
    }
    std::set<chat::FileId> carried;
    for (const chat::RoomRow& room : *rooms) {
        std::vector<chat::RoomMessage> messages;
        while (true) {
            const auto more = view.messages(room.room, messages.empty() ? 0 : messages.back().number, 0, page);
            if (!more || more->empty()) break;
            messages.insert(messages.end(), more->begin(), more->end());
        }
        for (const chat::RoomMessage& message : messages) {
            if (message.file && !message.deleted) carried.insert(message.file->file);
        }
        // Nobody keeps track of what is written in the arena, or beside files.
        if (room.name != arena && room.name != room_of_files) oracle_.audited(machine, room.room, messages);
        compare_kept(room.room, messages);
        for (const auto& wrong : {compare_model(view, room, messages), compare_changes(view, room, messages), compare_retention(view, room, messages), compare_lists(view, room.room, messages)}) {
            if (wrong) ground_.oracles.judge.fail(Oracle::equality, fmt::format("room {} on machine {}: {}", room.name, machine.value, *wrong));
        }
    }
    if (const auto wrong = compare_files(view, carried)) ground_.oracles.judge.fail(Oracle::files, fmt::format("machine {}: {}", machine.value, *wrong));
    oracle_.audit_done(machine);
}

std::optional<std::string> RoomAudit::compare_files(chat::View& view, const std::set<chat::FileId>& carried) {
    const auto users = view.users("", "", 1000);
    if (!users) return users.error().message;
    const auto is_uploaded = [&](chat::FileId file) {
        return std::ranges::any_of(*users, [&](const chat::UserRow& user) {
            const auto has = view.has_upload(user.user, file);
            return has && *has;
        });
    };
    for (chat::FileId after{};;) {
        const auto files = view.files(after);
        if (!files) return files.error().message;
        if (files->empty()) return std::nullopt;
        for (const chat::FileRow& file : *files) {
            const bool is_carried = carried.contains(file.file);
            if (is_carried && !file.is_whole) return fmt::format("a message has file {}, which is not whole", file.file.value);
            if (!is_carried && !is_uploaded(file.file)) return fmt::format("file {} is there, which no message has and nobody uploads", file.file.value);
        }
        after = files->back().file;
    }
}

std::optional<std::string> RoomAudit::compare_model(chat::View& view, const chat::RoomRow& room,
                                                       const std::vector<chat::RoomMessage>& messages) const {
    const auto users = view.users("", "", 1000);
    if (!users) return users.error().message;
    std::map<std::string, RoomModel::Person> people;
    const std::set<std::string> changed = changed_administrators(view);
    for (const chat::UserRow& user : *users) people[user.name] = {user.user, user.is_admin, changed.contains(user.name)};
    RoomModel model{std::move(people)};
    for (const chat::RoomMessage& message : messages) {
        if (auto wrong = model.take(message)) return wrong;
    }
    for (const chat::RoomMessage& message : messages) {
        if (message.replies != model.replies(message.number)) {
            return fmt::format("message {} has {} answers and tells of {}", message.number, model.replies(message.number), message.replies);
        }
        if (auto wrong = compare_reactions(message)) return wrong;
    }
    if (room.topic != model.topic()) return fmt::format("its topic is \"{}\", by its messages \"{}\"", room.topic, model.topic());
    if (room.is_archived != model.is_archived()) return room.is_archived ? "it is archived, by its messages not" : "it is not archived, by its messages it is";
    return compare_members(view, room.room, model);
}

std::optional<std::string> RoomAudit::compare_changes(chat::View& view, const chat::RoomRow& room,
                                                         const std::vector<chat::RoomMessage>& messages) {
    constexpr std::uint32_t page = 500;
    ChangesModel model;
    while (true) {
        const auto more = view.changes(room.room, model.taken(), page);
        if (!more || more->empty()) break;
        for (const chat::MessageChange& change : *more) {
            if (auto wrong = model.take(change)) return wrong;
        }
    }
    if (model.taken() != room.changes) return fmt::format("it tells of {} changes and has {}", room.changes, model.taken());
    for (const chat::RoomMessage& message : messages) {
        if (auto wrong = model.compare(message)) return wrong;
    }
    return std::nullopt;
}

std::optional<std::string> RoomAudit::compare_retention(chat::View& view, const chat::RoomRow& room, const std::vector<chat::RoomMessage>& messages) const {
    if (ground_.options.retention_ms == 0) return std::nullopt;
    constexpr std::uint32_t page = 500;
    std::vector<chat::MessageChange> changes;
    while (true) {
        const auto more = view.changes(room.room, changes.empty() ? 0 : changes.back().change, page);
        if (!more || more->empty()) break;
        changes.insert(changes.end(), more->begin(), more->end());
    }
    return retentions_.compare(room.room, room.retention_days, messages, changes);
}

// What is pinned, what a text was before and what a thread holds are queries of their own.
std::optional<std::string> RoomAudit::compare_lists(chat::View& view, chat::RoomId room, const std::vector<chat::RoomMessage>& messages) {
    const auto pinned = view.pinned(room, chat::UserId{});
    if (!pinned) return pinned.error().message;
    const auto pins = std::ranges::count_if(messages, &chat::RoomMessage::pinned);
    const bool are_all_pinned = std::ranges::all_of(*pinned, &chat::RoomMessage::pinned);
    if (!are_all_pinned || static_cast<std::size_t>(pins) != pinned->size()) return fmt::format("{} messages are pinned, {} are listed", pins, pinned->size());
    for (const chat::RoomMessage& message : messages) {
        if (message.edits > 0) {
            const auto texts = view.edits(room, message.number);
            if (!texts) return texts.error().message;
            if (texts->size() != message.edits) return fmt::format("message {} was edited {} times and has {} earlier texts", message.number, message.edits, texts->size());
        }
        if (message.replies == 0 || message.number % 4 != 0) continue;   // some threads are enough
        const auto replies = view.replies(room, message.number, 0, 500, chat::UserId{});
        if (!replies) return replies.error().message;
        if (replies->size() != std::min<std::uint64_t>(message.replies, 500)) return fmt::format("the thread of message {} holds {} of {} answers", message.number, replies->size(), message.replies);
    }
    return std::nullopt;
}

std::optional<std::string> RoomAudit::compare_members(chat::View& view, chat::RoomId room, const RoomModel& model) const {
    const auto members = view.members(room, "", 1000);
    const auto banned = view.banned(room, "", 1000);
    if (!members || !banned) return "its members cannot be read";
    if (members->size() != model.members().size() || banned->size() != model.bans().size()) {
        return fmt::format("{} members and {} banned, by its messages {} and {}", members->size(), banned->size(), model.members().size(),
                           model.bans().size());
    }
    for (const chat::UserRow& user : *members) {
        const auto wanted = model.members().find(user.user);
        if (wanted == model.members().end()) return fmt::format("{} is in it, by its messages not", user.name);
        if (user.role != wanted->second.role || (user.muted_until_ms > 0) != wanted->second.muted) {
            return fmt::format("{} is {}{}, by its messages {}{}", user.name, chat::role_name(user.role), user.muted_until_ms > 0 ? ", muted" : "",
                               chat::role_name(wanted->second.role), wanted->second.muted ? ", muted" : "");
        }
        const auto row = view.resolve(user.user, chat::ByRoom{room});
        if (!row) return row.error().message;
        if (row->mentions != model.mentions(user.user, row->read) || row->read > row->last) {
            return fmt::format("{} has {} mentions behind message {}, by its messages {}", user.name, row->mentions, row->read,
                               model.mentions(user.user, row->read));
        }
    }
    return std::nullopt;
}

// How many have put which emoji on it, as far as what everybody did is known.
std::optional<std::string> RoomAudit::compare_reactions(const chat::RoomMessage& message) const {
    if (message.deleted) return std::nullopt;
    std::map<std::string, std::int64_t> wanted;
    for (const PersonMemory& memory : memories_) {
        for (auto touch = memory.touches.lower_bound({message.room, message.number, ""}); touch != memory.touches.end(); ++touch) {
            if (std::get<0>(touch->first) != message.room || std::get<1>(touch->first) != message.number) break;
            constexpr std::int64_t not_known = -1'000'000;
            wanted[std::get<2>(touch->first)] += !touch->second.known ? not_known : touch->second.on ? 1 : 0;
        }
    }
    for (const auto& [emoji, count] : wanted) {
        const auto found = std::ranges::find(message.reactions, emoji, &chat::Reaction::emoji);
        const std::int64_t there = found == message.reactions.end() ? 0 : found->count;
        if (count >= 0 && there != count) {
            return fmt::format("message {} has {} {}, and {} people put it there", message.number, there, emoji, count);
        }
    }
    return std::nullopt;
}

// What each person has on the screen is what this replica has.
void RoomAudit::compare_kept(chat::RoomId room, const std::vector<chat::RoomMessage>& messages) {
    for (std::size_t i = 0; i < memories_.size(); ++i) {
        const auto kept = memories_[i].kept.find(room);
        if (kept == memories_[i].kept.end()) continue;
        for (const chat::RoomMessage& message : messages) {
            const auto shown = kept->second.find(message.number);
            if (shown != kept->second.end()) oracle_.kept(ground_.clients[i]->id(), shown->second, message);
        }
    }
}

}  // namespace parley::sim
