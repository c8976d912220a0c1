// HistoryCheck: the checker outside of every world. It knows nothing but the lines of a history (docs/simulation.md), so that it
// judges the simulator's oracles, too, and histories of real clusters: every append at most once, every acknowledged one
// there, in an order that the times of calls and returns allow. The witness of that order is the slot, and the final state. A
// read says how far it saw its conversation: all that was acknowledged before it was called, nothing called after it returned.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "net/ports/result.hpp"

namespace parley::sim {

struct HistoryReport {
    std::uint64_t calls = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t reads = 0;               // answered
    std::uint64_t settled = 0;             // never answered, and in the final state
    std::uint64_t without_effect = 0;      // never answered, and not in it
    bool has_final_state = false;          // else what was not answered cannot be judged
    std::vector<std::string> violations;
};

// An error: a line that is no history line, or of another version.
[[nodiscard]] net::Result<HistoryReport> check_history(std::istream& in);

}  // namespace parley::sim
