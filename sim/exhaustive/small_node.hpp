// SmallNode: one voter of the exhaustive search, as data. A node is its durable state and what it went through since it
// started; running that again through the real consensus::Replica gives the node back, so that nothing of the product needs
// to be copied. Time jumps beyond every time-out between two events: no safety rule may rest on patience.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "consensus/core/replica.hpp"

namespace parley::sim {

struct DurableState {
    consensus::Ballot promised;
    std::map<consensus::Slot, consensus::AcceptedValue> accepted;  // the record of the highest ballot
    std::set<consensus::Slot> faulty;                              // whose record was damaged
    consensus::Slot let_go;                                        // what the log begins behind; applied, and durably so
    std::uint64_t lives = 0;                                       // chance of this one; matters where somebody reads
    // Every vote this node ever gave: what it is judged by, not what it starts with.
    std::map<std::pair<consensus::Slot, consensus::Ballot>, consensus::Value> votes;
};

// It asks for leadership. `granted`: the pre-prepare round, which changes no state anywhere, is taken as done.
struct Campaign {
    std::int64_t number = 0;  // stamps what this attempt proposes
    bool granted = true;
};
struct Propose {
    std::uint8_t command = 0;
};
struct Deliver {
    consensus::NodeId from;
    consensus::Message message;
};
// Somebody reads here.
struct Ask {
    std::uint64_t ticket = 0;
};
// The connection to that voter is there again: nothing new, but what was lost is sent once more.
struct Reconnect {
    consensus::NodeId peer;
};
// All that is chosen here is applied for good, and the log lets go of it.
struct LetGo {};
struct SmallEvent {
    std::variant<Campaign, Propose, Deliver, Ask, Reconnect, LetGo> what;
    // The process dies before its n-th sync since this event began, with all that waited for it; 0: it lives.
    int dies_before_sync = 0;
};

// What one event left behind.
struct SmallStep {
    DurableState durable;
    std::vector<consensus::Outgoing> sent;      // to others
    std::vector<consensus::ChosenSlot> chosen;  // handed to the state machine
    std::vector<consensus::ReadSlotKnown> read_slots;
    consensus::ReplicaStatus status;            // behind it
    bool died = false;
    int syncs = 0;
};

// `events` in order from a start with `durable`, as one of nodes 1 to `voters`; the step of the last one. A death is only
// looked for in the last.
SmallStep run_small_node(consensus::NodeId self, std::uint64_t voters, const DurableState& durable, const std::vector<SmallEvent>& events);

}  // namespace parley::sim
