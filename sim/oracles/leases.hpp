// LeaseOracle (O7): as long as a leader may answer reads on its lease, nobody else gets anything chosen that it does not know. It
// sees proposals as they are sent, and asks every replica whether it holds a lease in that very moment, by its own clock.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "consensus/core/messages.hpp"
#include "sim/oracles/judge.hpp"

namespace parley::sim {

class LeaseOracle {
public:
    struct Holder {
        consensus::NodeId node;
        consensus::Ballot ballot;
        consensus::Slot chosen_through;
    };

    explicit LeaseOracle(Judge& judge) : judge_(judge) {}

    void watch() { watches_ = true; }
    // All that would answer a read on a lease if one came now.
    std::function<std::vector<Holder>()> holders;

    void sent(consensus::NodeId from, const consensus::Message& message);
    // An answer leaves that stands on the lease of that ballot and tells of slots up to this one.
    void answered(consensus::NodeId node, consensus::Ballot ballot, consensus::Slot slot);

private:
    void fail(const Holder& holder, consensus::Ballot other, consensus::Slot slot, const char* what);

    Judge& judge_;
    bool watches_ = false;
    std::map<consensus::Ballot, consensus::Slot> proposed_;   // the highest slot at each ballot
};

}  // namespace parley::sim
