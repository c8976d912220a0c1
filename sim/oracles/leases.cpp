#include "sim/oracles/leases.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace parley::sim {

using consensus::Ballot;
using consensus::NodeId;
using consensus::Slot;

void LeaseOracle::fail(const Holder& holder, Ballot other, Slot slot, const char* what) {
    judge_.fail(Oracle::leases, fmt::format("node {:x} {} the lease of ballot {} knowing slots up to {}, and node {:x} has proposed slot {} at ballot {}",
                                            holder.node.value, what, holder.ballot.round, holder.chosen_through.value, other.node.value, slot.value, other.round));
}

// To propose a slot at a higher ballot takes promises of a quorum of the configuration that governs there. Among them is a voter that
// pledged itself to this leader, or the leader itself.
void LeaseOracle::sent(NodeId, const consensus::Message& message) {
    const auto* const accept = std::get_if<consensus::Accept>(&message);
    if (!watches_ || accept == nullptr) return;
    Slot& highest = proposed_[accept->ballot];
    highest = std::max(highest, accept->slot);
    for (const Holder& holder : holders ? holders() : std::vector<Holder>{}) {
        if (holder.ballot < accept->ballot && accept->slot > holder.chosen_through) fail(holder, accept->ballot, accept->slot, "holds");
    }
}

void LeaseOracle::answered(NodeId node, Ballot ballot, Slot slot) {
    for (auto later = proposed_.upper_bound(ballot); later != proposed_.end(); ++later) {
        if (later->second > slot) fail({node, ballot, slot}, later->first, later->second, "answers a read on");
    }
}

}  // namespace parley::sim
