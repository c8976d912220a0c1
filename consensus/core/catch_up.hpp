// CatchUp: asks others for chosen slots that this node misses, and serves those it holds. One request at a time, the
// leader first, then round the voters; answers come from memory or, older, from the log through the Driver.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "consensus/core/messages.hpp"
#include "consensus/core/step.hpp"

namespace parley::consensus {

struct Core;

class CatchUp {
public:
    // Somebody said that slots up to here are chosen.
    void heard(NodeId from, Slot chosen_through);

    // That node's log begins at `floor`: it will never hand out what lies below.
    void begins_at(NodeId node, Slot floor);
    // Asked for the next slot it had nothing. Once that may chance; again and again, its record is damaged.
    void empty_answer(NodeId node);
    void up(NodeId peer) { down_.erase(peer); }
    void down(NodeId peer) { down_.insert(peer); }
    // The next slot is known to be chosen, and of the peers that know it and are connected (one at least) none still holds it.
    [[nodiscard]] bool needs_snapshot(const Core& core) const;

    // Asks if something is missing, nothing is on its way, and it is not likely to come by itself in a moment.
    void pump(Core& core);

    // The highest slot that anybody said is chosen.
    [[nodiscard]] Slot target() const { return target_; }

    // An answer settled a slot: what is missing still is asked for at once. After a useless one the next voter is
    // asked when the time-out ends, so that empty answers cannot spin.
    void useful_answer();

    // Do not wait for missing slots to come by themselves.
    void hurry() { hurry_ = true; }

    void serve(NodeId to, const CatchUpRequest& request, Core& core);
    void serve(const LogRead& read, Core& core);

private:
    static constexpr std::uint32_t empty_answers_max = 3;

    [[nodiscard]] std::vector<NodeId> holders(Slot slot) const;
    [[nodiscard]] bool let_go(NodeId node, Slot slot) const;
    [[nodiscard]] NodeId next_peer(const Core& core, const std::vector<NodeId>& reporters) const;
    [[nodiscard]] bool likely_to_come(const Core& core) const;
    [[nodiscard]] static bool may_tell(NodeId node, const Core& core);

    std::map<NodeId, Slot> reported_;   // by voters other than this node
    std::map<NodeId, Slot> floors_;     // where their logs begin, as far as they said
    std::map<NodeId, std::uint32_t> empty_answers_;   // since the last useful one
    std::set<NodeId> down_;             // no connection to them
    Slot target_;                       // the highest chosen_through reported
    bool asking_ = false;
    bool hurry_ = false;
    bool behind_ = false;
    net::Instant behind_since_;
    net::Instant asked_at_;
    NodeId asked_;
    std::set<NodeId> reading_;          // peers whose answer the log is being read for: one read each
};

}  // namespace parley::consensus
