// WrongResults: which states are wrong because a state machine once did something else than the others (fault wrong_result), and whether
// the self-check (docs/protocol.md, P13) leaves the right ones alone and believes no log of a contradicted replica.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "sim/event_queue.hpp"
#include "sim/machine.hpp"
#include "sim/oracles/judge.hpp"

namespace parley::sim {

class WrongResults {
public:
    WrongResults(Judge& judge, const std::vector<std::unique_ptr<Machine>>& replicas) : judge_(judge), replicas_(replicas) {}

    // Makes the state on this machine's disk a wrong one; its process must not run. Nothing that people see differs. Does nothing to
    // a state that cannot be read or is to be replaced.
    void err(Machine& machine);

    // What a start is about to do, by what lies on the medium.
    struct Start {
        bool is_contradicted = false;   // the state is to be set aside
        bool has_image = false;         // another one is to take its place
    };
    [[nodiscard]] static Start before_start(Machine& machine);
    void started(Machine& machine, const Start& start, bool takes_part);
    // The replica leaves its process to begin anew.
    void starts_anew(Machine& machine);

    // Wrong states were copied from replica to replica before anybody could know, or replicas with right ones are lost: those that are right may
    // be no majority any more, and then nobody is.
    [[nodiscard]] bool leave_no_majority() const;
    // No boundary came after the fault, so nobody could see it: `newest` of this machine's state.
    [[nodiscard]] bool is_unseen(MachineId machine, std::uint64_t newest_boundary) const;

private:
    // Those with wrong states may be the majority, and contradict whoever is right.
    [[nodiscard]] bool are_many() const { return doubtful_.size() > (replicas_.size() - 1) / 2; }

    Judge& judge_;
    const std::vector<std::unique_ptr<Machine>>& replicas_;
    std::uint64_t newest_slot_ = 0;      // at which a fault struck
    std::set<MachineId> doubtful_;       // struck, or began anew with another one's state after somebody was
};

}  // namespace parley::sim
