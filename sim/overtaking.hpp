// Overtaking: a new leader that still fetches what it missed is cut off, another is elected above it, and the old one is
// told of the other's slots before it hears of the other. Chance alone hardly ever brings this order about.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "sim/machine.hpp"

namespace parley::sim {

struct OvertakingGround {
    EventQueue& queue;
    SimNetwork& network;
    const std::vector<std::unique_ptr<Machine>>& replicas;
    std::function<std::optional<std::size_t>()> leader;
    net::Duration election;   // the time-out of the replicas
    net::Instant end;         // nothing more is cut from here on
};

// Begins it; it goes on by itself, gives up when another replica wins, and mends what it cut. `bits` choose the replica.
void overtake(const OvertakingGround& ground, std::uint64_t bits);

}  // namespace parley::sim
