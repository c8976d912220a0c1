// DurabilityOracle (O2): keeps what every node claimed about its disk (sent Prepare, Promise, Accepted; applied slots)
// and compares it with what a log opened from the bytes of the medium alone says. It never touches the node's own log.
#pragma once

#include <functional>
#include <map>

#include "consensus/core/messages.hpp"
#include "consensus/storage/log.hpp"
#include "sim/oracles/agreement.hpp"
#include "sim/oracles/judge.hpp"

namespace parley::sim {

class DurabilityOracle {
public:
    DurabilityOracle(Judge& judge, AgreementOracle& agreement, ConfigurationOracle& configurations)
        : judge_(judge), agreement_(agreement), configurations_(configurations) {}

    // True when the message claims something about the sender's disk.
    bool sent(consensus::NodeId from, const consensus::Message& message);
    void applied(consensus::NodeId node, consensus::Slot slot);

    // Does the medium hold an unharmed record of the slot at that ballot or a higher one?
    using Holds = std::function<bool(consensus::Slot, consensus::Ballot)>;

    // `log` was opened from a copy of the node's medium. Where that was damaged, a slot may be reported as faulty; it may
    // not be missing without a word. So may a slot whose acknowledged record is unharmed: a newer one of it, which nobody
    // was told of, was torn by a power cut, and the log does not know that it was not acknowledged.
    void check(consensus::NodeId node, consensus::Log& log, bool is_damaged, const Holds& holds);

    // A log is open and believes what lies in its folder: a power cut may not take away a name of it any more.
    void opened(const std::vector<std::string>& unsynced_names);

    // The node starts with this: a promise that it forgot it may break before anybody looks at its medium.
    void started(consensus::NodeId node, const consensus::Recovered& found) { check_promise(node, claims_[node], found); }

private:
    struct Claims {
        consensus::Ballot promised;
        std::map<consensus::Slot, consensus::Ballot> accepted;   // the highest ballot claimed
        consensus::Slot applied;
    };

    void check_promise(consensus::NodeId node, const Claims& claims, const consensus::Recovered& found);
    void check_open_slots(consensus::NodeId node, const Claims& claims, const consensus::Recovered& found, bool is_damaged, const Holds& holds);
    void check_chosen_slots(consensus::NodeId node, const Claims& claims, consensus::Log& log, bool is_damaged, const Holds& holds);

    Judge& judge_;
    AgreementOracle& agreement_;
    ConfigurationOracle& configurations_;
    std::map<consensus::NodeId, Claims> claims_;
};

}  // namespace parley::sim
