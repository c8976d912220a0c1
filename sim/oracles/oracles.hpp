// Oracles: all of them together, and the one way in which consensus messages reach them.
#pragma once

#include <functional>
#include <map>

#include "sim/oracles/agreement.hpp"
#include "sim/oracles/commands.hpp"
#include "sim/oracles/durability.hpp"
#include "sim/oracles/equality.hpp"

namespace parley::sim {

class Oracles {
public:
    Oracles(const EventQueue& queue, std::size_t voters);

    // A frame on a consensus link, as it is sent. True: it claims something about the sender's disk.
    bool consensus_frame(consensus::NodeId from, const net::SharedBytes& frame);
    // What that frame said, if it was the last one looked at.
    [[nodiscard]] const consensus::Message* last_message(const net::SharedBytes& frame) const {
        return frame == last_frame_ ? &*last_message_ : nullptr;
    }
    void applied(consensus::NodeId node, consensus::Slot slot, const consensus::Value& value);

    // The machine begins anew from an image of another replica: it must be the state that replaying gives, and newer than what
    // it replaces (O12).
    void installed(MachineId machine, consensus::Slot slot, std::uint64_t hash, consensus::Slot replaced);

    Judge judge;
    History history;
    AgreementOracle agreement;
    DurabilityOracle durability;
    EqualityOracle equality;
    CommandOracle commands;
    std::uint64_t images_installed = 0;

private:
    // A broadcast is one buffer on several links: decoded once.
    net::SharedBytes last_frame_;
    std::optional<consensus::Message> last_message_;
};

}  // namespace parley::sim
