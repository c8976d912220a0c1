// The beginning of a leadership: slots reported as chosen are fetched, every later slot gets the value of the highest
// ballot or a no-op, in order, and this leader's own no-op ends it. Rules P1, P2, P4 of docs/protocol.md; the paper:
// Paxos Made Simple, section 3.
#include "consensus/core/leader.hpp"
#include "net/ports/probe.hpp"

namespace parley::consensus {

Next Leader::on(NodeId from, const Promise& promise, Core& core) {
    if (promise.ballot != ballot_) return Next::stay;
    heard(from, core);
    promises_.add(from, promise);
    // Later ones only say that this voter is prepared: nothing can have been chosen that recovery did not see.
    if (!recovering_) promises_.drop_records();
    return Next::stay;
}

void Leader::recover(Core& core) {
    // Fetched slots move the beginning of this leader's own part of the log.
    if (open_.empty() && next_slot_ <= core.learner.chosen_through()) {
        next_slot_ = core.learner.next();
        log_time_ms_ = std::max(log_time_ms_, core.learner.log_time_ms());
        progress_at_ = core.moment.now;
    }
    while (recovering_ && recover_one(core)) progress_at_ = core.moment.now;
}

bool Leader::recover_one(Core& core) {
    if (next_slot_ <= promises_.chosen_through()) {
        core.catch_up.heard(promises_.furthest(), promises_.chosen_through());
        core.catch_up.hurry();
        return false;
    }
    if (!has_room(core) || configuration_open(core)) return false;
    const PromiseSet::Decision decision = promises_.decide(next_slot_, core.voters);
    if (decision.verdict == PromiseSet::Verdict::undecided) {
        net::probe<"recovery_waits_for_an_answer">();
        return false;
    }
    if (next_slot_ > promises_.last_used()) {
        end_recovery(core);
        return false;
    }
    promises_.drop_below(next_slot_);
    if (decision.verdict == PromiseSet::Verdict::adopt) net::probe<"recovery_adopts_a_value">();
    else net::probe<"recovery_fills_a_gap">();
    propose(decision.verdict == PromiseSet::Verdict::adopt ? decision.value.value : no_op(false, core), core);
    return true;
}

void Leader::end_recovery(Core& core) {
    recovering_ = false;
    recovery_end_ = next_slot_;
    promises_.drop_records();
    propose(no_op(true, core), core);
}

void Leader::resend_prepare(Core& core) {
    if ((!recovering_ && !change_) || core.moment.now - prepared_at_ < core.options.resend_interval) return;
    prepared_at_ = core.moment.now;
    const Voters wanted = change_ ? Voters{change_->next} : core.voters;
    for (const NodeId node : wanted.nodes()) {
        if (!promises_.complete(node)) core.out.send(node, Prepare{ballot_, prepared_from_, handed_over_by_});
    }
}

Value Leader::no_op(bool ends_recovery, const Core& core) const {
    Batch batch;
    // One that fills a gap lies between slots stamped long ago: it repeats the stamp before it.
    batch.log_time_ms = ends_recovery ? stamp(core) : log_time_ms_;
    return Value{batch};
}

}  // namespace parley::consensus
