// A number that nobody else draws: a request that carries it may be sent twice and is done once.
#pragma once

#include <cstdint>

#include "net/ports/secrets.hpp"

namespace parley::chat {

// Never 0, and small enough for the signed integers of the replicas' database.
std::uint64_t fresh_nonce(net::Secrets& secrets);

}  // namespace parley::chat
