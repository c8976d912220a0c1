#include "sim/oracles/quorums.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace parley::sim {

using consensus::Ballot;
using consensus::NodeId;
using consensus::Slot;

QuorumOracle::Nodes QuorumOracle::bit_of(NodeId node) {
    return Nodes{1} << places_.try_emplace(node, places_.size()).first->second;
}

bool QuorumOracle::is_quorum(const consensus::Configuration& configuration, Nodes others, NodeId proposer) {
    const Nodes all = others | bit_of(proposer);
    const auto votes = std::ranges::count_if(configuration.voters, [&](const auto& voter) { return (all & bit_of(voter.node)) != 0; });
    return static_cast<std::size_t>(votes) > configuration.voters.size() / 2;
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
    if (accept == nullptr) return;
    const consensus::Configuration* configuration = configurations_.governing(accept->slot);
    if (configuration == nullptr || configurations_.is_overtaken(accept->slot, accept->ballot)) return;
    if (!proposing_.insert({accept->ballot, configuration->id}).second) return;
    const auto found = promises_.find(accept->ballot);
    if (is_quorum(*configuration, found == promises_.end() ? Nodes{0} : found->second, from)) return;
    judge_.fail(Oracle::quorums, fmt::format("slot {}: node {:x} proposes at ballot {}.{:x} before a quorum's promises to it have come",
                                             accept->slot.value, from.value, accept->ballot.round, accept->ballot.node.value));
}

void QuorumOracle::applied(NodeId node, Slot slot) {
    const consensus::Configuration* configuration = configurations_.governing(slot);
    if (slot <= chosen_through_ || configuration == nullptr) return;
    chosen_through_ = slot;
    if (configuration->voters.size() == 1) return;   // nothing need travel
    for (auto at = votes_.lower_bound({slot, Ballot{}}); at != votes_.end() && at->first.first == slot; ++at) {
        if (is_quorum(*configuration, at->second, at->first.second.node)) return;
    }
    judge_.fail(Oracle::quorums, fmt::format("slot {}: node {:x} applies it, yet a quorum's votes at one ballot have reached no leader",
                                             slot.value, node.value));
}

}  // namespace parley::sim
