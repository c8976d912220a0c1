// What those who look after a room may do to others in it: kick, ban, mute, give a role.
#include <algorithm>
#include <limits>
#include <utility>

#include "chat/state/context.hpp"
#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat::state {
namespace {

struct Case {
    RoomId room;
    UserId other;
    Role power = Role::read_only;             // of the one who acts
    const MemberRecord* member = nullptr;     // the other one's membership, if there is one

    [[nodiscard]] MemberKey key() const { return {room, other}; }
};

// The other one's standing: an administrator of the server stands as high as an owner, member or not.
Role standing(Context& context, const Case& one) { return role_in(context, one.other, one.room); }

// Owners act on everybody but the server's administrators, and these on everybody.
bool may_act_on(Context& context, const Caller& caller, const Case& one) {
    if (is_administrator(context, caller.user)) return true;
    if (is_administrator(context, one.other)) return false;
    return one.power == Role::owner || standing(context, one) < one.power;
}

// Who acts on whom in which room, if the one may do that at all there, and to this one.
std::variant<Refusal, Case> judge(Context& context, const Caller& caller, const Target& target, const std::string& name, Role least) {
    const auto found = find_governed_room(context, caller.user, target);
    if (const auto* why = std::get_if<Refusal>(&found)) return *why;
    Case one;
    one.room = std::get<RoomId>(found);
    if (context.store.room(one.room)->is_conversation()) return Refusal::not_allowed;
    one.power = role_in(context, caller.user, one.room);
    if (one.power < least) return Refusal::not_allowed;
    const auto other = find_user(context, name);
    if (!other) return Refusal::no_such_user;
    one.other = *other;
    one.member = context.store.member(one.key());
    if (!may_act_on(context, caller, one)) return Refusal::not_allowed;
    return one;
}

const std::string& name_of(Context& context, UserId user) { return context.store.user(user)->name; }

void tell(Context& context, const Caller& caller, const Case& one, MessageKind kind) {
    append_message(context, caller, one.room, kind, name_of(context, one.other));
}

}  // namespace

Result execute(Context& context, const Caller& caller, const KickMember& operation) {
    const auto judged = judge(context, caller, operation.room, operation.user, Role::moderator);
    if (const auto* why = std::get_if<Refusal>(&judged)) return Refused{*why};
    const Case& one = std::get<Case>(judged);
    if (one.other == caller.user) return Refused{Refusal::not_allowed};
    if (one.member == nullptr) return Refused{Refusal::no_such_member};
    tell(context, caller, one, MessageKind::removed);
    if (!net::planted("kick_keeps_membership")) end_membership(context, one.key());
    return Done{};
}

Result execute(Context& context, const Caller& caller, const BanUser& operation) {
    const auto judged = judge(context, caller, operation.room, operation.user, Role::moderator);
    if (const auto* why = std::get_if<Refusal>(&judged)) return Refused{*why};
    const Case& one = std::get<Case>(judged);
    if (one.other == caller.user) return Refused{Refusal::not_allowed};
    if (context.store.is_banned(one.key())) return Done{};
    if (context.store.bans(one.room) >= context.limits.bans_per_room_max) return Refused{Refusal::limit_reached};
    context.store.add_ban(one.key(), caller.user, context.time_ms);
    tell(context, caller, one, MessageKind::banned);
    if (one.member != nullptr) end_membership(context, one.key());
    return Done{};
}

Result execute(Context& context, const Caller& caller, const UnbanUser& operation) {
    const auto judged = judge(context, caller, operation.room, operation.user, Role::moderator);
    if (const auto* why = std::get_if<Refusal>(&judged)) return Refused{*why};
    const Case& one = std::get<Case>(judged);
    if (!context.store.is_banned(one.key())) return Done{};
    context.store.remove_ban(one.key());
    tell(context, caller, one, MessageKind::unbanned);
    return Done{};
}

Result execute(Context& context, const Caller& caller, const MuteMember& operation) {
    const auto judged = judge(context, caller, operation.room, operation.user, Role::moderator);
    if (const auto* why = std::get_if<Refusal>(&judged)) return Refused{*why};
    const Case& one = std::get<Case>(judged);
    if (one.member == nullptr) return Refused{Refusal::no_such_member};
    if (one.other == caller.user) return Refused{Refusal::not_allowed};
    const bool is_muted = one.member->muted_until_ms > context.time_ms;
    if (operation.for_ms == 0 && !is_muted) return Done{};
    constexpr std::int64_t for_ever = std::numeric_limits<std::int64_t>::max();
    const auto most = static_cast<std::uint64_t>(for_ever - std::max<std::int64_t>(context.time_ms, 0));
    const std::int64_t until = operation.for_ms == 0 ? 0 : context.time_ms + static_cast<std::int64_t>(std::min(operation.for_ms, most));
    context.store.change_member(one.key()).muted_until_ms = until;
    context.effects.push_back(MembershipChanged{one.room, one.other, true});
    tell(context, caller, one, operation.for_ms == 0 ? MessageKind::unmuted : MessageKind::muted);
    return Done{};
}

Result execute(Context& context, const Caller& caller, const SetRole& operation) {
    const auto judged = judge(context, caller, operation.room, operation.user, Role::admin);
    if (const auto* why = std::get_if<Refusal>(&judged)) return Refused{*why};
    const Case& one = std::get<Case>(judged);
    if (one.member == nullptr) return Refused{Refusal::no_such_member};
    if (operation.role >= one.power && one.power != Role::owner) return Refused{Refusal::not_allowed};
    if (one.member->role == operation.role) return Done{};
    if (one.member->role == Role::owner) {
        // Some owner remains.
        const Role before = std::exchange(context.store.change_member(one.key()).role, operation.role);
        if (!context.store.has_owner(one.room)) {
            context.store.change_member(one.key()).role = before;
            return Refused{Refusal::last_owner};
        }
    }
    context.store.change_member(one.key()).role = operation.role;
    context.effects.push_back(MembershipChanged{one.room, one.other, true});
    append_message(context, caller, one.room, MessageKind::role_changed,
                   std::string{role_name(operation.role)} + " " + name_of(context, one.other));
    return Done{};
}

}  // namespace parley::chat::state
