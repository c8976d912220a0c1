// Reads: how a replica learns a slot that is not older than the moment somebody asked (P9). Any replica asks the leader;
// the leader makes sure that it still leads, by one round of heartbeats that a quorum answers, and tells what was chosen
// when that round began. Whoever serves the read waits until its own state includes that slot.
// The idea is the read-only optimisation of Ongaro's thesis (2014), section 6.4.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "consensus/core/messages.hpp"
#include "consensus/core/quorum.hpp"
#include "consensus/core/step.hpp"

namespace parley::consensus {

struct Core;

// The asking side, on every node. One request at a time speaks for all reads that wait; reads that come while it is on
// its way join the next one.
class ReadRequests {
public:
    // `chance`: answers to an earlier life of this node must not fit a request of this one.
    explicit ReadRequests(std::uint64_t chance) : last_id_(chance) {}

    void want(std::uint64_t ticket) { wanted_ = ticket; }
    void on(const ReadSlot& answer, Core& core);
    // Asks the leader, and asks again when it is another one or when no answer came.
    void pump(std::optional<NodeId> leader, Core& core);

private:
    struct Open {
        std::uint64_t id = 0;
        std::uint64_t through = 0;        // the newest read it speaks for
        std::optional<NodeId> asked;
        net::Instant asked_at;
    };
    std::uint64_t last_id_;
    std::uint64_t wanted_ = 0;
    std::uint64_t answered_ = 0;
    std::optional<Open> open_;
};

// The leader's side. A request that comes while a round is open belongs to the next one: this round's heartbeats may
// have left before it was made.
class ReadRounds {
public:
    void ask(NodeId from, std::uint64_t id) { waiting_[from] = id; }   // a node has one request at a time
    [[nodiscard]] bool waits() const { return !waiting_.empty(); }
    [[nodiscard]] bool can_begin() const { return !open_ && waits(); }
    // All who wait, without a round: on a lease that ends then (P10).
    void answer(Slot slot, net::Instant leased_until, Core& core);
    // `round`: the number of the heartbeat that has just been sent to all; `slot`: chosen when it was.
    void begin(std::uint64_t round, Slot slot, Core& core);
    // Other voters govern from now on: a round is agreed to by a quorum of one configuration, so the open one is asked anew.
    void voters_changed();
    // That voter answered heartbeat `round` of this ballot, so it had not promised a higher one.
    void heard(NodeId voter, std::uint64_t round, Core& core);

private:
    struct Open {
        std::uint64_t round = 0;
        Slot slot;
        std::map<NodeId, std::uint64_t> requests;
        Tally agreed;
    };
    void end_when_agreed(Core& core);

    std::map<NodeId, std::uint64_t> waiting_;
    std::optional<Open> open_;
};

}  // namespace parley::consensus
