// QuorumOracle (O8): hears the answers of voters as they reach the node that counts them. Nobody proposes at a ballot
// before a quorum's promises to that very ballot have reached it, and no slot is chosen before a quorum's votes at one
// ballot have reached its leader; who votes says the configuration that governs the slot. O1 knows what voters sent, this
// one what the counting node can know.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "consensus/core/messages.hpp"
#include "sim/oracles/configurations.hpp"
#include "sim/oracles/judge.hpp"

namespace parley::sim {

class QuorumOracle {
public:
    QuorumOracle(Judge& judge, const ConfigurationOracle& configurations) : judge_(judge), configurations_(configurations) {}

    // The message is handed to `to`. What a node says to itself does not travel: its own answer is taken on trust.
    void reached(consensus::NodeId from, consensus::NodeId to, const consensus::Message& message);
    // Accepts as they are sent.
    void sent(consensus::NodeId from, const consensus::Message& message);
    // The node hands the slot to its state machine.
    void applied(consensus::NodeId node, consensus::Slot slot);

private:
    using Place = std::pair<consensus::Slot, consensus::Ballot>;
    using Nodes = std::uint64_t;   // a bit each

    Nodes bit_of(consensus::NodeId node);
    // Of those who answered and the proposer itself.
    [[nodiscard]] bool is_quorum(const consensus::Configuration& configuration, Nodes others, consensus::NodeId proposer);

    Judge& judge_;
    const ConfigurationOracle& configurations_;
    std::map<consensus::NodeId, std::size_t> places_;
    std::map<consensus::Ballot, Nodes> promises_;
    std::map<Place, Nodes> votes_;
    std::set<std::pair<consensus::Ballot, std::uint64_t>> proposing_;   // under the configuration of that id
    consensus::Slot chosen_through_;   // applied by somebody, each of them looked at
};

}  // namespace parley::sim
