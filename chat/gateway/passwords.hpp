// Passwords: Argon2id on a Worker, at most so many at a time. The stored form is the standard
// $argon2id$v=19$m=…,t=…,p=1$salt$hash; salts come from Secrets, so that the simulator repeats them.
// A password is wiped from memory as soon as it was used, and never written anywhere.
#pragma once

#include <memory>
#include <string>

#include "chat/gateway/gateway.hpp"

namespace parley::chat {

class Passwords {
public:
    Passwords(net::Worker& worker, net::Secrets& secrets, PasswordCost cost, std::uint32_t queued_max);

    // False when too many are queued already: nothing happens then. `done` comes on the Loop; an empty text means that
    // there was not enough memory.
    bool hash(std::string password, net::Function<void(std::string)> done);

    // For a name nobody has: pass an empty `stored`; it costs the same and is never right.
    bool verify(std::string password, std::string stored, net::Function<void(bool)> done);

private:
    struct Job;
    bool run(std::shared_ptr<Job> job, net::Task compute, net::Task done);

    net::Worker& worker_;
    net::Secrets& secrets_;
    PasswordCost cost_;
    std::uint32_t queued_max_;
    std::shared_ptr<std::uint32_t> queued_;   // shared: a job may end after the gateway did
};

}  // namespace parley::chat
