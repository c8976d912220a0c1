// A leader's lease: asked for beside each heartbeat where the configuration says so, and looked at whenever somebody reads.
// Rule P10 of docs/protocol.md.
#include "consensus/core/leader.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::consensus {

void Leader::ask_for_pledges(Core& core) {
    if (!core.learner.configuration().leases || lease_.given_up()) return;
    const auto window = std::chrono::duration_cast<std::chrono::microseconds>(core.options.lease_window);
    const PledgeAsked asked{ballot_, lease_.ask(core.moment.now, core.options), window.count()};
    net::planted("lease_counts_learners") ? core.send_other_members(asked) : core.send_others(asked);
}

void Leader::on(NodeId from, const Pledged& pledged, Core& core) {
    if (pledged.ballot != ballot_) return;
    heard(from, core);
    lease_.given(from, pledged.question, std::chrono::microseconds{pledged.window_us}, core.moment.now, core.options);
    lease_.count(core.self, core.voters);
}

std::optional<net::Instant> Leader::lease_until(const Core& core) const {
    if (!core.learner.configuration().leases || !leading(core)) return std::nullopt;
    return lease_.until();
}

// Nothing can have been chosen elsewhere before the lease ends, so what is chosen here is all that was acknowledged. The clock was read
// when this step began, behind the request; it is read once more when the answer leaves.
bool Leader::answer_reads_on_lease(Core& core) {
    if (!reads_.waits()) return false;
    const auto until = lease_until(core);
    // Of a frozen leader the last tick is long ago, and its lease over.
    const net::Instant now = net::planted("lease_checked_at_heartbeats") ? heartbeat_at_ : core.moment.now;
    if (!until || now >= *until) return false;
    net::probe<"read_on_a_lease">();
    reads_.answer(core.learner.chosen_through(), *until, core);
    return true;
}

}  // namespace parley::consensus
