// Clocks: what the voters' wall clocks say, and their median (P14). Estimates stay usable while a voter is silent,
// because they are kept relative to this node's steady clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "consensus/core/quorum.hpp"
#include "consensus/core/step.hpp"

namespace parley::consensus {

class Clocks {
public:
    // The voter's clock read wall_ms about now.
    void heard(NodeId node, std::int64_t wall_ms, const Moment& moment);

    // What was heard counts no longer: this node's own clock is the only known one until others are heard.
    void forget() { base_ms_.clear(); }

    // Enough voters' clocks are known that a single wrong one does not decide: those of a quorum, this node's own included.
    [[nodiscard]] bool knows_quorum(NodeId self, const Voters& voters) const;

    // The lower median of all known voters' clocks, this node's own (as of the moment) included.
    [[nodiscard]] std::int64_t median_ms(NodeId self, const Voters& voters, const Moment& moment) const;

    // Own clock minus the median.
    [[nodiscard]] std::int64_t offset_ms(NodeId self, const Voters& voters, const Moment& moment) const;

private:
    std::map<NodeId, std::int64_t> base_ms_;   // wall minus steady
};

}  // namespace parley::consensus
