// How people are shown, and what they are about to say.
#include "chat/state/context.hpp"
#include "chat/state/mentions.hpp"
#include "chat/state/names.hpp"

namespace parley::chat::state {
namespace {

// A shown name is judged like a name, and is nobody else's. Two people may be shown alike: the name that is theirs alone stands beside it.
std::optional<Refusal> judge_shown_name(Context& context, UserId user, const std::string& name) {
    if (name.empty()) return std::nullopt;
    if (const auto why = judge_user_name(name, context.limits.name_bytes_max)) return why;
    const std::string folded = fold_name(name);
    if (folded == deleted_user_name || folded == everybody_name) return Refusal::name_taken;
    const auto other = context.store.user_that_looks_like(name_skeleton(folded));
    return other && *other != user ? std::optional{Refusal::name_confusing} : std::nullopt;
}

}  // namespace

Result execute(Context& context, const Caller& caller, const SetProfile& operation) {
    if (operation.name) {
        if (const auto why = judge_shown_name(context, caller.user, *operation.name)) return Refused{*why};
    }
    if (operation.colour.value_or(0) > no_colour) return Refused{Refusal::malformed};
    const ProfileRecord before = context.store.people().profile(caller.user);
    const ProfileRecord after{operation.name.value_or(before.name), operation.colour.value_or(before.colour)};
    if (after == before) return Done{};
    context.store.people().set_profile(caller.user, after);
    context.effects.push_back(ProfileChanged{caller.user});
    return Done{};
}

Result execute(Context& context, const Caller& caller, const KeepDraft& operation) {
    const auto judged = operation.text.empty() ? std::optional{Refusal::text_empty} : judge_text(operation.text, context.limits.text_bytes_max);
    if (judged && *judged != Refusal::text_empty) return Refused{*judged};
    const auto found = find_own_room(context, caller.user, operation.target);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const MemberKey key{std::get<RoomId>(found), caller.user};
    PeopleStore& people = context.store.people();
    const auto before = people.draft(key);
    const std::string after = judged ? std::string{} : operation.text;   // what is only blanks is nothing yet
    if (before.value_or("") == after) return Done{};
    if (!before && people.drafts_of(caller.user) >= context.limits.drafts_per_user_max) return Refused{Refusal::limit_reached};
    if (after.empty()) {
        people.drop_draft(key);
    } else {
        people.keep_draft(key, after, context.time_ms);
    }
    context.effects.push_back(DraftChanged{key.room, key.user, after});
    return Done{};
}

}  // namespace parley::chat::state
