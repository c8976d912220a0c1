// What goes into the protocol and what comes out: the whole interface of the pure core.
// Replica::step(Event, Moment) -> Output. Time, chance and durability arrive as data.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "consensus/core/membership.hpp"
#include "consensus/core/messages.hpp"
#include "net/ports/time.hpp"

namespace parley::consensus {

// The circumstances of one step.
struct Moment {
    net::Instant now;
    net::WallTime wall;
    std::uint64_t chance = 0;   // fresh bits for this step (election jitter)
};

// ---- events ----
struct Tick {};                                           // time passed; sent about every tick_interval
struct Received { NodeId from; Message message; };        // from may be this node itself (loop-back)
struct Proposed { std::vector<net::Bytes> commands; };    // from this replica's own gateway
struct Durable { WriteId write; };                        // every write up to this one is on disk
struct PeerUp { NodeId peer; };
struct PeerDown { NodeId peer; };                         // its connection closed (P8)
struct LogRead {                                          // the answer to an Output::reads entry
    NodeId for_peer;
    Slot from;
    std::vector<AcceptedValue> records;                   // without a gap from `from`; empty: not held
};
struct Compacted { Slot floor; };                         // this node's log begins here now
struct HandOver { NodeId to; };                           // if this node leads: let that voter lead (P8)
struct RoomChanged { bool enough; };                       // on this node's disk, for all that may still have to be written (P16)
struct ReadAsked { std::uint64_t ticket; };               // somebody reads here: from when on? Tickets only grow
using Event = std::variant<Tick, Received, Proposed, Durable, PeerUp, PeerDown, LogRead, Compacted, ReadAsked, HandOver,
                           RoomChanged, MembershipChange>;   // the last: asked of a leader, see Replica::may_change

// ---- output ----
struct PromiseWrite { Ballot ballot; };                   // into meta: nothing below this ballot is accepted any more
struct AcceptWrite { AcceptedValue accepted; };           // into the log
using Write = std::variant<PromiseWrite, AcceptWrite>;

struct Outgoing {
    NodeId to;                                            // self: loop-back through the same queues
    Message message;
    // The lease that this answer stands on ends then: whoever hands it out looks at the clock again, and later it may not leave (P10).
    std::optional<net::Instant> leased_until{};
};

struct ChosenSlot { Slot slot; Value value; };

struct ReadWanted { NodeId for_peer; Slot from; Slot through; };   // older than memory holds: the Driver asks the log

// Every read up to this ticket sees all that was acknowledged before it was asked, once this slot is applied (P9).
struct ReadSlotKnown { std::uint64_t through; Slot slot; };

struct Output {
    WriteId write;                       // the id of the last write asked for so far, this output's included
    std::vector<Write> writes;           // in order
    std::vector<Outgoing> messages;      // in order
    std::vector<ChosenSlot> chosen;      // next slots in order, each exactly once per incarnation
    std::vector<ReadWanted> reads;
    std::optional<ReadSlotKnown> read_slot;
    std::optional<FeatureLevel> outdated;   // the cluster's; this program knows it not, and nothing of this step may leave
    std::uint32_t refused = 0;           // proposed commands that were not taken: no leader, or the queue is full
};

enum class Role : std::uint8_t { follower, candidate, leader };

// What others may see of a replica; cheap to copy.
struct ReplicaStatus {
    Role role = Role::follower;
    Ballot promised;
    Ballot ballot;                        // of the leader followed, or of this node's own attempt
    std::optional<NodeId> leader;         // known and heard lately
    bool leading = false;                 // leader whose recovery no-op is chosen
    Slot chosen_through;
    Slot next_slot;                       // the leader's next free slot
    std::uint32_t open_slots = 0;
    std::uint32_t queued_commands = 0;
    std::size_t accepted_slots = 0;       // held here, and not known as chosen (P15)
    std::size_t memory_bytes = 0;         // of chosen values, kept for peers that lag (P15)
    std::uint64_t configuration_id = 0;   // of the configuration that governs the next slot
    bool votes = true;                    // in that configuration
    bool dismissed = false;               // removed, and nobody needs this node's answers any more
    std::optional<NodeId> handing_over_to;   // a leader that proposes nothing new meanwhile
    Slot floor{1};                        // the first slot this node can hand out
    // What is missing here lies below the floor of every peer that can be reached: only a snapshot helps.
    bool needs_snapshot = false;
    FeatureLevel feature_level{};         // of the cluster
    bool leases = false;                  // leaders may answer reads on leases
    std::optional<net::Instant> lease_until{};   // this leader's, when it has one; it may be over
    bool has_room = true;                 // on this node's disk (P16)
    std::int64_t clock_offset_ms = 0;     // own clock minus the voters' median, as the leader sees it
};

}  // namespace parley::consensus
