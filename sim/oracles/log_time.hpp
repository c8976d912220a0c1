// LogTimeOracle (O15): the time that a leader stamps on slots is within 5 s of the true one while a majority of the clocks it can hear is right,
// and never goes back. It sees proposals as they are sent and knows every machine's clock; of how the product finds a median it knows
// only that a leader has heard a quorum, and that nobody leads whose own clock is further than 5 s from what it takes for the median (P14).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "consensus/core/messages.hpp"
#include "sim/oracles/configurations.hpp"
#include "sim/oracles/judge.hpp"

namespace parley::sim {

class LogTimeOracle {
public:
    LogTimeOracle(Judge& judge, const ConfigurationOracle& configurations) : judge_(judge), configurations_(configurations) {}

    // How far each replica's wall clock is off the true time now, and that time. Without them nothing is judged.
    std::function<std::map<consensus::NodeId, std::int64_t>()> offsets;
    std::function<std::int64_t()> true_ms;
    // Leads, with its recovery behind it: what it proposes is its own, and not what it found.
    std::function<bool(consensus::NodeId)> leads;
    // What a leader knows of another clock may be so old: messages are held up, machines stand still.
    void allow_delay(std::int64_t delay_ms) { delay_ms_ = delay_ms; }

    // Clocks are looked at: often enough that none is wrong and right again in between.
    void look();
    void sent(consensus::NodeId from, const consensus::Message& message);
    void applied(consensus::Slot slot, const consensus::Value& value);

private:
    struct Newest {
        consensus::Slot slot;
        std::int64_t stamp_ms = 0;
    };
    void check_order(consensus::NodeId from, const consensus::Accept& accept, std::int64_t stamp_ms, const Newest& before);
    void check_distance(consensus::NodeId from, const consensus::Accept& accept, std::int64_t stamp_ms);
    void fail(consensus::NodeId from, const consensus::Accept& accept, std::string what);

    Judge& judge_;
    const ConfigurationOracle& configurations_;
    std::int64_t delay_ms_ = 0;
    std::set<consensus::NodeId> wrong_;                     // clocks that were wrong once: somebody may still go by what they said
    std::map<consensus::Ballot, Newest> proposed_;          // by the ballot: the highest slot and the greatest stamp
    Newest applied_;                                        // by anybody
    std::int64_t excused_ms_ = 0;                           // log time was so far ahead while it might be
};

}  // namespace parley::sim
