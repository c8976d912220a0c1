// One rule set per message. See admission.hpp; P5 and P15 of docs/protocol.md.
#include "consensus/core/admission.hpp"

#include <algorithm>

namespace parley::consensus {

namespace {

constexpr std::uint64_t greatest = std::uint64_t{1} << 62U;

bool sane(Slot slot) { return slot.value <= greatest; }
bool sane(Ballot ballot) { return ballot.round <= greatest; }
bool sane(const AcceptedValue& value) { return value.slot.value > 0 && sane(value.slot) && sane(value.ballot); }
// Nobody pledges for longer than a day; it keeps arithmetic in range.
bool sane_window(std::int64_t window_us) { return window_us > 0 && window_us <= std::int64_t{86'400} * 1'000'000; }
bool sane(const std::vector<AcceptedValue>& values) {
    return std::ranges::all_of(values, [](const AcceptedValue& value) { return sane(value); });
}

struct Rules {
    NodeId from;
    NodeId self;

    // Only its owner speaks for a ballot.
    [[nodiscard]] bool theirs(Ballot ballot) const { return sane(ballot) && ballot.round > 0 && ballot.node == from; }
    // Answers come back to the ballot's owner.
    [[nodiscard]] bool ours(Ballot ballot) const { return sane(ballot) && ballot.node == self; }

    bool operator()(const PrePrepare& m) const { return theirs(m.ballot) && sane(m.chosen_through); }
    bool operator()(const PrePrepareAnswer& m) const {
        return ours(m.ballot) && sane(m.promised) && sane(m.chosen_through);
    }
    bool operator()(const Prepare& m) const { return theirs(m.ballot) && m.from.value > 0 && sane(m.from) && sane(m.handed_over_by); }
    bool operator()(const Promise& m) const {
        return ours(m.ballot) && sane(m.chosen_through) && sane(m.floor) && sane(m.covered_from) && sane(m.covered_through) &&
               sane(m.accepted);
    }
    bool operator()(const Accept& m) const {
        return theirs(m.ballot) && m.slot.value > 0 && sane(m.slot) && !m.value.empty() && sane(m.chosen_through);
    }
    bool operator()(const Accepted& m) const {
        return ours(m.ballot) && m.from.value > 0 && m.from <= m.through && sane(m.through);
    }
    bool operator()(const Reject& m) const { return ours(m.ballot) && sane(m.promised); }
    bool operator()(const Heartbeat& m) const { return theirs(m.ballot) && sane(m.chosen_through); }
    bool operator()(const HeartbeatAnswer& m) const { return ours(m.ballot) && sane(m.chosen_through); }
    bool operator()(const Chosen& m) const { return theirs(m.ballot) && sane(m.chosen_through); }
    bool operator()(const CatchUpRequest& m) const {
        return m.from.value > 0 && m.from <= m.through && sane(m.through);
    }
    bool operator()(const CatchUpData& m) const { return sane(m.chosen) && sane(m.chosen_through) && sane(m.floor); }
    bool operator()(const Forward&) const { return true; }
    bool operator()(const ForwardRefused&) const { return true; }
    bool operator()(const ReadRequest&) const { return true; }
    bool operator()(const ReadSlot& m) const { return sane(m.slot); }
    bool operator()(const TakeOver& m) const { return theirs(m.ballot) && ours(m.next) && m.next > m.ballot; }
    bool operator()(const PledgeAsked& m) const { return theirs(m.ballot) && sane_window(m.window_us); }
    bool operator()(const Pledged& m) const { return ours(m.ballot) && sane_window(m.window_us); }
};

}  // namespace

bool admissible(NodeId from, NodeId self, const Message& message) { return std::visit(Rules{from, self}, message); }

}  // namespace parley::consensus
