#include "sim/oracles/equality.hpp"

#include <fmt/core.h>

namespace parley::sim {

void EqualityOracle::state_at(MachineId machine, consensus::Slot slot, std::uint64_t hash) {
    const auto [known, is_new] = hashes_.emplace(slot, hash);
    if (is_new || known->second == hash) return;
    judge_.fail(Oracle::equality, fmt::format("slot {}: the state of machine {} differs from that of another", slot.value,
                                              machine.value));
}

}  // namespace parley::sim
