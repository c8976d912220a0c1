// SmallNode: one voter of the exhaustive search, as data. A node is its durable state and what it went through since it
// started; running that again through the real consensus::Replica gives the node back, so that nothing of the product needs
// to be copied. Time jumps beyond every time-out between two events: no safety rule may rest on patience.
#pragma once

#include <cstdint>
#include <map>
#include <variant>
#include <vector>

#include "consensus/core/replica.hpp"

namespace parley::sim {

struct DurableState {
    consensus::Ballot promised;
    std::map<consensus::Slot, consensus::AcceptedValue> accepted;  // the record of the highest ballot
};

// It asks for leadership; the pre-prepare round, which changes no state anywhere, is taken as granted.
struct Campaign {
    std::int64_t number = 0;
};  // stamps what this attempt proposes
struct Propose {
    std::uint8_t command = 0;
};
struct Deliver {
    consensus::NodeId from;
    consensus::Message message;
};
struct SmallEvent {
    std::variant<Campaign, Propose, Deliver> what;
    // The process dies before its n-th sync since this event began, with all that waited for it; 0: it lives.
    int dies_before_sync = 0;
};

// What one event left behind.
struct SmallStep {
    DurableState durable;
    std::vector<consensus::Outgoing> sent;      // to others
    std::vector<consensus::ChosenSlot> chosen;  // handed to the state machine
    consensus::ReplicaStatus status;            // behind it
    bool died = false;
    int syncs = 0;
};

// `events` in order from a start with `durable`; the step of the last one. A death is only looked for in the last.
SmallStep run_small_node(consensus::NodeId self, const DurableState& durable, const std::vector<SmallEvent>& events);

inline constexpr std::uint64_t small_voters = 3;

}  // namespace parley::sim
