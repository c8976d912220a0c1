// Counting of voters: sorted and distinct on the way in, so that the size alone decides. See quorum.hpp.
#include "consensus/core/quorum.hpp"

#include <algorithm>

#include "net/ports/marks.hpp"

namespace parley::consensus {

namespace {

void sort_once(std::vector<NodeId>& nodes) {
    std::ranges::sort(nodes);
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
}

}  // namespace

Voters::Voters(const Configuration& configuration) {
    for (const Member& member : configuration.voters) nodes_.push_back(member.node);
    members_ = nodes_;
    for (const Member& member : configuration.learners) members_.push_back(member.node);
    if (net::planted("learner_counted")) nodes_ = members_;
    sort_once(nodes_);
    sort_once(members_);
}

bool Voters::is_member(NodeId node) const { return std::ranges::binary_search(members_, node); }

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
