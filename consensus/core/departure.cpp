// See departure.hpp.
#include "consensus/core/departure.hpp"

#include "consensus/core/core.hpp"
#include "net/ports/probe.hpp"

namespace parley::consensus {

namespace {

bool was_removed(const Core& core) { return !core.voters.is_member(core.self) && core.learner.configuration_slot() > Slot{}; }

}  // namespace

void Departure::on_tick(Core& core) {
    if (!was_removed(core) || over(core)) return;
    if (asked_at_ && core.moment.now - *asked_at_ < core.options.resend_interval) return;
    asked_at_ = core.moment.now;
    net::probe<"removed_node_tells_the_others">();
    const Slot chosen = core.learner.chosen_through();
    for (const NodeId node : core.voters.nodes()) {
        if (knows(node, core)) continue;
        // It may be the only one that knows, and those it votes for may not even know that they vote.
        core.out.send(node, CatchUpData{Slot{}, {}, chosen, core.learner.floor()});
        core.out.send(node, CatchUpRequest{chosen, chosen});
    }
}

bool Departure::knows(NodeId node, const Core& core) const {
    const auto known = known_.find(node);
    return known != known_.end() && known->second >= core.learner.configuration_slot();
}

bool Departure::over(const Core& core) const {
    // What it has heard of and does not have may say that it belongs to the cluster again.
    if (!was_removed(core) || core.catch_up.target() > core.learner.chosen_through()) return false;
    Tally knowing;
    for (const NodeId node : core.voters.nodes()) {
        if (knows(node, core)) knowing.add(node, core.voters);
    }
    return knowing.reached(core.voters);
}

}  // namespace parley::consensus
