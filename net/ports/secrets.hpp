// Secrets: the only source of salts, tokens, node ids and keys. The system's generator in production, seeded in the
// simulator; never Loop::chance.
#pragma once

#include <cstddef>
#include <span>

namespace parley::net {

class Secrets {
public:
    Secrets() = default;
    Secrets(const Secrets&) = delete;
    Secrets& operator=(const Secrets&) = delete;
    virtual ~Secrets() = default;

    // Fills the whole span, or ends the process: there is no weaker source to fall back to.
    virtual void fill(std::span<std::byte> bytes) = 0;
};

}  // namespace parley::net
