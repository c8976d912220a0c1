// What happens to a message after it was posted: edited, deleted, reacted to, pinned. Each leaves a change with the room's
// next change number; what is so already leaves none.
#include <utility>

#include "chat/state/context.hpp"
#include "chat/state/names.hpp"
#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat::state {
namespace {

using Head = MessageStore::Head;

struct Found {
    RoomId room;
    Head head;
};

// A text of the room, if this member may do something with it and it is not deleted.
std::variant<Refusal, Found> find_text(Context& context, UserId user, const Target& target, std::uint64_t number) {
    const auto room = find_own_room(context, user, target);
    if (const auto* why = std::get_if<Refusal>(&room)) return *why;
    const RoomId id = std::get<RoomId>(room);
    const auto head = context.store.messages().head(id, number);
    if (!head) return Refusal::no_such_message;
    if (!is_written(head->kind)) return Refusal::not_allowed;
    if (head->deleted) return Refusal::message_deleted;
    if (const auto why = why_not_write(context, user, id)) return *why;
    return Found{id, *head};
}

// The number that the room's next change will have.
std::uint64_t next_change(Context& context, RoomId room) { return context.store.room(room)->changes + 1; }

void record(Context& context, const Caller& caller, RoomId room, std::uint64_t number, ChangeKind kind, std::string text = {},
            std::uint32_t count = 0) {
    const UserRecord* user = context.store.user(caller.user);
    CHECK(user != nullptr, "a change by nobody");
    MessageChange change{room, ++context.store.change_room(room).changes, number, kind, caller.user, user->shown_name(),
                         context.time_ms, std::move(text), count, context.slot};
    context.store.messages().add_change(change);
    context.effects.push_back(MessageChanged{std::move(change)});
}

void erase(Context& context, RoomId room, std::uint64_t number) {
    context.store.messages().erase(room, number);
    if (!net::planted("deleted_message_keeps_file")) tell_if_gone(context, context.store.files().detach(room, number));
}

// By nobody: the room lets go of it.
void record_aged(Context& context, RoomId room, std::uint64_t number) {
    CHECK(context.store.room(room) != nullptr, "texts grow old in a room that is not there");   // and from here on its row is in memory
    MessageChange change{room, ++context.store.change_room(room).changes, number, ChangeKind::deleted, UserId{}, {}, context.time_ms, {}, 0, context.slot};
    context.store.messages().add_change(change);
    context.effects.push_back(MessageChanged{std::move(change)});
}

// How many rows were looked at; at most `rows`.
std::uint32_t erase_aged(Context& context, RoomId room, RetentionRecord record, std::uint32_t rows) {
    constexpr std::int64_t day_ms = std::int64_t{24} * 3600 * 1000;
    const std::int64_t oldest_kept = context.time_ms - (net::planted("retention_a_day_early") ? record.days - 1 : record.days) * day_ms;
    std::uint32_t looked_at = 0;
    for (const MessageStore::Aged& message : context.store.messages().oldest(room, record.erased_through, rows)) {
        if (message.time_ms >= oldest_kept) break;
        ++looked_at;
        record.erased_through = message.number;
        if (!message.is_text) continue;
        erase(context, room, message.number);
        record_aged(context, room, message.number);
    }
    if (looked_at > 0) context.store.set_retention(room, record);
    return looked_at;
}

// A conversation belongs to all who are in it; elsewhere pins are set by those who look after the room.
bool may_pin(Context& context, UserId user, RoomId room) {
    return context.store.room(room)->is_conversation() || role_in(context, user, room) >= Role::moderator;
}

}  // namespace

Result execute(Context& context, const Caller& caller, const DeleteMessage& operation) {
    const auto found = find_governed_room(context, caller.user, operation.target);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId id = std::get<RoomId>(found);
    const auto head = context.store.messages().head(id, operation.number);
    if (!head) return Refused{Refusal::no_such_message};
    const bool may = head->author == caller.user || role_in(context, caller.user, id) >= Role::moderator;
    if (!is_written(head->kind) || !may) return Refused{Refusal::not_allowed};
    if (head->deleted) return Done{};
    erase(context, id, operation.number);
    record(context, caller, id, operation.number, ChangeKind::deleted);
    return Done{};
}

void erase_aged(Context& context) {
    constexpr std::uint32_t rows_per_slot = 256;
    constexpr std::int64_t look_every_ms = 60'000;
    Progress& progress = context.store.progress();
    if (net::planted("retention_forgotten") || progress.retentions == 0 || context.time_ms < progress.retention_due_ms) return;
    std::uint32_t left = rows_per_slot;
    for (const auto& [room, record] : context.store.retentions()) {
        left -= erase_aged(context, room, record, left);
        if (left == 0) return;   // goes on with the next slot
    }
    progress.retention_due_ms = context.time_ms + look_every_ms;
}

