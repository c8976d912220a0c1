// ConfigurationOracle (O8): which configuration governs which slot, by the chosen values alone, and whether those who act may. It
// follows docs/protocol.md, P11, and nothing of how the product does.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "consensus/core/messages.hpp"
#include "sim/oracles/judge.hpp"

namespace parley::sim {

class AgreementOracle;

class ConfigurationOracle {
public:
    ConfigurationOracle(Judge& judge, const AgreementOracle& agreement) : judge_(judge), agreement_(agreement) {}

    // A learner that becomes a voter may miss no more than `lag_max` slots.
    void begin(const consensus::Configuration& genesis, std::uint64_t lag_max);

    // Before the agreement oracle hears of the value.
    void value_seen(consensus::Slot slot, const consensus::Value& value);
    void sent(consensus::NodeId from, const consensus::Message& message);
    void applied(consensus::NodeId node, consensus::Slot slot);
    void chosen(consensus::Slot slot, std::uint64_t value);

    // nullptr while a slot below may hold a configuration and is not known as chosen.
    [[nodiscard]] const consensus::Configuration* governing(consensus::Slot slot) const;
    [[nodiscard]] std::optional<consensus::Slot> open_below(consensus::Slot slot) const;
    // Another leader has had a configuration below this slot chosen: what is proposed there at an older ballot comes to nothing.
    [[nodiscard]] bool is_overtaken(consensus::Slot slot, consensus::Ballot ballot) const;
    [[nodiscard]] const consensus::Configuration& newest() const { return governs_.rbegin()->second; }
    [[nodiscard]] std::uint64_t changes() const { return governs_.size() - 1; }

private:
    void check_proposal(consensus::NodeId from, const consensus::Accept& accept);
    void check_newcomer(const consensus::Configuration& before, const consensus::Accept& accept);
    void fail(consensus::Slot slot, consensus::NodeId node, const char* what);

    Judge& judge_;
    const AgreementOracle& agreement_;
    std::uint64_t lag_max_ = 0;
    std::map<consensus::Slot, consensus::Configuration> governs_;            // by the first slot
    std::map<std::uint64_t, consensus::Configuration> configurations_;       // by the value's hash
    std::set<consensus::Slot> open_;                                         // may hold one, not known as chosen
    std::map<consensus::NodeId, consensus::Slot> applied_;
};

// How many of the nodes vote in it, and whether that is a quorum.
bool is_quorum(const consensus::Configuration& configuration, const std::set<consensus::NodeId>& nodes);

}  // namespace parley::sim
