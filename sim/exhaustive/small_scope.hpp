// SmallScope: every order of deliveries, losses, crashes and attempts to lead among a few voters, within stated bounds, over
// the real core. After each step it asks whether two values were chosen for one slot or accepted at one ballot, whether what a
// node takes as chosen is, whether a read sees what was acknowledged before, and whether a voter supports a candidate below
// its floor. Messages outside of the bounds are taken as lost; one comes twice when a node repeats it, or within `repeats`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::sim {

struct SmallScopeBounds {
    int ballots = 2;         // attempts to lead, by nodes 1 and 2
    int commands = 0;        // proposed by whoever leads: slots behind the leader's own no-op
    int crashes = 1;         // at rest or in front of any sync
    int repeats = 0;         // deliveries after which the message is still on its way
    bool stale = false;      // answers that nobody counts any more travel, too
    bool notices = false;    // Chosen messages travel too; without them a slot is settled by counting alone
    int depth_max = 1000;    // events on one path; what lies deeper is not looked at
    std::uint64_t states_max = 50'000'000;
    int voters = 3;          // up to small_voters_max
    int down = 0;            // of them, the last: never reached, so that quorums of many are searched at the cost of few
    int damaged = 0;         // deaths after which a record is damaged; fewer than half of the voters
    int reads = 0;           // asked at any node
    bool heartbeats = false;    // travel, too, and so do their answers
    int reconnects = 0;      // at any node, with its right neighbour
    bool catch_up = false;   // questions for chosen slots and what is sent as chosen travel, too
    bool pre_prepare = false;   // that round is not taken as granted
    int let_go = 0;          // compactions: a node lets go of all that is chosen there
    friend bool operator==(const SmallScopeBounds&, const SmallScopeBounds&) = default;
};
inline constexpr int small_voters_max = 5;

struct SmallScopeResult {
    std::uint64_t states = 0;
    std::uint64_t steps = 0;
    int depth = 0;             // of the longest path
    bool is_complete = true;   // no bound but ballots, commands and crashes was met
    std::uint64_t chosen = 0;  // states in which something is chosen: a search that never gets there shows nothing
    std::optional<std::string> violation;
    std::vector<std::string> path;  // to the violation, one event a line
};

SmallScopeResult explore_small_scope(const SmallScopeBounds& bounds);

}  // namespace parley::sim
