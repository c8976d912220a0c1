#include "sim/oracles/room.hpp"

#include <fmt/core.h>

namespace parley::sim {

using consensus::NodeId;
using consensus::Slot;

void RoomOracle::reached(NodeId to, bool has_room, const consensus::Message& message) {
    if (const auto* prepare = std::get_if<consensus::Prepare>(&message)) {
        had_room_[to][{prepare->ballot, Slot{}}] |= has_room;
    } else if (const auto* accept = std::get_if<consensus::Accept>(&message)) {
        had_room_[to][{accept->ballot, accept->slot}] |= has_room;
    }
}

void RoomOracle::sent(NodeId from, const consensus::Message& message) {
    if (const auto* promise = std::get_if<consensus::Promise>(&message)) {
        answered(from, {promise->ballot, Slot{}});
    } else if (const auto* accepted = std::get_if<consensus::Accepted>(&message)) {
        for (Slot slot = accepted->from; slot <= accepted->through; slot = slot.next()) answered(from, {accepted->ballot, slot});
    }
}

// What a node asks of itself does not travel, and it may.
void RoomOracle::answered(NodeId voter, const Asked& asked) {
    const auto& [ballot, slot] = asked;
    const auto& known = had_room_[voter];
    const auto found = known.find(asked);
    if (ballot.node == voter || found == known.end() || found->second) return;
    const std::string what = slot == Slot{} ? "promises" : fmt::format("votes for slot {} at", slot.value);
    judge_.fail(Oracle::bounds, fmt::format("node {:x} {} ballot {}.{:x}, and had no room on its disk when it was asked", voter.value, what, ballot.round,
                                            ballot.node.value));
}

}  // namespace parley::sim
