// Who may do what in a room.
#include <algorithm>

#include "chat/state/context.hpp"
#include "chat/state/names.hpp"
#include "net/ports/check.hpp"

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
    if (record->direct) return member != nullptr ? Role::member : Role::read_only;
    if (is_administrator(context, user)) return Role::owner;
    return member != nullptr ? member->role : Role::read_only;
}

std::variant<Refusal, RoomId> find_governed_room(Context& context, UserId user, const Target& target) {
    const auto found = find_own_room(context, user, target);
    if (std::holds_alternative<RoomId>(found) || !is_administrator(context, user)) return found;
    std::optional<RoomId> id;
    if (const auto* by_room = std::get_if<ByRoom>(&target)) id = by_room->room;
    if (const auto* by_name = std::get_if<ByRoomName>(&target)) id = context.store.room_named(fold_name(by_name->name));
    const RoomRecord* room = id ? context.store.room(*id) : nullptr;
    if (room == nullptr || room->direct) return found;
    return *id;
}

}  // namespace parley::chat::state
