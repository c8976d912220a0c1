// Transfer of leadership: the leader stops proposing, waits until the other voter knows all that was proposed as chosen, and
// gives it a token that names the ballot to campaign with. Rule P8 of docs/protocol.md; the idea: Ongaro's thesis, 3.10.
#include "consensus/core/leader.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::consensus {

void Leader::hand_over(NodeId to, Core& core) {
    const bool busy = handover_ || change_ || configuration_open(core);
    if (busy || to == core.self || !core.voters.contains(to) || !leading(core)) return;
    handover_ = Handover{to, core.moment.now + core.options.election_timeout, {}};
    // Its answer tells how far it is.
    core.out.send(to, next_heartbeat(core));
}

std::optional<NodeId> Leader::handing_over_to() const {
    return handover_ ? std::optional{handover_->to} : std::nullopt;
}

void Leader::advance_handover(const HeartbeatAnswer& answer, NodeId from, Core& core) {
    if (!handover_ || from != handover_->to || handover_->next.round != 0) return;
    if (!open_.empty() || answer.chosen_through < core.learner.chosen_through()) return;
    handover_->next = Ballot{core.highest_seen.round + 1, from};
    net::probe<"leadership_handed_over">();
    lease_.give_up();
    core.out.send(from, TakeOver{ballot_, handover_->next});
}

bool Leader::gave_token(NodeId candidate, const Prepare& prepare) const {
    return handover_ && candidate == handover_->to && prepare.handed_over_by == ballot_ && prepare.ballot == handover_->next;
}

void Leader::end_handover_in_time(Core& core) {
    if (!handover_ || core.moment.now < handover_->deadline || net::planted("handover_never_given_up")) return;
    // Lost on the way, or the other one cannot lead: whoever waits is served again.
    net::probe<"handover_given_up">();
    handover_.reset();
}

}  // namespace parley::consensus
