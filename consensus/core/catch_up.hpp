// CatchUp: asks others for chosen slots that this node misses, and serves those it holds. One request at a time, the
// leader first, then round the voters; answers come from memory or, older, from the log through the Driver.
#pragma once

#include <map>
#include <set>

#include "consensus/core/messages.hpp"
#include "consensus/core/step.hpp"

namespace parley::consensus {

struct Core;

class CatchUp {
public:
    // Somebody said that slots up to here are chosen.
    void heard(NodeId from, Slot chosen_through);

    // Asks if something is missing, nothing is on its way, and it is not likely to come by itself in a moment.
    void pump(Core& core);

    // An answer settled a slot: what is missing still is asked for at once. After a useless one the next voter is
    // asked when the time-out ends, so that empty answers cannot spin.
    void useful_answer();

    // Do not wait for missing slots to come by themselves.
    void hurry() { hurry_ = true; }

    void serve(NodeId to, const CatchUpRequest& request, Core& core);
    void serve(const LogRead& read, Core& core);

private:
    [[nodiscard]] NodeId next_peer(const Core& core);
    [[nodiscard]] bool likely_to_come(const Core& core) const;

    std::map<NodeId, Slot> reported_;   // by voters other than this node
    Slot target_;                       // the highest of them
    bool asking_ = false;
    bool hurry_ = false;
    bool behind_ = false;
    net::Instant behind_since_;
    net::Instant asked_at_;
    NodeId asked_;
    std::set<NodeId> reading_;          // peers whose answer the log is being read for: one read each
};

}  // namespace parley::consensus
