// Accounts and logins. Passwords are never seen here, only their hashes, made before proposing.
#include "chat/state/context.hpp"
#include "chat/state/mentions.hpp"
#include "chat/state/names.hpp"
#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat::state {
namespace {

constexpr std::size_t device_bytes_max = 256;
constexpr std::size_t password_hash_bytes_max = 512;

bool is_password_hash(const std::string& hash) { return !hash.empty() && is_plain_line(hash, password_hash_bytes_max); }

bool is_well_formed(const Register& command) {
    return is_password_hash(command.password_hash) && is_plain_line(command.device, device_bytes_max);
}

struct OwnLogin {
    LoginId id;
    UserId user;
};

// Who sets a password, their own or another's; or why they may not even ask.
template <class Command>
std::variant<Refusal, OwnLogin> who_sets(Context& context, const Command& command) {
    const auto own = context.store.login_by_token(command.token);
    if (!own) return Refusal::unknown_login;
    if (!is_password_hash(command.password_hash) || command.nonce == 0) return Refusal::malformed;
    const auto login = context.store.login(*own);
    CHECK(login.has_value(), "a token without its login");
    return OwnLogin{*own, login->user};
}

LoginId add_login(Context& context, UserId user, const TokenHash& token, const std::string& device) {
    return context.store.add_login(LoginRecord{token, user, device, context.slot, context.time_ms});
}

// The command was executed before: the answer it got then. A token belongs to one account, so another name with the
// same token is no repeat.
std::optional<Answer> registered_before(Context& context, const Register& command) {
    const auto id = context.store.login_by_token(command.token);
    if (!id) return std::nullopt;
    const auto login = context.store.login(*id);
    CHECK(login.has_value(), "a token without its login");
    const UserRecord* user = context.store.user(login->user);
    CHECK(user != nullptr, "a login without its user");
    if (user->folded != fold_name(command.name)) return Answer{context.slot, Refused{Refusal::malformed}};
    return Answer{login->slot, Registered{login->user, *id, user->is_admin}};
}

std::optional<Refusal> judge_new_name(Context& context, const std::string& name) {
    if (const auto why = judge_user_name(name, context.limits.name_bytes_max)) return why;
    const std::string folded = fold_name(name);
    if (folded == deleted_user_name || folded == everybody_name || context.store.user_named(folded)) return Refusal::name_taken;
    if (context.store.user_that_looks_like(name_skeleton(folded))) return Refusal::name_confusing;
    return std::nullopt;
}

}  // namespace

Answer execute(Context& context, const Register& command) {
    if (!is_well_formed(command)) return {context.slot, Refused{Refusal::malformed}};
    if (auto answer = registered_before(context, command)) return *std::move(answer);
    if (const auto why = why_not_register(context, command.invite)) return {context.slot, Refused{*why}};
    if (const auto why = judge_new_name(context, command.name)) return {context.slot, Refused{*why}};

    if (command.invite && context.store.accounts().invite(*command.invite)) context.store.accounts().use_invite(*command.invite);
    const bool is_first = context.store.progress().next_user == 1;
    UserRecord record;
    record.name = command.name;
    record.folded = fold_name(command.name);
    record.skeleton = name_skeleton(record.folded);
    record.password_hash = command.password_hash;
    record.is_admin = is_first;
    record.slot = context.slot;
    const UserId user = context.store.add_user(std::move(record));
    const LoginId login = add_login(context, user, command.token, command.device);
    if (is_first) {
        make_room(context, Caller{user, login, {}, 0}, std::string{first_room_name}, false);
    } else {
        enter_first_room(context, user);
    }
    return {context.slot, Registered{user, login, is_first}};
}

Answer execute(Context& context, const LogIn& command) {
    if (!is_plain_line(command.device, device_bytes_max)) return {context.slot, Refused{Refusal::malformed}};
    if (const auto id = context.store.login_by_token(command.token)) {
        const auto login = context.store.login(*id);
        CHECK(login.has_value(), "a token without its login");
        if (login->user != command.user) return {context.slot, Refused{Refusal::malformed}};
        return {login->slot, LoggedIn{login->user, *id}};
    }
    const UserRecord* user = context.store.user(command.user);
    if (user == nullptr || user->is_deleted) return {context.slot, Refused{Refusal::no_such_user}};
    if (user->is_disabled) return {context.slot, Refused{Refusal::account_disabled}};
    if (user->password_version != command.password_version) return {context.slot, Refused{Refusal::password_changed}};
    if (context.store.logins_of(command.user).size() >= context.limits.logins_per_user_max) {
        return {context.slot, Refused{Refusal::limit_reached}};
    }
    return {context.slot, LoggedIn{command.user, add_login(context, command.user, command.token, command.device)}};
}

