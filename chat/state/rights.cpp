// Who may do what in a room.
#include <algorithm>

#include "chat/state/context.hpp"
#include "chat/state/names.hpp"
#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat::state {

bool is_administrator(Context& context, UserId user) {
    const UserRecord* record = context.store.user(user);
    CHECK(record != nullptr, "a session without its user");
    return record->is_admin;
}

Role role_in(Context& context, UserId user, RoomId room) {
    const RoomRecord* record = context.store.room(room);
    CHECK(record != nullptr, "a role in no room");
    const MemberRecord* member = context.store.member(MemberKey{room, user});
    if (record->is_conversation()) return member != nullptr ? Role::member : Role::read_only;
    if (is_administrator(context, user)) return Role::owner;
    return member != nullptr ? member->role : Role::read_only;
}

std::optional<UserId> find_user(Context& context, const std::string& name) {
    const auto id = context.store.user_named(fold_name(name));
    if (!id) return std::nullopt;
    const UserRecord* user = context.store.user(*id);
    CHECK(user != nullptr, "a name without its user");
    return user->is_deleted ? std::nullopt : id;
}

std::optional<Refusal> why_not_write(Context& context, UserId user, RoomId room) {
    if (context.store.room(room)->is_archived) return Refusal::room_archived;
    if (const auto& pair = context.store.room(room)->direct) {
        return are_apart(context, pair->first, pair->second) ? std::optional{Refusal::blocked} : std::nullopt;
    }
    for (const UserId other : context.store.room(room)->people) {
        if (are_apart(context, user, other)) return Refusal::blocked;
    }
    const MemberRecord* member = context.store.member(MemberKey{room, user});
    CHECK(member != nullptr, "who writes in a room is in it");
    if (member->muted_until_ms > context.time_ms && !net::planted("mute_not_checked")) return Refusal::muted;
    if (role_in(context, user, room) == Role::read_only) return Refusal::read_only;
    return std::nullopt;
}

std::variant<Refusal, RoomId> find_governed_room(Context& context, UserId user, const Target& target) {
    const auto found = find_own_room(context, user, target);
    if (std::holds_alternative<RoomId>(found) || !is_administrator(context, user)) return found;
    std::optional<RoomId> id;
    if (const auto* by_room = std::get_if<ByRoom>(&target)) id = by_room->room;
    if (const auto* by_name = std::get_if<ByRoomName>(&target)) id = context.store.room_named(fold_name(by_name->name));
    const RoomRecord* room = id ? context.store.room(*id) : nullptr;
    if (room == nullptr || room->is_conversation()) return found;
    return *id;
}

}  // namespace parley::chat::state
