// Replica: Multi-Paxos as a pure function of events. No clock, socket, file, thread, logger, exception or global inside.
// Public face of the core; the parts are acceptor (promises and accepted values), proposer state (candidate, leader)
// and learner (chosen order). docs/protocol.md follows the same order.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "consensus/core/options.hpp"
#include "consensus/core/step.hpp"

namespace parley::consensus {

// What a replica knows when it starts: from the log (Recovered) and the state machine.
struct InitialState {
    NodeId self;
    Configuration configuration;               // governs the slot after applied_through
    Options options;
    Ballot promised;
    Slot chosen_through;                       // every slot up to here is chosen and held
    Slot applied_through;                      // the first `chosen` output is the slot after this one
    Slot floor{1};                             // first slot the log holds
    std::map<Slot, AcceptedValue> accepted;    // above chosen_through
    std::vector<AcceptedValue> unapplied;      // applied_through+1 .. chosen_through, in order
    std::set<Slot> faulty;                     // above applied_through
    WriteId write;                             // 0 after a start
    std::int64_t log_time_ms = 0;              // stamp of slot chosen_through; no later slot is stamped earlier
};

class Replica {
public:
    Replica(InitialState initial, const Moment& moment);
    Replica(Replica&&) noexcept;
    Replica& operator=(Replica&&) noexcept;
    ~Replica();

    // One event in, everything that follows from it out. Never fails: what is out of place is ignored or rejected.
    Output step(Event event, const Moment& moment);

    [[nodiscard]] ReplicaStatus status() const;
    [[nodiscard]] const Configuration& configuration() const;   // governs the slot after chosen_through
    // Would this change begin now? It has happened when the configuration says so. An error says why not: `refused` for what makes
    // no sense, `timed_out` for what may be asked again.
    [[nodiscard]] net::Result<void> may_change(const MembershipChange& change) const;
    // Of a leader: does that member answer, and lag no further behind than the pipeline is long? Others know of nobody.
    [[nodiscard]] bool keeps_up(NodeId member) const;
    [[nodiscard]] Slot chosen_through() const;

private:
    friend class Invariants;   // reads, never writes: state and transition rules after every step
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace parley::consensus
