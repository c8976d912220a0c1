// Register, log in, log out: how this client comes to speak for somebody, and stops doing so.
#include <sodium.h>

#include "chat/client/impl.hpp"
#include "chat/client/nonce.hpp"

namespace parley::chat {
namespace {

TokenHash hash_of(const Token& token) {
    TokenHash hash{};
    static_assert(sizeof hash == crypto_hash_sha256_BYTES);
    crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()), reinterpret_cast<const unsigned char*>(token.data()), token.size());
    return hash;
}

net::Error logged_out_error() { return {net::ErrorKind::refused, "this login has ended: log in again"}; }

}  // namespace

Token Client::Impl::fresh_token() {
    Token token{};
    ports_.secrets.fill(token);
    return token;
}

// The token is made here and only its hash is sent, so that asking again after a lost answer makes no second login.
void Client::Impl::register_account(std::string name, std::string password, std::string invite, Deadline within, Reply<Answer> reply) {
    const Token token = fresh_token();
    auto answered = [this, name, token, reply = std::move(reply)](net::Result<Payload> result) mutable {
        account_answered(name, token, std::move(result), reply);
    };
    calls_.ask(AskRegister{name, std::move(password), hash_of(token), options_.device, std::move(invite)}, false, within, std::move(answered));
}

void Client::Impl::log_in(std::string name, std::string password, Deadline within, Reply<Answer> reply) {
    const Token token = fresh_token();
    auto answered = [this, name, token, reply = std::move(reply)](net::Result<Payload> result) mutable {
        account_answered(name, token, std::move(result), reply);
    };
    calls_.ask(AskLogIn{name, std::move(password), hash_of(token), options_.device}, false, within, std::move(answered));
}

void Client::Impl::account_answered(const std::string& name, const Token& token, net::Result<Payload> result, Reply<Answer>& reply) {
    if (!result) return reply(result.error());
    const auto* answer = std::get_if<Answer>(&*result);
    if (answer == nullptr) return reply(net::Error{net::ErrorKind::malformed, "the replica answered something else"});
    if (const auto* made = std::get_if<Registered>(&answer->result)) return logged_in(name, token, *answer, made->user, made->login, reply);
    if (const auto* in = std::get_if<LoggedIn>(&answer->result)) return logged_in(name, token, *answer, in->user, in->login, reply);
    reply(*answer);
}

void Client::Impl::logged_in(const std::string& name, const Token& token, const Answer& answer, UserId user, LoginId login, Reply<Answer>& reply) {
    seen(answer.slot);
    if (account_ && account_->login != login) {
        calls_.fail_logged_in(logged_out_error());
        watches_.end_all(logged_out_error());
    }
    account_ = Account{name, user, login, token, answer.slot, options_.servers};
    if (ports_.store != nullptr) {
        if (const net::Result<void> saved = ports_.store->save_account(*account_); !saved) return reply(saved.error());
    }
    outbox_.set_login(login);
    link_.set_token(token);
    reply(answer);
}

// The nonce is made here, so that asking again after a lost answer finds it done.
void Client::Impl::change_password(std::string old_password, std::string new_password, Deadline within, Reply<Answer> reply) {
    if (!account_) return reply(net::Error{net::ErrorKind::refused, "log in first"});
    read<Answer>(AskChangePassword{std::move(old_password), std::move(new_password), fresh_nonce(ports_.secrets)}, true, within, std::move(reply));
}

void Client::Impl::reset_password(std::string user, std::string password, Deadline within, Reply<Answer> reply) {
    read<Answer>(AskResetPassword{std::move(user), std::move(password), fresh_nonce(ports_.secrets)}, true, within, std::move(reply));
}

void Client::Impl::log_out(bool everywhere, Deadline within, Reply<Answer> reply) {
    auto answered = [this, reply = std::move(reply)](net::Result<Answer> result) mutable {
        // The login is gone: that is what was asked for, however it was learned.
        if (!account_) return reply(Answer{seen_slot_, Done{}});
        if (result && !std::holds_alternative<Refused>(result->result)) login_ended();
        reply(std::move(result));
    };
    outbox_.submit(LogOut{everywhere}, SubmitOptions{within, {}, false}, std::move(answered));
}

// Forgets the account. Whatever still needed it ends.
void Client::Impl::login_ended() {
    if (!account_) return;
    forget_file();
    account_.reset();
    outbox_.set_login(std::nullopt);
    calls_.fail_logged_in(logged_out_error());
    watches_.end_all(logged_out_error());
    link_.set_token(std::nullopt);
    if (events_.logged_out) events_.logged_out();
}

// Another process of this profile may have logged in again meanwhile: its account stays.
void Client::Impl::forget_file() {
    if (ports_.store == nullptr) return;
    const net::Result<std::optional<Account>> stored = ports_.store->account();
    if (!stored || !*stored || (*stored)->token != account_->token) return;
    if (const net::Result<void> removed = ports_.store->forget_account(); !removed) link_.end(removed.error());
}

}  // namespace parley::chat
