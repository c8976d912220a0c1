// Messages and read markers. A post costs the same in a room of any size: one row, and counters kept in memory.
#include <algorithm>

#include "chat/state/context.hpp"
#include "chat/state/names.hpp"
#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat::state {
namespace {

// The part of a message's id before the slash, as the author writes it: `general` or `@bob`.
std::string room_label(Context& context, UserId user, const RoomRecord& room) {
    if (!room.direct) return room.name;
    const UserId other = room.direct->first == user ? room.direct->second : room.direct->first;
    const UserRecord* record = context.store.user(other);
    CHECK(record != nullptr, "a direct conversation with nobody");
    return "@" + record->shown_name();
}

// Nobody reads what is written to an account that is gone.
bool partner_is_gone(Context& context, const RoomRecord& room) {
    if (!room.direct) return false;
    const UserRecord* first = context.store.user(room.direct->first);
    const UserRecord* second = context.store.user(room.direct->second);
    CHECK(first != nullptr && second != nullptr, "a direct conversation with nobody");
    return first->is_deleted || second->is_deleted;
}

std::variant<Refusal, RoomId> room_to_post_in(Context& context, const Caller& caller, const Target& target) {
    auto found = find_own_room(context, caller.user, target);
    if (const auto* id = std::get_if<RoomId>(&found)) {
        if (partner_is_gone(context, *context.store.room(*id))) return Refusal::no_such_user;
        return found;
    }
    const auto* by_user = std::get_if<ByUserName>(&target);
    if (by_user == nullptr || std::get<Refusal>(found) != Refusal::no_such_room) return found;
    // The user is there and the conversation is not: this is its first message.
    const auto other = context.store.user_named(fold_name(by_user->name));
    CHECK(other.has_value(), "a user that was found is gone");
    return make_direct_room(context, caller.user, *other);
}

bool is_admin(Context& context, UserId user) {
    const UserRecord* record = context.store.user(user);
    CHECK(record != nullptr, "a session without its user");
    return record->is_admin;
}

// An administrator reaches every room but other people's direct conversations.
std::variant<Refusal, RoomId> room_to_delete_in(Context& context, const Caller& caller, const Target& target) {
    const auto found = find_own_room(context, caller.user, target);
    if (std::holds_alternative<RoomId>(found) || !is_admin(context, caller.user)) return found;
    std::optional<RoomId> id;
    if (const auto* by_room = std::get_if<ByRoom>(&target)) id = by_room->room;
    if (const auto* by_name = std::get_if<ByRoomName>(&target)) id = context.store.room_named(fold_name(by_name->name));
    const RoomRecord* room = id ? context.store.room(*id) : nullptr;
    if (room == nullptr || room->direct) return found;
    return *id;
}

}  // namespace

std::uint64_t append_message(Context& context, const Caller& author, RoomId room_id, MessageKind kind, std::string text) {
    CHECK(context.store.room(room_id) != nullptr, "a message to no room");
    RoomRecord& room = context.store.change_room(room_id);
    const UserRecord* user = context.store.user(author.user);
    CHECK(user != nullptr, "a message from nobody");
    const std::uint64_t number = ++room.last;
    const MemberKey key{room_id, author.user};
    if (const MemberRecord* member = context.store.member(key); member != nullptr && member->read + 1 == number) {
        context.store.change_member(key).read = net::planted("unread_counts_wrong") ? number - 1 : number;
    }
    RoomMessage message{room_id, number, context.slot, context.time_ms, kind, author.user, user->shown_name(), std::move(text), false};
    context.store.add_message(message, author.session, author.number);
    context.effects.push_back(MessagePosted{std::move(message)});
    return number;
}

Result execute(Context& context, const Caller& caller, const Post& operation) {
    if (const auto why = judge_text(operation.text, context.limits.text_bytes_max)) return Refused{*why};
    const auto found = room_to_post_in(context, caller, operation.target);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId id = std::get<RoomId>(found);
    const std::uint64_t number = append_message(context, caller, id, MessageKind::text, operation.text);
    return Posted{id, number, room_label(context, caller.user, *context.store.room(id))};
}

Result execute(Context& context, const Caller& caller, const DeleteMessage& operation) {
    const auto found = room_to_delete_in(context, caller, operation.target);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId id = std::get<RoomId>(found);
    const auto head = context.store.message(id, operation.number);
    if (!head) return Refused{Refusal::no_such_message};
    const bool is_own = head->author == caller.user;
    if (head->kind != MessageKind::text || (!is_own && !is_admin(context, caller.user))) return Refused{Refusal::not_allowed};
    if (head->deleted) return Done{};

    context.store.erase_text(id, operation.number);
    const std::uint64_t change = ++context.store.change_room(id).changes;
    context.store.add_change(id, change, operation.number);
    context.effects.push_back(MessageDeleted{id, operation.number, change});
    return Done{};
}

Result execute(Context& context, const Caller& caller, const MarkRead& operation) {
    const auto found = find_own_room(context, caller.user, operation.target);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId id = std::get<RoomId>(found);
    const std::uint64_t last = context.store.room(id)->last;
    const std::uint64_t wanted = operation.number == 0 ? last : std::min(operation.number, last);
    const MemberKey key{id, caller.user};
    const bool goes_back = wanted <= context.store.member(key)->read;
    if (goes_back && !net::planted("read_marker_goes_back")) return Done{};
    context.store.change_member(key).read = wanted;
    context.effects.push_back(ReadMarked{id, caller.user, wanted});
    return Done{};
}

}  // namespace parley::chat::state
