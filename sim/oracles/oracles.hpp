// Oracles: all of them together, and the one way in which consensus messages reach them.
#pragma once

#include <functional>
#include <map>

#include "net/frame/frame.hpp"
#include "sim/oracles/agreement.hpp"
#include "sim/oracles/bounds.hpp"
#include "sim/oracles/commands.hpp"
#include "sim/oracles/configurations.hpp"
#include "sim/oracles/durability.hpp"
#include "sim/oracles/equality.hpp"
#include "sim/oracles/leases.hpp"
#include "sim/oracles/levels.hpp"
#include "sim/oracles/log_time.hpp"
#include "sim/oracles/preference.hpp"
#include "sim/oracles/quorums.hpp"
#include "sim/oracles/room.hpp"

namespace parley::sim {

struct ImageSeen {
    consensus::Slot slot;
    std::uint64_t state = 0;   // its digest, as the image itself says
    std::uint64_t bytes = 0;   // a hash of all of it
};

class Oracles {
public:
    Oracles(const EventQueue& queue, std::size_t voters, const consensus::LeadershipTimes& leadership);

    // A frame on a consensus link, as it is sent. True: it claims something about the sender's disk.
    bool consensus_frame(consensus::NodeId from, const net::SharedBytes& frame);
    // The same frame, or another, as a node takes it from its link.
    void consensus_frame_reached(consensus::NodeId from, consensus::NodeId to, const net::FrameView& frame);
    // What that frame said, if it was the last one looked at.
    [[nodiscard]] const consensus::Message* last_message(const net::SharedBytes& frame) const {
        return frame == last_frame_ ? &*last_message_ : nullptr;
    }
    void applied(consensus::NodeId node, consensus::Slot slot, const consensus::Value& value);

    // By the node's own account, while it runs; empty in a run in which no disk gets full.
    std::function<bool(consensus::NodeId)> has_room;
    // Has a fault within the budget taken something of what this replica had on its disk?
    std::function<bool(std::size_t replica)> is_damaged = [](std::size_t) { return false; };

    // All images of one slot hold the same bytes, whoever made them.
    void image_made(consensus::Slot slot, std::uint64_t bytes) { images_.try_emplace(slot, bytes); }
    // The machine begins anew from an image of another replica: it must be one that was made, hold the state that replaying
    // gives, and be newer than what it replaces (O12).
    void installed(MachineId machine, const ImageSeen& image, consensus::Slot replaced);

    Judge judge;
    History history;
    AgreementOracle agreement;
    ConfigurationOracle configurations;
    LeaseOracle leases;
    LevelOracle levels;
    QuorumOracle quorums;
    DurabilityOracle durability;
    EqualityOracle equality;
    BoundsOracle bounds;
    RoomOracle room;
    LogTimeOracle log_time;
    PreferenceOracle preference;
    CommandOracle commands;
    std::uint64_t images_installed = 0;

private:
    void see_values(const consensus::Message& message);

    std::map<consensus::Slot, std::uint64_t> images_;
    // A broadcast is one buffer on several links: decoded once.
    net::SharedBytes last_frame_;
    std::optional<consensus::Message> last_message_;
};

}  // namespace parley::sim
