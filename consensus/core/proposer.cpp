// What voters answer, on its way to the candidate or leader of this node. Answers to anything else are old and dropped.
#include "consensus/core/replica_state.hpp"

namespace parley::consensus {

void Replica::State::on(NodeId from, const PrePrepareAnswer& m) {
    core.clocks.heard(from, m.wall_ms, core.moment);
    core.catch_up.heard(from, m.chosen_through);
    if (auto* candidate = std::get_if<Candidate>(&role)) apply(candidate->on(from, m, core));
}

void Replica::State::on(NodeId from, const Promise& m) {
    // It would be this node's to propose anew.
    if (core.is_outdated_by(m.accepted)) return;
    if (from != core.self) core.catch_up.heard(from, m.chosen_through);
    if (from != core.self) core.catch_up.begins_at(from, m.floor);
    if (auto* candidate = std::get_if<Candidate>(&role)) return apply(candidate->on(from, m, core));
    if (auto* leader = std::get_if<Leader>(&role)) apply(leader->on(from, m, core));
}

void Replica::State::on(NodeId from, const Accepted& m) {
    if (auto* leader = std::get_if<Leader>(&role)) apply(leader->on(from, m, core));
}

void Replica::State::on(NodeId, const Reject& m) {
    if (auto* candidate = std::get_if<Candidate>(&role)) return apply(candidate->on(m, core));
    if (auto* leader = std::get_if<Leader>(&role)) return apply(leader->on(m, core));
    core.saw(m.promised);
}

void Replica::State::on(NodeId from, const HeartbeatAnswer& m) {
    core.clocks.heard(from, m.wall_ms, core.moment);
    core.catch_up.heard(from, m.chosen_through);
    if (auto* leader = std::get_if<Leader>(&role)) apply(leader->on(from, m, core));
}

void Replica::State::on(NodeId from, const Pledged& m) {
    if (auto* leader = std::get_if<Leader>(&role)) leader->on(from, m, core);
}

}  // namespace parley::consensus
