// Operations: a session of the login that a Caller speaks for, for a handful of operations, each waited for.
#pragma once

#include "chat/bench/caller.hpp"
#include "net/ports/secrets.hpp"

namespace parley::chat {

std::uint64_t random_number(net::Secrets& secrets);
Token make_token(net::Secrets& secrets);
TokenHash hash_of(const Token& token);

// Throws CommandFailed with the refusal's sentence.
const Answer& accepted(const Payload& payload);

class Operations {
public:
    Operations(Caller& caller, net::Secrets& secrets);
    // Throws CommandFailed when it is refused or not answered in time.
    Answer run(Operation operation);

private:
    Caller& caller_;
    SessionId session_;
    std::uint64_t next_ = 1;
};

}  // namespace parley::chat
