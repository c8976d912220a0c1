// Proposing, counting and keeping the followers' support. Recovery is in recovery.cpp. See leader.hpp; rules P4 to P8
// and P14 of docs/protocol.md.
#include "consensus/core/leader.hpp"

#include <utility>

#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::consensus {

Leader::Leader(Ballot ballot, Ballot handed_over_by, PromiseSet promises, Core& core)
    : ballot_(ballot),
      handed_over_by_(handed_over_by),
      promises_(std::move(promises)),
      prepared_from_(core.learner.next()),
      progress_at_(core.moment.now),
      prepared_at_(core.moment.now),
      next_slot_(core.learner.next()),
      log_time_ms_(core.learner.log_time_ms()),
      notified_through_(core.learner.chosen_through()),
      configuration_id_(core.learner.configuration().id),
      members_(core.voters.members()) {
    for (const NodeId node : core.voters.nodes()) heard_[node] = core.moment.now;
    heartbeat(core);
}

Next Leader::on(NodeId from, const Accepted& accepted, Core& core) {
    heard(from, core);
    // A vote at another ballot, even a lower one of this node, says nothing about this one (P5).
    if (accepted.ballot != ballot_ && !net::planted("leader_counts_other_ballots")) return Next::stay;
    for (auto place = open_.lower_bound(accepted.from); place != open_.end() && place->first <= accepted.through; ++place) {
        place->second.accepted.add(from, core.voters);
        place->second.chosen = place->second.chosen || place->second.accepted.reached(core.voters);
    }
    settle(core);
    return Next::stay;
}

void Leader::settle(Core& core) {
    while (!open_.empty()) {
        const auto first = open_.begin();
        // A late notice or a value sent as chosen may have settled it already, with the same value.
        const bool settled = first->first <= core.learner.chosen_through();
        if (!settled && !first->second.chosen) return;
        const AcceptedValue value{first->first, ballot_, first->second.value};
        if (!settled && !core.learner.learn(value, core.acceptor, core.out)) return;
        open_bytes_ -= first->second.value.size();
        open_.erase(first);
        progress_at_ = core.moment.now;
    }
}

Next Leader::on(const Reject& reject, Core& core) {
    core.saw(reject.promised);
    // That voter accepts nothing at this ballot any more; a higher one gets it back. Not at once: whoever it promised may
    // be about to lead, and two leaders that outbid each other at every Reject would never end.
    if (reject.ballot != ballot_ || reject.promised <= ballot_) return Next::stay;
    net::probe<"leader_rejected">();
    return Next::retry;
}

Next Leader::on(NodeId from, const HeartbeatAnswer& answer, Core& core) {
    if (answer.ballot != ballot_ || answer.round > round_) return Next::stay;
    heard(from, core);
    reads_.heard(from, answer.round, core);
    answered_through_[from] = answer.chosen_through;
    levels_[from] = LevelReport{answer.level, core.moment.now};
    advance_handover(answer, from, core);
    return core.clock_fit_to_lead() ? Next::stay : Next::give_up;
}

Next Leader::on_tick(Core& core) {
    heard(core.self, core);
    if (!hears_quorum(core) || !core.fit_to_stay()) return Next::give_up;
    // Somebody filled slots that this leader has not proposed yet: it was overtaken.
    if (!recovering_ && core.learner.chosen_through() >= next_slot_) return Next::give_up;
    // Recovery that waits for an answer nobody gives: let another one try, whose neighbours may know.
    if (!leading(core) && core.moment.now - progress_at_ > 4 * core.options.election_timeout) return Next::give_up;
    if (core.moment.now - heartbeat_at_ >= core.options.heartbeat_interval) heartbeat(core);
    resend(core);
    resend_prepare(core);
    end_handover_in_time(core);
    raise_level(core);
    return Next::stay;
}

bool Leader::hears_quorum(const Core& core) const {
    return hears_quorum_of(core.voters, 2 * core.options.election_timeout, core);
}

bool Leader::hears_quorum_of(const Voters& voters, net::Duration within, const Core& core) const {
    Tally near;
    for (const auto& [node, at] : heard_) {
        if (core.moment.now - at < within) near.add(node, voters);
    }
    return near.reached(voters);
}

Heartbeat Leader::next_heartbeat(const Core& core) {
    return Heartbeat{ballot_, core.learner.chosen_through(), ++round_, log_time_ms_, core.learner.configuration().level};
}

