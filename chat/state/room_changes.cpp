// What happens to a room as a whole: topic, name, archive, end.
#include <fmt/format.h>

#include "chat/state/context.hpp"
#include "chat/state/names.hpp"
#include "net/ports/check.hpp"

namespace parley::chat::state {
namespace {

// The room, if this user stands high enough in it. A direct conversation belongs to nobody in particular.
std::variant<Refusal, RoomId> governed(Context& context, const Caller& caller, const Target& target, Role least) {
    const auto found = find_governed_room(context, caller.user, target);
    const auto* id = std::get_if<RoomId>(&found);
    if (id == nullptr) return found;
    const bool may = !context.store.room(*id)->is_conversation() && role_in(context, caller.user, *id) >= least;
    return may ? found : std::variant<Refusal, RoomId>{Refusal::not_allowed};
}

}  // namespace

std::optional<Refusal> judge_new_room_name(Context& context, const std::string& name, std::optional<RoomId> renamed) {
    if (const auto why = judge_room_name(name, context.limits.name_bytes_max)) return why;
    const std::string folded = fold_name(name);
    // A room may get another spelling of the name it has.
    if (renamed && fold_name(context.store.room(*renamed)->name) == folded) return std::nullopt;
    if (context.store.room_named(folded) || context.store.room_looks_like(name_skeleton(folded))) return Refusal::room_name_taken;
    return std::nullopt;
}

Result execute(Context& context, const Caller& caller, const SetTopic& operation) {
    const auto found = governed(context, caller, operation.room, Role::moderator);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId id = std::get<RoomId>(found);
    if (operation.topic.size() > context.limits.topic_bytes_max) return Refused{Refusal::text_too_long};
    if (!is_plain_line(operation.topic, context.limits.topic_bytes_max)) return Refused{Refusal::text_invalid};
    const RoomRecord* room = context.store.room(id);
    if (room->is_archived) return Refused{Refusal::room_archived};
    if (room->topic == operation.topic) return Done{};
    context.store.change_topic(id, operation.topic);
    append_message(context, caller, id, MessageKind::topic_changed, operation.topic);
    context.effects.push_back(RoomChanged{id});
    return Done{};
}

Result execute(Context& context, const Caller& caller, const RenameRoom& operation) {
    const auto found = governed(context, caller, operation.room, Role::admin);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId id = std::get<RoomId>(found);
    if (context.store.room(id)->name == operation.name) return Done{};
    if (const auto why = judge_new_room_name(context, operation.name, id)) return Refused{*why};
    const std::string folded = fold_name(operation.name);
    context.store.rename_room(id, operation.name, folded, name_skeleton(folded));
    append_message(context, caller, id, MessageKind::renamed, operation.name);
    context.effects.push_back(RoomChanged{id});
    return Done{};
}

Result execute(Context& context, const Caller& caller, const ArchiveRoom& operation) {
    const auto found = governed(context, caller, operation.room, Role::admin);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId id = std::get<RoomId>(found);
    if (context.store.room(id)->is_archived == operation.archived) return Done{};
    context.store.set_archived(id, operation.archived);
    append_message(context, caller, id, operation.archived ? MessageKind::archived : MessageKind::unarchived, {});
    context.effects.push_back(RoomChanged{id});
    return Done{};
}

Result execute(Context& context, const Caller& caller, const SetRetention& operation) {
    constexpr std::uint32_t days_max = 36'500;
    if (operation.days > days_max) return Refused{Refusal::malformed};
    const auto found = governed(context, caller, operation.room, Role::owner);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId id = std::get<RoomId>(found);
    const RetentionRecord before = context.store.retention(id);
    if (before.days == operation.days) return Done{};
    context.store.set_retention(id, {operation.days, before.erased_through});
    context.store.progress().retention_due_ms = 0;
    if (is_administrator(context, caller.user)) {
        audit(context, caller.user, AuditAct::retention_set, context.store.room(id)->name, fmt::format("{} days", operation.days));
    }
    context.effects.push_back(RoomChanged{id});
    return Done{};
}

Result execute(Context& context, const Caller& caller, const DeleteRoom& operation) {
    const auto found = governed(context, caller, operation.room, Role::owner);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId id = std::get<RoomId>(found);
    for (const UserId user : context.store.members_of(id)) context.effects.push_back(MembershipChanged{id, user, false});
    if (is_administrator(context, caller.user)) audit(context, caller.user, AuditAct::room_deleted, context.store.room(id)->name);
    context.store.remove_room(id);
    return Done{};
}

}  // namespace parley::chat::state
