// The two steps of an attempt to lead. See candidate.hpp; rules P1, P4, P8, P14 of docs/protocol.md.
#include "consensus/core/candidate.hpp"

#include "net/ports/marks.hpp"

namespace parley::consensus {

Candidate::Candidate(Core& core) {
    // Above every promise of this node's past too: a ballot of an earlier life is never used again (P4).
    const std::uint64_t round = std::max(core.acceptor.promised().round, core.highest_seen.round) + 1;
    ballot_ = Ballot{round, core.self};
    core.saw(ballot_);
    deadline_ = core.moment.now + core.chance.between(core.options.election_timeout, 2 * core.options.election_timeout);
    granted_.add(core.self, core.voters);
    asked_at_ = core.moment.now;
    core.send_others(PrePrepare{ballot_, core.learner.chosen_through()});
}

Candidate::Candidate(const TakeOver& token, Core& core) : ballot_(token.next), handed_over_by_(token.ballot) {
    core.saw(ballot_);
    prepare(core);
}

Next Candidate::on(NodeId from, const PrePrepareAnswer& answer, Core& core) {
    core.saw(answer.promised);
    if (preparing_ || answer.ballot != ballot_) return Next::stay;
    if (answer.promised >= ballot_) return Next::campaign;   // the ballot is of no use any more
    if (answer.granted) granted_.add(from, core.voters);
    return maybe_prepare(core);
}

Next Candidate::maybe_prepare(Core& core) {
    if (!granted_.reached(core.voters)) return Next::stay;
    // The clocks of a quorum are known now; whoever is far off the median leaves it to others (P14).
    if (!core.fit_to_lead()) return Next::give_up;
    prepare(core);
    return Next::stay;
}

void Candidate::prepare(Core& core) {
    preparing_ = true;
    from_ = core.learner.next();
    promises_ = PromiseSet{from_};
    // Durable before the Prepare leaves, because a Prepare is an asserting message of this same output (P4).
    if (!net::planted("ballot_reused_after_restart")) core.acceptor.promise(ballot_, core.out);
    deadline_ = core.moment.now + core.chance.between(core.options.election_timeout, 2 * core.options.election_timeout);
    asked_at_ = core.moment.now;
    core.send_all(Prepare{ballot_, from_, token()});
}

Next Candidate::on(NodeId from, const Promise& promise, Core& core) {
    const bool is_other = promise.ballot != ballot_ && !net::planted("candidate_counts_old_promises");
    if (!preparing_ || is_other) return Next::stay;
    promises_.add(from, promise);
    return promises_.quorum_complete(core.voters) ? Next::lead : Next::stay;
}

Next Candidate::on(const Reject& reject, Core& core) {
    core.saw(reject.promised);
    return reject.ballot == ballot_ && reject.promised > ballot_ ? Next::give_up : Next::stay;
}

Next Candidate::on_tick(Core& core) {
    if (core.moment.now >= deadline_ || !core.fit_to_ask()) return Next::give_up;
    // Questions cost nothing and a voter's support for a dead leader ends any moment: asked more often than the rest.
    const net::Duration interval = preparing_ ? core.options.resend_interval : core.options.resend_interval / 3;
    if (core.moment.now - asked_at_ < interval) return Next::stay;
    asked_at_ = core.moment.now;
    for (const NodeId node : core.voters.nodes()) ask(node, core);
    return Next::stay;
}

void Candidate::on_peer_up(NodeId peer, Core& core) { ask(peer, core); }

void Candidate::ask(NodeId node, Core& core) {
    if (!preparing_ && !granted_.contains(node)) core.out.send(node, PrePrepare{ballot_, core.learner.chosen_through()});
    if (preparing_ && !promises_.complete(node)) core.out.send(node, Prepare{ballot_, from_, token()});
}

}  // namespace parley::consensus
