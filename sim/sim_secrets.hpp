// SimSecrets: keys, tokens and salts that are the same in every run of a seed. For simulated worlds alone.
#pragma once

#include "net/ports/secrets.hpp"
#include "sim/event_queue.hpp"

namespace parley::sim {

class SimSecrets final : public net::Secrets {
public:
    explicit SimSecrets(EventQueue& queue) : queue_(queue) {}
    void fill(std::span<std::byte> bytes) override;

private:
    EventQueue& queue_;
};

}  // namespace parley::sim
