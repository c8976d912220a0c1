// Invariants: what must be true of a replica after every step (state rules), and between two steps (transition rules).
// Debug builds check them after every step, tests whenever they like. It reads everything and changes nothing; a broken
// rule is a CHECK with the numbers that broke it.
#pragma once

#include <string>

#include "consensus/core/replica.hpp"

namespace parley::consensus {

class Invariants {
public:
    struct Snapshot {
        Ballot promised;
        Slot chosen_through;
        WriteId write;
        bool leads = false;
        Ballot ballot;       // of the leader
        Slot next_slot;
    };
    static Snapshot snapshot(const Replica& replica);

    // The first broken state rule as a sentence; empty when all hold.
    static std::string broken(const Replica& replica);
    // The first broken transition rule of a step that gave this output.
    static std::string broken(const Snapshot& before, const Replica& after, const Output& output);

    static void check(const Replica& replica);
    static void check(const Snapshot& before, const Replica& after, const Output& output);

private:
    static std::string broken_acceptor(const Replica::State& state);
    static std::string broken_leader(const Replica::State& state);
    static std::string broken_output(const Replica::State& state, const Output& output);
};

}  // namespace parley::consensus
