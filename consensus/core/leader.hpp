// Leader: phase 2. It first finishes what its predecessors began, slot by slot (recovery), then proposes batches, counts
// votes per (ballot, slot) and tells the others what is chosen. It never proposes a slot twice with different values.
#pragma once

#include <map>
#include <optional>

#include "consensus/core/candidate.hpp"
#include "consensus/core/core.hpp"
#include "consensus/core/promises.hpp"

namespace parley::consensus {

class Leader {
public:
    // `handed_over_by`: the ballot of the leader before, if that one asked this node to lead.
    Leader(Ballot ballot, Ballot handed_over_by, PromiseSet promises, Core& core);

    [[nodiscard]] Ballot ballot() const { return ballot_; }
    [[nodiscard]] Slot next_slot() const { return next_slot_; }
    [[nodiscard]] std::size_t open_slots() const { return open_.size(); }
    // The no-op that ends recovery is chosen (P4).
    [[nodiscard]] bool leading(const Core& core) const {
        return !recovering_ && core.learner.chosen_through() >= recovery_end_;
    }

    Next on(NodeId from, const Promise& promise, Core& core);
    Next on(NodeId from, const Accepted& accepted, Core& core);
    Next on(const Reject& reject, Core& core);
    Next on(NodeId from, const HeartbeatAnswer& answer, Core& core);
    Next on_tick(Core& core);
    void on_peer_up(NodeId peer, Core& core);
    void heard(NodeId from, Core& core) { heard_[from] = core.moment.now; }
    void on(NodeId from, const Pledged& pledged, Core& core);
    // Of this leader's lease, over or not; none while it has none (leader_lease.cpp).
    [[nodiscard]] std::optional<net::Instant> lease_until(const Core& core) const;
    void on(NodeId from, const ReadRequest& request) { reads_.ask(from, request.id); }

    // Lets another voter lead, as soon as it holds all that was proposed. Nothing new is proposed meanwhile; after an
    // election time-out without success this leader goes on (handover.cpp).
    void hand_over(NodeId to, Core& core);
    [[nodiscard]] std::optional<NodeId> handing_over_to() const;
    // Did this leader give `candidate` the token for this ballot?
    [[nodiscard]] bool gave_token(NodeId candidate, const Prepare& prepare) const;

    // A change of membership (P11, leader_membership.cpp). It is proposed when enough voters of the new configuration have
    // promised, nothing is proposed behind it before it is chosen, and it is given up after four election time-outs.
    [[nodiscard]] net::Result<void> may_change(const MembershipChange& change, const Core& core) const;
    // That member answers, and lags no further behind than the pipeline is long.
    [[nodiscard]] net::Result<void> caught_up(NodeId member, const Core& core) const;
    void change(const MembershipChange& change, Core& core);

    // Whatever can go on now: recovery, batches, notices. Called once at the end of every step.
    Next pump(Core& core);

private:
    friend class Invariants;

    struct Proposal {
        Value value;
        Tally accepted;
        bool chosen = false;
        net::Instant sent;
    };

    struct Handover {
        NodeId to;
        net::Instant deadline;
        Ballot next;                     // of the token, once it was sent
    };

    struct PendingChange {
        Configuration next;
        NodeId newcomer;                 // to the voters
        net::Instant deadline;
    };

    struct LevelReport {
        FeatureLevel level;              // the highest that this member's program knows
        net::Instant at;
    };

    // The highest level that each member, voter or learner, has reported within an election time-out (leader_level.cpp).
    [[nodiscard]] FeatureLevel known_by_all(const Core& core) const;
    void raise_level(Core& core);
    [[nodiscard]] bool hears_quorum_of(const Voters& voters, net::Duration within, const Core& core) const;
    [[nodiscard]] bool configuration_open(const Core& core) const;
    void advance_change(Core& core);
    Next follow_configuration(Core& core);
    void resign(Core& core);
    void advance_handover(const HeartbeatAnswer& answer, NodeId from, Core& core);
    void end_handover_in_time(Core& core);
    void recover(Core& core);
    bool recover_one(Core& core);
    void end_recovery(Core& core);
    void propose(const Value& value, Core& core);
    void propose_batches(Core& core);
    void settle(Core& core);
    void notify_when_idle(Core& core);
    [[nodiscard]] Heartbeat next_heartbeat(const Core& core);
    void heartbeat(Core& core);
    void answer_reads(Core& core);
    void ask_for_pledges(Core& core);
    bool answer_reads_on_lease(Core& core);
    void resend(Core& core);
    void resend_prepare(Core& core);
    [[nodiscard]] bool has_room(const Core& core) const;
    [[nodiscard]] bool own_vote_missing(const Core& core) const;
    [[nodiscard]] bool hears_quorum(const Core& core) const;
    [[nodiscard]] Value no_op(bool ends_recovery, const Core& core) const;
    [[nodiscard]] std::int64_t stamp(const Core& core) const;

    Ballot ballot_;
    Ballot handed_over_by_;
    PromiseSet promises_;
    Slot prepared_from_;
    bool recovering_ = true;
    Slot recovery_end_;                  // the slot of the no-op that ends it
    net::Instant progress_at_;           // of recovery
    net::Instant prepared_at_;

    Slot next_slot_;
    std::map<Slot, Proposal> open_;      // proposed, not yet chosen in order
    std::size_t open_bytes_ = 0;
    std::int64_t log_time_ms_ = 0;       // of the last slot proposed

    std::map<NodeId, net::Instant> heard_;
    std::uint64_t round_ = 0;
    net::Instant heartbeat_at_;
    Slot notified_through_;              // what the followers were told last
    ReadRounds reads_;
    Lease lease_;
    std::optional<Handover> handover_;
    std::map<NodeId, Slot> answered_through_;   // what others said in answer to heartbeats
    std::map<NodeId, LevelReport> levels_;      // the same
    std::optional<PendingChange> change_;
    Slot configuration_slot_;            // the last slot proposed that holds a configuration
    std::uint64_t configuration_id_;     // the configuration this leader works with,
    std::vector<NodeId> members_;        // and its members
};

}  // namespace parley::consensus
