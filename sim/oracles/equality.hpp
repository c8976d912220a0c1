// EqualityOracle (O3): the first replica to reach a slot says what the state's hash is there; all others must agree.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "consensus/core/types.hpp"
#include "sim/oracles/judge.hpp"

namespace parley::sim {

class EqualityOracle {
public:
    explicit EqualityOracle(Judge& judge) : judge_(judge) {}
    void state_at(MachineId machine, consensus::Slot slot, std::uint64_t hash);
    [[nodiscard]] std::optional<std::uint64_t> known(consensus::Slot slot) const {
        const auto found = hashes_.find(slot);
        return found == hashes_.end() ? std::nullopt : std::optional{found->second};
    }
    [[nodiscard]] consensus::Slot highest() const { return hashes_.empty() ? consensus::Slot{} : hashes_.rbegin()->first; }

private:
    Judge& judge_;
    std::map<consensus::Slot, std::uint64_t> hashes_;
};

}  // namespace parley::sim
