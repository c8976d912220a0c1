// Who may register, which logins stand, and who wants to hear from whom.
#include <algorithm>

#include "chat/state/context.hpp"
#include "chat/state/names.hpp"
#include "net/ports/check.hpp"

namespace parley::chat::state {

std::optional<Refusal> why_not_register(Context& context, const std::optional<TokenHash>& invite) {
    if (context.store.progress().next_user == 1) return std::nullopt;   // somebody must be able to let others in
    const Registration policy = context.store.accounts().registration();
    if (policy == Registration::closed) return Refusal::registration_closed;
    if (!invite) return policy == Registration::open ? std::nullopt : std::optional{Refusal::invite_needed};
    const auto record = context.store.accounts().invite(*invite);
    const bool is_good = record && record->expires_ms > context.time_ms;
    // Where everybody may register an old invitation keeps nobody out.
    if (is_good || policy == Registration::open) return std::nullopt;
    return Refusal::invite_invalid;
}

bool are_apart(Context& context, UserId one, UserId other) {
    return one != other && (context.store.accounts().is_blocked(one, other) || context.store.accounts().is_blocked(other, one));
}

Result execute(Context& context, const Caller& caller, const EndLogin& operation) {
    const auto login = context.store.login(operation.login);
    if (!login || login->user != caller.user) return Refused{Refusal::no_such_login};
    end_login(context, operation.login, caller.user);
    return Done{};
}

Result execute(Context& context, const Caller& caller, const SetRegistration& operation) {
    if (!is_administrator(context, caller.user)) return Refused{Refusal::not_allowed};
    context.store.accounts().set_registration(operation.policy);
    audit(context, caller.user, AuditAct::registration_set, std::string{registration_name(operation.policy)});
    return Done{};
}

void audit(Context& context, UserId by, AuditAct act, std::string subject, std::string detail, std::uint64_t nonce) {
    context.store.accounts().add_audit(AuditRecord{context.slot, context.time_ms, by, act, std::move(subject), std::move(detail), nonce});
}

// Whoever asks stays: an administrator remains who can undo it.
Result execute(Context& context, const Caller& caller, const DisableUser& operation) {
    if (!is_administrator(context, caller.user)) return Refused{Refusal::not_allowed};
    const auto user = find_user(context, operation.user);
    if (!user) return Refused{Refusal::no_such_user};
    if (*user == caller.user) return Refused{Refusal::not_allowed};
    if (context.store.user(*user)->is_disabled == operation.disabled) return Done{};
    context.store.set_disabled(*user, operation.disabled);
    if (operation.disabled) {
        for (const LoginId login : context.store.logins_of(*user)) end_login(context, login, *user);
    }
    audit(context, caller.user, operation.disabled ? AuditAct::user_disabled : AuditAct::user_enabled, context.store.user(*user)->name);
    return Done{};
}

Result execute(Context& context, const Caller& caller, const SetAdministrator& operation) {
    if (!is_administrator(context, caller.user)) return Refused{Refusal::not_allowed};
    const auto user = find_user(context, operation.user);
    if (!user) return Refused{Refusal::no_such_user};
    if (is_administrator(context, *user) == operation.is_admin) return Done{};
    if (operation.is_admin && context.store.user(*user)->is_disabled) return Refused{Refusal::account_disabled};
    // One who could log in remains, whoever asks.
    if (!operation.is_admin && !context.store.has_other_administrator(*user)) return Refused{Refusal::last_administrator};
    context.store.set_administrator(*user, operation.is_admin);
    audit(context, caller.user, operation.is_admin ? AuditAct::administrator_made : AuditAct::administrator_unmade, context.store.user(*user)->name);
    context.effects.push_back(AdministratorChanged{*user, operation.is_admin});
    return Done{};
}

Result execute(Context& context, const Caller& caller, const FreeName& operation) {
    if (!is_administrator(context, caller.user)) return Refused{Refusal::not_allowed};
    const auto user = context.store.user_named(fold_name(operation.name));
    if (!user) return Refused{Refusal::no_such_user};
    if (!context.store.user(*user)->is_deleted) return Refused{Refusal::account_stands};
    audit(context, caller.user, AuditAct::name_freed, context.store.user(*user)->name);
    context.store.free_name(*user);
    return Done{};
}

Result execute(Context& context, const Caller& caller, const MakeInvite& operation) {
    AccountStore& accounts = context.store.accounts();
    if (operation.uses == 0 || operation.uses > context.limits.uses_per_invite_max) return Refused{Refusal::malformed};
    if (operation.for_ms == 0 || operation.for_ms > static_cast<std::uint64_t>(context.limits.invite_ms_max)) return Refused{Refusal::malformed};
    if (accounts.registration() == Registration::closed) return Refused{Refusal::registration_closed};
    if (accounts.invite(operation.code)) return Refused{Refusal::malformed};   // codes are random: this one was seen before
    if (accounts.invites_of(caller.user, context.time_ms) >= context.limits.invites_per_user_max) return Refused{Refusal::limit_reached};
    accounts.remove_old_invites(caller.user, context.time_ms);
    accounts.add_invite(operation.code, InviteRecord{caller.user, context.time_ms, context.time_ms + static_cast<std::int64_t>(operation.for_ms),
                                                     operation.uses});
    return Done{};
}

Result execute(Context& context, const Caller& caller, const BlockUser& operation) {
    const auto other = find_user(context, operation.user);
    if (!other) return Refused{Refusal::no_such_user};
    if (*other == caller.user) return Refused{Refusal::not_allowed};
    AccountStore& accounts = context.store.accounts();
    if (accounts.is_blocked(*other, caller.user)) return Done{};
    if (accounts.blocked_by(caller.user) >= context.limits.blocked_per_user_max) return Refused{Refusal::limit_reached};
    accounts.add_block(caller.user, *other);
    return Done{};
}

Result execute(Context& context, const Caller& caller, const UnblockUser& operation) {
    const auto other = find_user(context, operation.user);
    if (!other) return Refused{Refusal::no_such_user};
    if (context.store.accounts().is_blocked(*other, caller.user)) context.store.accounts().remove_block(caller.user, *other);
    return Done{};
}

}  // namespace parley::chat::state
