// Rooms, direct conversations and who is in them.
#include <set>

#include "chat/state/context.hpp"
#include "chat/state/names.hpp"
#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat::state {
namespace {

template <class... Cases>
struct Overload : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overload(Cases...) -> Overload<Cases...>;

std::pair<UserId, UserId> pair_of(UserId one, UserId other) { return one < other ? std::pair{one, other} : std::pair{other, one}; }

std::variant<Refusal, RoomId> if_visible(Context& context, UserId user, RoomId id) {
    const RoomRecord* room = context.store.room(id);
    if (room == nullptr) return Refusal::no_such_room;
    if (room->is_private && context.store.member(MemberKey{id, user}) == nullptr) return Refusal::no_such_room;
    return id;
}

}  // namespace

std::variant<Refusal, RoomId> find_target(Context& context, UserId user, const Target& target) {
    using Found = std::variant<Refusal, RoomId>;
    return std::visit(
        Overload{
            [&](const ByRoom& by) { return if_visible(context, user, by.room); },
            [&](const ByRoomName& by) -> Found {
                const auto id = context.store.room_named(fold_name(by.name));
                return id ? if_visible(context, user, *id) : Found{Refusal::no_such_room};
            },
            [&](const ByUserName& by) -> Found {
                const auto other = find_user(context, by.name);
                if (!other) return Refusal::no_such_user;
                const auto pair = pair_of(user, *other);
                const auto id = context.store.direct_room(pair.first, pair.second);
                return id ? if_visible(context, user, *id) : Found{Refusal::no_such_room};
            },
            [&](const ByPeople& by) -> Found {
                const auto people = find_people(context, user, by);
                if (const auto* why = std::get_if<Refusal>(&people)) return *why;
                const auto id = conversation_between(context, std::get<std::vector<UserId>>(people));
                return id ? if_visible(context, user, *id) : Found{Refusal::no_such_room};
            },
        },
        target);
}

std::variant<Refusal, RoomId> find_own_room(Context& context, UserId user, const Target& target) {
    auto found = find_target(context, user, target);
    if (const auto* id = std::get_if<RoomId>(&found); id != nullptr && context.store.member(MemberKey{*id, user}) == nullptr) {
        return Refusal::not_a_member;
    }
    return found;
}

RoomId make_room(Context& context, const Caller& creator, const std::string& name, bool is_private) {
    const std::string folded = fold_name(name);
    RoomRecord record;
    record.name = name;
    record.is_private = is_private;
    const RoomId room = context.store.add_room(std::move(record), folded, name_skeleton(folded));
    begin_membership(context, MemberKey{room, creator.user}, MemberRecord{0, Role::owner, 0});
    append_message(context, creator, room, MessageKind::created, {});
    return room;
}

std::variant<Refusal, std::vector<UserId>> find_people(Context& context, UserId user, const ByPeople& target) {
    if (target.names.size() > context.limits.people_per_conversation_max) return Refusal::too_many_people;
    std::set<UserId> people{user};
    for (const std::string& name : target.names) {
        const auto other = find_user(context, name);
        if (!other) return Refusal::no_such_user;
        people.insert(*other);
    }
    if (people.size() > context.limits.people_per_conversation_max) return Refusal::too_many_people;
    return std::vector<UserId>(people.begin(), people.end());
}

std::optional<RoomId> conversation_between(Context& context, const std::vector<UserId>& people) {
    CHECK(!people.empty(), "a conversation of nobody");
    if (people.size() <= 2) return context.store.direct_room(people.front(), people.back());
    return context.store.people().conversation_of(people);
}

std::variant<Refusal, RoomId> begin_conversation(Context& context, UserId user, const std::vector<UserId>& people) {
    for (const UserId other : people) {
        if (are_apart(context, user, other)) return Refusal::blocked;
    }
    if (people.size() <= 2) return make_direct_room(context, people.front(), people.back());
    if (context.store.people().conversations_begun_by(user) >= context.limits.conversations_begun_max) return Refusal::limit_reached;
    RoomRecord record;
    record.is_private = true;
    record.people = people;
    const RoomId room = context.store.add_conversation(std::move(record), user);
    for (const UserId one : people) begin_membership(context, MemberKey{room, one}, MemberRecord{});
    return room;
}

