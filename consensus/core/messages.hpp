// Every message between replicas, with its meaning, and the class that decides when it may leave (docs/protocol.md has
// the table). Asserting messages say something about this node's disk; free messages do not.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "consensus/core/types.hpp"

namespace parley::consensus {

// Candidate to all, before any promise is asked: "would you follow me?" Changes no state anywhere.
struct PrePrepare {
    Ballot ballot;             // the ballot the candidate would use
    Slot chosen_through;       // every slot up to here is chosen and held by the candidate
    friend bool operator==(const PrePrepare&, const PrePrepare&) = default;
};
// Voter to candidate. granted = no live leader is heard and the candidate is not below the compaction floor.
struct PrePrepareAnswer {
    Ballot ballot;             // as asked
    bool granted = false;
    Ballot promised;           // the voter's promise: a refused candidate goes above it next time
    Slot chosen_through;
    std::int64_t wall_ms = 0;  // the voter's clock, so that a candidate knows the median before it leads (P14)
    friend bool operator==(const PrePrepareAnswer&, const PrePrepareAnswer&) = default;
};
// Candidate to all: phase 1 for every slot from `from` on (P1).
struct Prepare {
    Ballot ballot;
    Slot from;
    Ballot handed_over_by{};   // of the leader that hands over to this candidate; its voters need not wait for its end
    friend bool operator==(const Prepare&, const Prepare&) = default;
};
// Voter to candidate, in chunks: "I accept nothing below `ballot` any more, and this is what I hold."
struct Promise {
    Ballot ballot;
    Slot chosen_through;                    // the voter's
    Slot floor;                             // the first slot it can still hand out
    Slot covered_from;                      // this chunk speaks for exactly covered_from..covered_through
    Slot covered_through;
    std::vector<AcceptedValue> accepted;    // ordered by slot; a covered slot without entry and not faulty is empty
    std::vector<Slot> faulty;               // covered slots whose record is damaged: no answer for them
    bool last = false;                      // no chunk follows; every later slot is covered and empty
    WriteId write;                          // the write that made the promise durable
    friend bool operator==(const Promise&, const Promise&) = default;
};
// Leader to all, itself included: phase 2 for one slot.
struct Accept {
    Ballot ballot;
    Slot slot;
    Value value;
    Slot chosen_through;                    // chosen notice that rides along (P6)
    friend bool operator==(const Accept&, const Accept&) = default;
};
// Voter to leader: every slot from..through is durable here at exactly this ballot.
struct Accepted {
    Ballot ballot;
    Slot from;
    Slot through;
    WriteId write;
    friend bool operator==(const Accepted&, const Accepted&) = default;
};
// Anyone to the sender of a lower ballot.
struct Reject {
    Ballot ballot;             // the one refused
    Ballot promised;
    friend bool operator==(const Reject&, const Reject&) = default;
};
// Leader to followers.
struct Heartbeat {
    Ballot ballot;
    Slot chosen_through;
    std::uint64_t round = 0;   // matches the answer to the question
    std::int64_t log_time_ms = 0;
    FeatureLevel level{};      // the cluster's, where the leader is
    friend bool operator==(const Heartbeat&, const Heartbeat&) = default;
};
struct HeartbeatAnswer {
    Ballot ballot;
    std::uint64_t round = 0;
    Slot chosen_through;
    std::int64_t wall_ms = 0;  // the follower's clock, for the median (P14)
    FeatureLevel level{};      // the highest that the follower's program knows
    friend bool operator==(const HeartbeatAnswer&, const HeartbeatAnswer&) = default;
};
// Leader to followers when nothing else carries it: slots accepted at exactly `ballot` up to chosen_through are chosen.
struct Chosen {
    Ballot ballot;
    Slot chosen_through;
    friend bool operator==(const Chosen&, const Chosen&) = default;
};
// Anyone to anyone: send me these as chosen.
struct CatchUpRequest {
    Slot from;
    Slot through;
    friend bool operator==(const CatchUpRequest&, const CatchUpRequest&) = default;
};
// Slots in order from `from` on without a gap, chosen. Empty: the sender does not hold `from`, for ever if its floor is
// above.
struct CatchUpData {
    Slot from;
    std::vector<AcceptedValue> chosen;
    Slot chosen_through;       // the sender's
    Slot floor;                // the first slot the sender can hand out
    friend bool operator==(const CatchUpData&, const CatchUpData&) = default;
};
// Follower to leader: commands that its clients want ordered. May be lost; the gateway sends again.
struct Forward {
    std::vector<net::Bytes> commands;
    friend bool operator==(const Forward&, const Forward&) = default;
};
// Leader to follower: `count` forwarded commands were not taken (queue full, or not leading).
struct ForwardRefused {
    std::uint32_t count = 0;
    friend bool operator==(const ForwardRefused&, const ForwardRefused&) = default;
};

// Anyone to leader: from which slot on does a state hold everything that was acknowledged by now? May be lost (P9).
struct ReadRequest {
    std::uint64_t id = 0;      // of the asking node; never the same in two of its lives
    friend bool operator==(const ReadRequest&, const ReadRequest&) = default;
};
// Leader to who asked, after a quorum has confirmed that it led when it chose this answer.
struct ReadSlot {
    std::uint64_t id = 0;
    Slot slot;
    friend bool operator==(const ReadSlot&, const ReadSlot&) = default;
};

// Leader to the voter it hands over to: campaign at once, with exactly the ballot `next`. Of use once (P8).
struct TakeOver {
    Ballot ballot;             // the leader's own
    Ballot next;
    friend bool operator==(const TakeOver&, const TakeOver&) = default;
};

// Leader to the other voters, beside a heartbeat where leases are on: pledge yourself to this ballot for so long (P10).
struct PledgeAsked {
    Ballot ballot;
    std::uint64_t question = 0;   // of this leader; the answer repeats it
    std::int64_t window_us = 0;
    friend bool operator==(const PledgeAsked&, const PledgeAsked&) = default;
};
// Voter to leader: from when this was written on, and for so long by this node's clock, nobody else gets a promise here.
struct Pledged {
    Ballot ballot;
    std::uint64_t question = 0;
    std::int64_t window_us = 0;
    friend bool operator==(const Pledged&, const Pledged&) = default;
};

using Message = std::variant<PrePrepare, PrePrepareAnswer, Prepare, Promise, Accept, Accepted, Reject, Heartbeat,
                             HeartbeatAnswer, Chosen, CatchUpRequest, CatchUpData, Forward, ForwardRefused,
                             ReadRequest, ReadSlot, TakeOver, PledgeAsked, Pledged>;

enum class MessageClass {
    asserting,   // leaves in order, once every write up to its own output is durable
    free,        // leaves at once
};
MessageClass message_class(const Message& message);
// "Accept", for logs, traces and scenario files.
const char* message_name(const Message& message);

template <class Archive>
void serialize(Archive& a, PrePrepare& m, unsigned) {
    a & make_nvp("ballot", m.ballot) & make_nvp("chosen_through", m.chosen_through);
}
template <class Archive>
void serialize(Archive& a, PrePrepareAnswer& m, unsigned) {
    a & make_nvp("ballot", m.ballot) & make_nvp("granted", m.granted) & make_nvp("promised", m.promised) &
        make_nvp("chosen_through", m.chosen_through) & make_nvp("wall_ms", m.wall_ms);
}
template <class Archive>
void serialize(Archive& a, Prepare& m, unsigned) {
    a & make_nvp("ballot", m.ballot) & make_nvp("from", m.from) & make_nvp("handed_over_by", m.handed_over_by);
}
template <class Archive>
void serialize(Archive& a, Promise& m, unsigned) {
    a & make_nvp("ballot", m.ballot) & make_nvp("chosen_through", m.chosen_through) & make_nvp("floor", m.floor) &
        make_nvp("covered_from", m.covered_from) & make_nvp("covered_through", m.covered_through) &
        make_nvp("accepted", m.accepted) & make_nvp("faulty", m.faulty) & make_nvp("last", m.last) &
        make_nvp("write", m.write);
}
template <class Archive>
void serialize(Archive& a, Accept& m, unsigned) {
    a & make_nvp("ballot", m.ballot) & make_nvp("slot", m.slot) & make_nvp("value", m.value) &
        make_nvp("chosen_through", m.chosen_through);
}
template <class Archive>
void serialize(Archive& a, Accepted& m, unsigned) {
    a & make_nvp("ballot", m.ballot) & make_nvp("from", m.from) & make_nvp("through", m.through) &
        make_nvp("write", m.write);
}
template <class Archive>
void serialize(Archive& a, Reject& m, unsigned) {
    a & make_nvp("ballot", m.ballot) & make_nvp("promised", m.promised);
}
template <class Archive>
void serialize(Archive& a, Heartbeat& m, unsigned) {
    a & make_nvp("ballot", m.ballot) & make_nvp("chosen_through", m.chosen_through) & make_nvp("round", m.round) &
        make_nvp("log_time_ms", m.log_time_ms) & make_nvp("level", m.level);
}
template <class Archive>
void serialize(Archive& a, HeartbeatAnswer& m, unsigned) {
    a & make_nvp("ballot", m.ballot) & make_nvp("round", m.round) & make_nvp("chosen_through", m.chosen_through) &
        make_nvp("wall_ms", m.wall_ms) & make_nvp("level", m.level);
}
template <class Archive>
void serialize(Archive& a, Chosen& m, unsigned) {
    a & make_nvp("ballot", m.ballot) & make_nvp("chosen_through", m.chosen_through);
}
template <class Archive>
void serialize(Archive& a, CatchUpRequest& m, unsigned) {
    a & make_nvp("from", m.from) & make_nvp("through", m.through);
}
template <class Archive>
void serialize(Archive& a, CatchUpData& m, unsigned) {
    a & make_nvp("from", m.from) & make_nvp("chosen", m.chosen) & make_nvp("chosen_through", m.chosen_through) &
        make_nvp("floor", m.floor);
}
template <class Archive>
void serialize(Archive& a, Forward& m, unsigned) {
    a & make_nvp("commands", m.commands);
}
template <class Archive>
void serialize(Archive& a, ForwardRefused& m, unsigned) {
    a & make_nvp("count", m.count);
}
template <class Archive>
void serialize(Archive& a, ReadRequest& m, unsigned) {
    a & make_nvp("id", m.id);
}
template <class Archive>
void serialize(Archive& a, ReadSlot& m, unsigned) {
    a & make_nvp("id", m.id) & make_nvp("slot", m.slot);
}
template <class Archive>
void serialize(Archive& a, TakeOver& m, unsigned) {
    a & make_nvp("ballot", m.ballot) & make_nvp("next", m.next);
}
template <class Archive>
void serialize(Archive& a, PledgeAsked& m, unsigned) {
    a & make_nvp("ballot", m.ballot) & make_nvp("question", m.question) & make_nvp("window_us", m.window_us);
}
template <class Archive>
void serialize(Archive& a, Pledged& m, unsigned) {
    a & make_nvp("ballot", m.ballot) & make_nvp("question", m.question) & make_nvp("window_us", m.window_us);
}

}  // namespace parley::consensus
