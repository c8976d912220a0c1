#include "sim/oracles/quorums.hpp"

#include <bit>

#include <fmt/core.h>

namespace parley::sim {

using consensus::Ballot;
using consensus::NodeId;
using consensus::Slot;

QuorumOracle::Voters QuorumOracle::bit_of(NodeId node) {
    return Voters{1} << places_.try_emplace(node, places_.size()).first->second;
}

bool QuorumOracle::is_quorum(Voters others) const {
    return static_cast<std::size_t>(std::popcount(others)) + 1 >= voters_ / 2 + 1;
}

void QuorumOracle::reached(NodeId from, NodeId to, const consensus::Message& message) {
    if (from == to) return;
    if (const auto* promise = std::get_if<consensus::Promise>(&message)) {
        if (promise->last && promise->ballot.node == to) promises_[promise->ballot] |= bit_of(from);
    } else if (const auto* accepted = std::get_if<consensus::Accepted>(&message)) {
        if (accepted->ballot.node != to) return;
        for (Slot slot = accepted->from; slot <= accepted->through; slot = slot.next()) {
            votes_[{slot, accepted->ballot}] |= bit_of(from);
        }
    }
}

void QuorumOracle::sent(NodeId from, const consensus::Message& message) {
    const auto* accept = std::get_if<consensus::Accept>(&message);
    if (accept == nullptr || !proposing_.insert(accept->ballot).second) return;
    const auto found = promises_.find(accept->ballot);
    if (is_quorum(found == promises_.end() ? Voters{0} : found->second)) return;
    judge_.fail(Oracle::quorums, fmt::format("node {:x} proposes at ballot {}.{:x} before a quorum's promises to it have come",
                                             from.value, accept->ballot.round, accept->ballot.node.value));
}

void QuorumOracle::applied(NodeId node, Slot slot) {
    if (slot <= chosen_through_ || voters_ == 1) return;
    chosen_through_ = slot;
    for (auto at = votes_.lower_bound({slot, Ballot{}}); at != votes_.end() && at->first.first == slot; ++at) {
        if (is_quorum(at->second)) return;
    }
    judge_.fail(Oracle::quorums, fmt::format("slot {}: node {:x} applies it, yet a quorum's votes at one ballot have reached no leader",
                                             slot.value, node.value));
}

}  // namespace parley::sim
