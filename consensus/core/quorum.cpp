// Counting of voters: sorted and distinct on the way in, so that the size alone decides. See quorum.hpp.
#include "consensus/core/quorum.hpp"

#include <algorithm>

#include "net/ports/marks.hpp"

namespace parley::consensus {

Voters::Voters(const Configuration& configuration) {
    for (const Member& member : configuration.voters) nodes_.push_back(member.node);
    std::ranges::sort(nodes_);
    nodes_.erase(std::unique(nodes_.begin(), nodes_.end()), nodes_.end());
}

bool Voters::contains(NodeId node) const { return std::ranges::binary_search(nodes_, node); }

std::size_t Voters::quorum() const {
    if (nodes_.size() > 1 && net::planted("quorum_one_short")) return nodes_.size() / 2;
    return nodes_.size() / 2 + 1;
}

void Tally::add(NodeId node, const Voters& voters) {
    if (!voters.contains(node)) return;
    if (contains(node) && !net::planted("quorum_counts_duplicates")) return;
    nodes_.push_back(node);
}

bool Tally::contains(NodeId node) const { return std::ranges::find(nodes_, node) != nodes_.end(); }

bool Tally::reached(const Voters& voters) const { return nodes_.size() >= voters.quorum(); }

}  // namespace parley::consensus