RoomId make_direct_room(Context& context, UserId one, UserId other) {
    RoomRecord record;
    record.is_private = true;
    record.direct = pair_of(one, other);
    const RoomId room = context.store.add_room(std::move(record), {}, {});
    begin_membership(context, MemberKey{room, one}, MemberRecord{});
    if (one != other) begin_membership(context, MemberKey{room, other}, MemberRecord{});
    return room;
}

void begin_membership(Context& context, MemberKey key, MemberRecord record) {
    context.store.add_member(key, record);
    context.effects.push_back(MembershipChanged{key.room, key.user, true});
}

void end_membership(Context& context, MemberKey key) {
    const MemberRecord* member = context.store.member(key);
    CHECK(member != nullptr, "a membership that is not there ends");
    const bool was_owner = member->role == Role::owner;
    context.store.remove_member(key);
    context.effects.push_back(MembershipChanged{key.room, key.user, false});
    if (!was_owner || context.store.has_owner(key.room)) return;
    // A room keeps an owner: whoever comes next by role, and then by time.
    const auto heir = context.store.first_member(key.room);
    if (!heir) return;
    const MemberKey heir_key{key.room, *heir};
    CHECK(context.store.member(heir_key) != nullptr, "the first member is none");
    context.store.change_member(heir_key).role = Role::owner;
}

void enter_first_room(Context& context, UserId user) {
    // It was made with the first account, before any other. It may be called something else by now.
    constexpr RoomId id{1};
    const RoomRecord* room = context.store.room(id);
    if (room == nullptr || room->is_private || room->is_archived) return;
    if (room->members >= context.limits.members_per_room_max) return;
    begin_membership(context, MemberKey{id, user}, MemberRecord{room->last, Role::member, room->last});
    append_message(context, Caller{user, {}, {}, 0}, id, MessageKind::joined, {});
}

Result execute(Context& context, const Caller& caller, const CreateRoom& operation) {
    if (const auto why = judge_new_room_name(context, operation.name)) return Refused{*why};
    if (context.store.progress().named_rooms >= context.limits.rooms_max) return Refused{Refusal::limit_reached};
    return RoomMade{make_room(context, caller, operation.name, operation.is_private)};
}

Result execute(Context& context, const Caller& caller, const JoinRoom& operation) {
    const auto found = find_target(context, caller.user, operation.room);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId id = std::get<RoomId>(found);
    const MemberKey key{id, caller.user};
    if (context.store.member(key) != nullptr) return Refused{Refusal::already_a_member};
    if (context.store.is_banned(key) && !net::planted("ban_not_checked")) return Refused{Refusal::banned};
    const RoomRecord* room = context.store.room(id);
    if (room->is_archived) return Refused{Refusal::room_archived};
    if (room->members >= context.limits.members_per_room_max) return Refused{Refusal::limit_reached};
    begin_membership(context, key, MemberRecord{room->last, room->members == 0 ? Role::owner : Role::member, room->last});
    append_message(context, caller, id, MessageKind::joined, {});
    return Done{};
}

Result execute(Context& context, const Caller& caller, const LeaveRoom& operation) {
    const auto found = find_own_room(context, caller.user, operation.room);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId id = std::get<RoomId>(found);
    if (context.store.room(id)->is_conversation()) return Refused{Refusal::not_allowed};
    append_message(context, caller, id, MessageKind::left, {});
    end_membership(context, MemberKey{id, caller.user});
    return Done{};
}

Result execute(Context& context, const Caller& caller, const InviteToRoom& operation) {
    const auto found = find_own_room(context, caller.user, operation.room);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId id = std::get<RoomId>(found);
    const RoomRecord* room = context.store.room(id);
    if (room->is_conversation()) return Refused{Refusal::not_allowed};
    if (const auto why = why_not_write(context, caller.user, id)) return Refused{*why};
    const auto invited = find_user(context, operation.user);
    if (!invited) return Refused{Refusal::no_such_user};
    const MemberKey key{id, *invited};
    if (context.store.member(key) != nullptr) return Refused{Refusal::already_a_member};
    if (are_apart(context, caller.user, *invited)) return Refused{Refusal::blocked};
    if (context.store.is_banned(key)) return Refused{Refusal::banned};
    if (room->members >= context.limits.members_per_room_max) return Refused{Refusal::limit_reached};
    // What was said before the invitation is not unread; the invitation itself is.
    begin_membership(context, key, MemberRecord{room->last, Role::member, room->last});
    append_message(context, caller, id, MessageKind::invited, context.store.user(*invited)->name);
    return Done{};
}

}  // namespace parley::chat::state