void Leader::heartbeat(Core& core) {
    heartbeat_at_ = core.moment.now;
    notified_through_ = core.learner.chosen_through();
    core.send_other_members(next_heartbeat(core));
    ask_for_pledges(core);
}

// Not before the own no-op is chosen: until then acknowledged slots may be missing here (P4).
void Leader::answer_reads(Core& core) {
    if (!leading(core) && !net::planted("read_before_recovery")) return;
    if (answer_reads_on_lease(core) || !reads_.can_begin()) return;
    heartbeat(core);
    reads_.begin(round_, core.learner.chosen_through(), core);
}

void Leader::resend(Core& core) {
    // The oldest first, and not all at once: whoever misses many slots is helped by catch-up, not by a flood.
    std::size_t bytes = 0;
    for (auto& [slot, proposal] : open_) {
        if (bytes > 2 * core.options.batch_bytes_max) return;
        if (proposal.chosen || core.moment.now - proposal.sent < core.options.resend_interval) continue;
        proposal.sent = core.moment.now;
        bytes += proposal.value.size() + 64;
        for (const NodeId node : core.voters.nodes()) {
            if (proposal.accepted.contains(node)) continue;
            core.out.send(node, Accept{ballot_, slot, proposal.value, core.learner.chosen_through()});
        }
    }
}

void Leader::on_peer_up(NodeId peer, Core& core) {
    // What was sent while it was away is lost.
    for (auto& [slot, proposal] : open_) {
        if (!proposal.accepted.contains(peer)) proposal.sent = core.moment.now - core.options.resend_interval;
    }
    core.out.send(peer, next_heartbeat(core));
}

Next Leader::pump(Core& core) {
    settle(core);
    const Next next = follow_configuration(core);
    if (next != Next::stay) return next;
    if (recovering_) recover(core);
    advance_change(core);
    if (!recovering_ && !handover_ && !configuration_open(core)) propose_batches(core);
    notify_when_idle(core);
    answer_reads(core);
    return Next::stay;
}

// What governs the slots behind a configuration is known when it is chosen, not before (P11).
bool Leader::configuration_open(const Core& core) const {
    return configuration_slot_ > core.learner.chosen_through() && !net::planted("proposes_behind_configuration");
}

void Leader::propose_batches(Core& core) {
    while (core.queue.size() > 0 && has_room(core)) {
        // Group commit without a timer: commands gather while this node's own write is in flight (P7).
        if (own_vote_missing(core) && !core.queue.batch_full(core.options)) return;
        Batch batch;
        batch.kind = BatchKind::commands;
        batch.log_time_ms = stamp(core);
        batch.commands = core.queue.pop_batch(core.options);
        propose(Value{batch}, core);
    }
}

void Leader::propose(const Value& value, Core& core) {
    const Slot slot = next_slot_;
    next_slot_ = slot.next();
    log_time_ms_ = std::max(log_time_ms_, stamped_log_time(value));
    open_bytes_ += value.size();
    const auto [place, fresh] = open_.try_emplace(slot);
    CHECK(fresh, "a slot is proposed once per ballot");
    place->second.value = value;
    if (configuration_in(value)) configuration_slot_ = slot;
    place->second.sent = core.moment.now;
    notified_through_ = core.learner.chosen_through();
    core.send_members(Accept{ballot_, slot, value, notified_through_});
}

bool Leader::has_room(const Core& core) const {
    if (open_.empty()) return true;
    return open_.size() < core.options.open_slots_max && open_bytes_ < core.options.open_bytes_max;
}

bool Leader::own_vote_missing(const Core& core) const {
    for (const auto& [slot, proposal] : open_) {
        if (!proposal.chosen && !proposal.accepted.contains(core.self)) return true;
    }
    return false;
}

void Leader::notify_when_idle(Core& core) {
    if (!open_.empty() || core.learner.chosen_through() <= notified_through_) return;
    notified_through_ = core.learner.chosen_through();
    core.send_other_members(Chosen{ballot_, notified_through_});
}

std::int64_t Leader::stamp(const Core& core) const {
    // Who was handed leadership has not heard the others' clocks yet: time stands until it has.
    if (!core.clocks.knows_quorum(core.self, core.voters) && !net::planted("takes_over_by_own_clock")) return log_time_ms_;
    const std::int64_t median = core.clocks.median_ms(core.self, core.voters, core.moment);
    return net::planted("log_time_follows_the_clocks") ? median : std::max(log_time_ms_, median);
}

}  // namespace parley::consensus
