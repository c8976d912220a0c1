// PromiseSet: the answers to one Prepare, kept per node with exactly the slots each speaks for, and what they decide for
// a slot (P1, P2). It never guesses: a slot without a quorum of clean answers is undecided.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "consensus/core/messages.hpp"
#include "consensus/core/quorum.hpp"

namespace parley::consensus {

class PromiseSet {
public:
    // `from` as in the Prepare.
    explicit PromiseSet(Slot from) : from_(from) {}

    // Adds one chunk, whatever the order. Chunks that contradict themselves are dropped.
    void add(NodeId node, const Promise& chunk);

    // The node spoke for every slot above its chosen_through.
    [[nodiscard]] bool complete(NodeId node) const;
    [[nodiscard]] bool quorum_complete(const Voters& voters) const;

    // The highest chosen_through reported: up to here slots are fetched as chosen, never proposed.
    [[nodiscard]] Slot chosen_through() const { return chosen_through_; }
    // Who reported it.
    [[nodiscard]] NodeId furthest() const { return furthest_; }
    // The highest slot any answer mentions, damaged records included.
    [[nodiscard]] Slot last_used() const { return last_used_; }

    enum class Verdict {
        undecided,   // fewer than a quorum of clean answers
        adopt,       // the value of the highest ballot among them
        empty,       // nothing can be chosen here: fill it with a no-op
    };
    struct Decision {
        Verdict verdict = Verdict::undecided;
        AcceptedValue value;   // for adopt
    };
    [[nodiscard]] Decision decide(Slot slot, const Voters& voters) const;

    // Slots below are settled; their records are not needed any more.
    void drop_below(Slot slot);
    // Every slot is settled: who has answered is all that is kept.
    void drop_records();

private:
    struct Answer {
        std::map<Slot, Slot> covered;             // first -> last of ranges that neither touch nor overlap
        std::map<Slot, AcceptedValue> accepted;
        std::set<Slot> faulty;
        Slot from;                                // first slot it can speak for: above its chosen_through
        void cover(Slot first, Slot last);
        [[nodiscard]] bool covers(Slot slot) const;
    };
    static void merge(Answer& answer, const Promise& chunk);

    Slot from_;
    std::map<NodeId, Answer> answers_;
    Slot chosen_through_;
    NodeId furthest_;
    Slot last_used_;
};

}  // namespace parley::consensus