Answer execute(Context& context, const ChangePassword& command) {
    const auto who = who_sets(context, command);
    if (const auto* why = std::get_if<Refusal>(&who)) return {context.slot, Refused{*why}};
    const OwnLogin login = std::get<OwnLogin>(who);
    const UserRecord* user = context.store.user(login.user);
    CHECK(user != nullptr, "a login without its user");
    if (user->password_nonce == command.nonce) return {context.slot, Done{}};
    if (user->password_version != command.password_version) return {context.slot, Refused{Refusal::password_changed}};
    const std::string& hash = net::planted("password_not_changed") ? user->password_hash : command.password_hash;
    context.store.change_password(login.user, hash, command.nonce);
    for (const LoginId other : context.store.logins_of(login.user)) {
        if (other != login.id) end_login(context, other, login.user);
    }
    return {context.slot, Done{}};
}

Answer execute(Context& context, const ResetPassword& command) {
    const auto who = who_sets(context, command);
    if (const auto* why = std::get_if<Refusal>(&who)) return {context.slot, Refused{*why}};
    const OwnLogin login = std::get<OwnLogin>(who);
    if (!is_administrator(context, login.user)) return {context.slot, Refused{Refusal::not_allowed}};
    const auto user = find_user(context, command.user);
    if (!user) return {context.slot, Refused{Refusal::no_such_user}};
    if (*user == login.user) return {context.slot, Refused{Refusal::not_allowed}};   // one's own is changed with the old one
    // Also when the password was changed since: what was done once is not done again.
    if (context.store.accounts().is_audited(command.nonce)) return {context.slot, Done{}};
    context.store.change_password(*user, command.password_hash, command.nonce);
    for (const LoginId other : context.store.logins_of(*user)) end_login(context, other, *user);
    audit(context, login.user, AuditAct::password_reset, context.store.user(*user)->name, {}, command.nonce);
    return {context.slot, Done{}};
}

void end_login(Context& context, LoginId login, UserId user) {
    for (const SessionId session : context.store.sessions_of(login)) context.store.remove_session(session);
    context.store.remove_login(login);
    context.effects.push_back(LoginEnded{login, user});
}

Result execute(Context& context, const Caller& caller, const LogOut& operation) {
    if (!operation.everywhere) {
        end_login(context, caller.login, caller.user);
        return Done{};
    }
    for (const LoginId login : context.store.logins_of(caller.user)) end_login(context, login, caller.user);
    return Done{};
}

namespace {

void end_account(Context& context, const Caller& who) {
    // First the account, so that the last messages in its name are already those of a deleted user.
    context.store.mark_user_deleted(who.user);
    context.store.people().set_profile(who.user, {});
    end_uploads_of(context, who.user);
    for (const RoomId room : context.store.rooms_of(who.user)) {
        if (!context.store.room(room)->is_conversation()) append_message(context, who, room, MessageKind::left, {});
        end_membership(context, MemberKey{room, who.user});
    }
    for (const LoginId login : context.store.logins_of(who.user)) end_login(context, login, who.user);
}

}  // namespace

Result execute(Context& context, const Caller& caller, const DeleteAccount&) {
    end_account(context, caller);
    return Done{};
}

Result execute(Context& context, const Caller& caller, const EraseAccount& operation) {
    if (is_administrator(context, caller.user) && !context.store.has_other_administrator(caller.user)) return Refused{Refusal::last_administrator};
    audit(context, caller.user, AuditAct::account_deleted, context.store.user(caller.user)->name, operation.with_texts ? "their own, with texts" : "their own");
    end_account(context, caller);
    if (operation.with_texts) context.store.people().add_erasure(caller.user);
    return Done{};
}

Result execute(Context& context, const Caller& caller, const DeleteUser& operation) {
    if (!is_administrator(context, caller.user)) return Refused{Refusal::not_allowed};
    const auto user = find_user(context, operation.user);
    if (!user) return Refused{Refusal::no_such_user};
    if (*user == caller.user) return Refused{Refusal::not_allowed};   // whoever asks stays: an administrator remains
    audit(context, caller.user, AuditAct::account_deleted, context.store.user(*user)->name, operation.with_texts ? "with texts" : "");
    end_account(context, Caller{*user, {}, {}, 0});
    if (operation.with_texts) context.store.people().add_erasure(*user);
    return Done{};
}

}  // namespace parley::chat::state
