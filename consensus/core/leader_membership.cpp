// A leader changes the membership: one change at a time, proposed when the new configuration's voters are prepared, in effect
// behind its own slot. Rule P11 of docs/protocol.md.
#include <algorithm>

#include "consensus/core/leader.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::consensus {

namespace {

net::Error not_now(const char* why) { return net::Error{net::ErrorKind::timed_out, why}; }

// A learner that misses no more than this is caught up: it gets what is chosen as fast as voters do.
constexpr std::uint64_t lag_max_least = 16;

}  // namespace

net::Result<void> Leader::caught_up(NodeId member, const Core& core) const {
    const auto answered = answered_through_.find(member);
    const auto heard_at = heard_.find(member);
    const bool is_near = heard_at != heard_.end() && core.moment.now - heard_at->second < core.options.election_timeout;
    if (answered == answered_through_.end() || !is_near) return not_now("this learner does not answer");
    const std::uint64_t lag_max = std::max<std::uint64_t>(lag_max_least, core.options.open_slots_max);
    const bool is_near_enough = answered->second.value + lag_max >= core.learner.chosen_through().value;
    if (!is_near_enough && !net::planted("learner_promoted_lagging")) return not_now("this learner is still catching up; try again later");
    return {};
}

net::Result<void> Leader::may_change(const MembershipChange& change, const Core& core) const {
    if (!leading(core)) return not_now("this replica does not lead yet; try again in a moment");
    if (change_ || handover_ || configuration_open(core)) return not_now("another change is under way; try again in a moment");
    const auto next = changed(core.learner.configuration(), change);
    if (!next) return next.error();
    if (change.kind == ChangeKind::promote) {
        if (const auto ready = caught_up(change.member.node, core); !ready) return ready;
    }
    if (next->level > core.learner.configuration().level && next->level > known_by_all(core)) {
        return not_now("not every member has reported that it knows this feature level");
    }
    if (!hears_quorum_of(Voters{*next}, core.options.election_timeout, core)) {
        return not_now("too few voters would be left that can be reached");
    }
    return {};
}

void Leader::change(const MembershipChange& change, Core& core) {
    if (!may_change(change, core)) return;
    const NodeId newcomer = change.kind == ChangeKind::promote ? change.member.node : NodeId{};
    change_ = PendingChange{*changed(core.learner.configuration(), change), newcomer,
                            core.moment.now + 4 * core.options.election_timeout};
    // Who has not promised this leader's ballot yet is asked to, a newcomer above all.
    prepared_at_ = core.moment.now - core.options.resend_interval;
    resend_prepare(core);
}

void Leader::advance_change(Core& core) {
    if (!change_ || !leading(core)) return;
    // Somebody may have been started with an older program since.
    const bool is_raise = change_->next.level > core.learner.configuration().level;
    if (core.moment.now >= change_->deadline || (is_raise && change_->next.level > known_by_all(core))) {
        net::probe<"change_given_up">();
        change_.reset();
        return;
    }
    const bool has_newcomer = change_->newcomer != NodeId{};
    const bool prepared = promises_.quorum_complete(Voters{change_->next}) && (!has_newcomer || promises_.complete(change_->newcomer));
    const bool may = prepared || net::planted("new_voter_unprepared");
    if (!may) return;
    // What a voter of the new configuration accepted long ago must not lie under that one, where nobody asked about it: such
    // slots are used up under the one that governs now, for which recovery has seen all.
    while (next_slot_ <= promises_.last_used() && has_room(core)) {
        net::probe<"slots_used_up_before_a_configuration">();
        propose(no_op(false, core), core);
    }
    if (next_slot_ <= promises_.last_used() || !has_room(core)) return;
    net::probe<"configuration_proposed">();
    propose(value_of(change_->next, stamp(core)), core);
    change_.reset();
}

Next Leader::follow_configuration(Core& core) {
    if (core.learner.configuration().id == configuration_id_) return Next::stay;
    configuration_id_ = core.learner.configuration().id;
    change_.reset();   // it was made for the configuration before
    reads_.voters_changed();
    lease_.end();
    for (const NodeId node : core.voters.nodes()) heard_.insert_or_assign(node, core.moment.now);
    // Who has left hears of it from nobody else.
    for (const NodeId node : std::exchange(members_, core.voters.members())) {
        if (!core.voters.is_member(node)) core.out.send(node, Chosen{ballot_, core.learner.chosen_through()});
    }
    prepared_at_ = core.moment.now - core.options.resend_interval;
    if (core.voters.contains(core.self) || net::planted("removed_node_campaigns")) return Next::stay;
    resign(core);
    return Next::give_up;
}

// This leader has no vote any more: who knows most goes on without waiting for a time-out.
void Leader::resign(Core& core) {
    net::probe<"leader_removed">();
    core.send_other_members(Chosen{ballot_, core.learner.chosen_through()});
    NodeId best = core.voters.nodes().front();
    for (const NodeId node : core.voters.nodes()) {
        if (answered_through_[node] > answered_through_[best]) best = node;
    }
    core.out.send(best, TakeOver{ballot_, Ballot{core.highest_seen.round + 1, best}});
}

}  // namespace parley::consensus