void erase_left_behind(Context& context) {
    constexpr std::uint32_t rows_per_slot = 256;
    auto erasure = context.store.people().next_erasure();
    if (!erasure) return;
    const auto rows = context.store.messages().behind(erasure->room, erasure->number, rows_per_slot);
    for (const MessageStore::Place& row : rows) {
        erasure->room = row.room;
        erasure->number = row.number;
        // What a room that is gone leaves behind is erased with it.
        if (row.author != erasure->user || !row.is_text || context.store.room(row.room) == nullptr) continue;
        erase(context, row.room, row.number);
        record(context, Caller{erasure->user, {}, {}, 0}, row.room, row.number, ChangeKind::deleted);
    }
    if (rows.size() < rows_per_slot) return context.store.people().end_erasure(erasure->user);
    context.store.people().move_erasure(*erasure);
}

Result execute(Context& context, const Caller& caller, const EditMessage& operation) {
    if (const auto why = judge_text(operation.text, context.limits.text_bytes_max)) return Refused{*why};
    const auto found = find_text(context, caller.user, operation.target, operation.number);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const auto& [room, head] = std::get<Found>(found);
    if (head.author != caller.user) return Refused{Refusal::not_allowed};
    if (context.store.messages().text(room, operation.number) == operation.text) return Done{};
    if (head.edits >= context.limits.edits_per_message_max) return Refused{Refusal::limit_reached};
    context.store.messages().replace_text(room, operation.number, head.edits + 1, operation.text, context.time_ms);
    if (!net::planted("edit_keeps_mentions")) context.store.messages().remove_mentions(room, operation.number);
    keep_mentions(context, caller.user, room, operation.number, operation.text);
    record(context, caller, room, operation.number, ChangeKind::edited, operation.text, head.edits + 1);
    return Done{};
}

Result execute(Context& context, const Caller& caller, const React& operation) {
    if (const auto why = judge_emoji(operation.emoji)) return Refused{*why};
    const auto found = find_text(context, caller.user, operation.target, operation.number);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId room = std::get<Found>(found).room;
    MessageStore& messages = context.store.messages();
    if (messages.has_reaction(room, operation.number, operation.emoji, caller.user)) return Done{};
    const std::uint32_t before = messages.reaction_count(room, operation.number, operation.emoji);
    if (before == 0 && messages.emojis(room, operation.number) >= context.limits.emojis_per_message_max) {
        return Refused{Refusal::limit_reached};
    }
    messages.add_reaction(room, operation.number, operation.emoji, caller.user, next_change(context, room));
    record(context, caller, room, operation.number, ChangeKind::reacted, operation.emoji, before + 1);
    return Done{};
}

Result execute(Context& context, const Caller& caller, const Unreact& operation) {
    const auto found = find_text(context, caller.user, operation.target, operation.number);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId room = std::get<Found>(found).room;
    MessageStore& messages = context.store.messages();
    if (!messages.has_reaction(room, operation.number, operation.emoji, caller.user)) return Done{};
    messages.remove_reaction(room, operation.number, operation.emoji, caller.user);
    record(context, caller, room, operation.number, ChangeKind::unreacted, operation.emoji,
           messages.reaction_count(room, operation.number, operation.emoji));
    return Done{};
}

Result execute(Context& context, const Caller& caller, const Pin& operation) {
    const auto found = find_text(context, caller.user, operation.target, operation.number);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId room = std::get<Found>(found).room;
    if (!may_pin(context, caller.user, room)) return Refused{Refusal::not_allowed};
    MessageStore& messages = context.store.messages();
    if (messages.is_pinned(room, operation.number)) return Done{};
    if (messages.pins(room) >= context.limits.pins_per_room_max) return Refused{Refusal::limit_reached};
    messages.add_pin(room, operation.number, caller.user, context.time_ms);
    record(context, caller, room, operation.number, ChangeKind::pinned);
    return Done{};
}

Result execute(Context& context, const Caller& caller, const Unpin& operation) {
    const auto found = find_text(context, caller.user, operation.target, operation.number);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId room = std::get<Found>(found).room;
    if (!may_pin(context, caller.user, room)) return Refused{Refusal::not_allowed};
    if (!context.store.messages().is_pinned(room, operation.number)) return Done{};
    context.store.messages().remove_pin(room, operation.number);
    record(context, caller, room, operation.number, ChangeKind::unpinned);
    return Done{};
}

}  // namespace parley::chat::state
