// The running hashes of P13: XXH3-64, each seeded with the one of the slot before, so that they stand for all slots so far.
// They cost O(what the slot holds) and never look at a clock, at chance or at the database.
#pragma once

#include <cstdint>
#include <span>

#include "chat/state/effects.hpp"
#include "chat/state/records.hpp"
#include "consensus/state_machine.hpp"

namespace parley::chat::state {

// What was applied: place, kind, stamp and commands of the slot.
std::uint64_t chain_batch(std::uint64_t before, const consensus::DecodedSlot& decoded);
// What came of it: the slot's effects, and the counters of `after` as they stand behind it.
std::uint64_t chain_results(std::uint64_t before, const Progress& after, std::span<const Effect> effects);

}  // namespace parley::chat::state
