// Acceptor: what this node promised and accepted (Paxos Made Simple, section 2.2), for every slot that is not known as
// chosen yet. It asks for its own writes; it never answers, counts or learns.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <vector>

#include "consensus/core/outbox.hpp"

namespace parley::consensus {

class Acceptor {
public:
    Acceptor(Ballot promised, std::map<Slot, AcceptedValue> accepted, std::set<Slot> faulty);

    [[nodiscard]] Ballot promised() const { return promised_; }

    // Accepts nothing below `ballot` from now on; durable with the write this asks for. A lower ballot changes nothing.
    void promise(Ballot ballot, Outbox& out);

    // Accepts unless that would break a promise (false). Accepting at a ballot also promises it (P5).
    bool accept(const AcceptedValue& value, Outbox& out);

    // The same vote for a slot that is known as chosen: written, not kept here.
    bool accept_chosen(const AcceptedValue& value, Outbox& out);

    // Writes a value learned as chosen; it settles the slot here whatever was accepted before (L3).
    void record_chosen(const AcceptedValue& value, Outbox& out);

    // The slot is known as chosen: it is the learner's from now on.
    void forget(Slot slot);

    // The accepted value, nullptr when there is none or its record is damaged.
    [[nodiscard]] const AcceptedValue* held(Slot slot) const;
    [[nodiscard]] bool faulty(Slot slot) const { return faulty_.contains(slot); }

    [[nodiscard]] std::size_t slots() const { return accepted_.size(); }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    [[nodiscard]] const std::map<Slot, AcceptedValue>& accepted() const { return accepted_; }

    // The answer to a Prepare, in chunks that say exactly which slots they speak for (P1). bytes_max per chunk, but at
    // least one record each.
    [[nodiscard]] std::vector<Promise> answer(const Prepare& prepare, Slot chosen_through, Slot floor,
                                              std::size_t bytes_max, WriteId write) const;

private:
    void keep(const AcceptedValue& value);
    [[nodiscard]] bool below_promise(Ballot ballot) const;

    Ballot promised_;
    std::map<Slot, AcceptedValue> accepted_;   // above the learner's chosen_through
    std::set<Slot> faulty_;                    // written once, damaged now: no answer for these (P2)
    std::size_t bytes_ = 0;
};

}  // namespace parley::consensus
