// BoundsOracle (O13): what a replica keeps for others, or for later, stays within the limits that it was given, and is gone when nothing is left to do.
// The figures are the product's own, as monitoring sees them.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "consensus/core/options.hpp"
#include "consensus/core/step.hpp"
#include "sim/oracles/judge.hpp"

namespace parley::sim {

struct ReplicaLoad {
    consensus::ReplicaStatus consensus;
    std::size_t waiting_commands = 0;       // in the gateway
    std::size_t unapplied_slots = 0;        // chosen, and not applied yet
    std::size_t handed_out_slots = 0;       // of these, what the state machine was given; as far as that is seen
    bool has_to_erase = false;              // what was deleted or has grown old, by its own clock
};

class BoundsOracle {
public:
    explicit BoundsOracle(Judge& judge) : judge_(judge) {}

    void begin(const consensus::Options& limits) { limits_ = limits; }
    // A look at a replica; `life` tells its processes apart.
    void seen(MachineId machine, std::uint64_t life, const ReplicaLoad& load);
    // What a replica still has to do; nothing: it is idle.
    [[nodiscard]] static std::optional<std::string> left_over(const ReplicaLoad& load);

private:
    struct Began {
        std::uint64_t life = 0;
        std::size_t accepted_slots = 0;
    };
    void check(MachineId machine, const char* what, std::size_t there, std::size_t most);

    Judge& judge_;
    consensus::Options limits_;
    std::map<MachineId, Began> began_;      // a log may hold more than is taken: what it held at the start counts, too
};

}  // namespace parley::sim
