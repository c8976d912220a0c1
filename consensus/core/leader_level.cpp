// A leader takes the cluster to the next feature level when every member, voters and learners, has said that its program knows it.
// docs/protocol.md, "Feature levels".
#include <algorithm>

#include "consensus/core/leader.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::consensus {

FeatureLevel Leader::known_by_all(const Core& core) const {
    FeatureLevel least = core.options.feature_level;
    std::size_t missing = 0;
    for (const NodeId node : net::planted("level_forgets_learners") ? core.voters.nodes() : core.voters.members()) {
        if (node == core.self) continue;
        const auto report = levels_.find(node);
        const bool is_fresh = report != levels_.end() && core.moment.now - report->second.at < core.options.election_timeout;
        if (!is_fresh && net::planted("level_counts_those_that_are_up")) continue;
        if (is_fresh && report->second.level >= core.options.feature_level) continue;
        ++missing;
        least = std::min(least, is_fresh ? report->second.level : FeatureLevel{});
    }
    const bool is_early = net::planted("level_raised_early") && missing < core.voters.quorum();
    return is_early ? core.options.feature_level : least;
}

void Leader::raise_level(Core& core) {
    const FeatureLevel known = known_by_all(core);
    if (known <= core.learner.configuration().level || change_ || !core.has_room) return;
    net::probe<"level_raised">();
    change(MembershipChange{ChangeKind::raise, {}, known}, core);
}

}  // namespace parley::consensus
