// Voters and Tally: who may vote, how many make a quorum, and which distinct voters said yes (P5).
// Nothing else in the protocol counts nodes.
#pragma once

#include <cstddef>
#include <vector>

#include "consensus/core/types.hpp"

namespace parley::consensus {

class Voters {
public:
    explicit Voters(const Configuration& configuration);

    [[nodiscard]] bool contains(NodeId node) const;
    // Any two quorums share a voter.
    [[nodiscard]] std::size_t quorum() const;
    [[nodiscard]] std::size_t size() const { return nodes_.size(); }
    [[nodiscard]] const std::vector<NodeId>& nodes() const { return nodes_; }   // ordered, each once
    // With the learners, who are told all and never counted.
    [[nodiscard]] const std::vector<NodeId>& members() const { return members_; }
    [[nodiscard]] bool is_member(NodeId node) const;

private:
    std::vector<NodeId> nodes_;
    std::vector<NodeId> members_;
};

// The voters that gave one answer. A voter that answers twice counts once.
class Tally {
public:
    // Counts the node if it votes and was not counted before.
    void add(NodeId node, const Voters& voters);
    [[nodiscard]] bool contains(NodeId node) const;
    [[nodiscard]] bool reached(const Voters& voters) const;
    [[nodiscard]] std::size_t size() const { return nodes_.size(); }

private:
    std::vector<NodeId> nodes_;
};

}  // namespace parley::consensus
