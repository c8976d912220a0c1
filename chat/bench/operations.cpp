#include "chat/bench/operations.hpp"

#include <span>

#include <sodium.h>

#include "chat/cli/exit.hpp"

namespace parley::chat {

TokenHash hash_of(const Token& token) {
    TokenHash hash{};
    static_assert(sizeof hash == crypto_hash_sha256_BYTES);
    ::crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()), reinterpret_cast<const unsigned char*>(token.data()), token.size());
    return hash;
}

std::uint64_t random_number(net::Secrets& secrets) {
    std::uint64_t value = 0;
    secrets.fill(std::as_writable_bytes(std::span{&value, 1}));
    return value;
}

Token make_token(net::Secrets& secrets) {
    Token token{};
    secrets.fill(token);
    return token;
}

const Answer& accepted(const Payload& payload) {
    const auto& answer = std::get<Answer>(payload);
    if (const auto* refused = std::get_if<Refused>(&answer.result)) throw CommandFailed(Exit::refused, sentence(refused->why));
    return answer;
}

Operations::Operations(Caller& caller, net::Secrets& secrets) : caller_(caller) {
    const Payload opened = caller_.call(AskSession{random_number(secrets)});
    session_ = std::get<SessionOpened>(accepted(opened).result).session;
}

Answer Operations::run(Operation operation) {
    const Payload payload = caller_.call(Submit{session_, next_, next_, std::move(operation)});
    ++next_;
    return accepted(payload);
}

}  // namespace parley::chat
