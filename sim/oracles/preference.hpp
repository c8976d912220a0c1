// PreferenceOracle (O18): operators say which replica should lead. A leader makes way only for a voter of higher priority, tries it again the
// later the more often it was in vain, and when all is well none leads beside a voter of higher priority. It follows docs/protocol.md, P8, and
// nothing of how the product does.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "consensus/core/membership.hpp"
#include "consensus/driver/leadership.hpp"
#include "sim/oracles/judge.hpp"

namespace parley::sim {

class PreferenceOracle {
public:
    PreferenceOracle(Judge& judge, const consensus::LeadershipTimes& times) : judge_(judge), times_(times) {}

    // A chosen configuration, or one that is proposed: its list of priorities names members, each once and in order, that differ from the default.
    void seen(const consensus::Configuration& configuration);

    // A process of that node, of its life number `life`, begins to make way for another because of its priority; `now` by its own steady clock.
    void made_way(consensus::NodeId from, std::uint64_t life, consensus::NodeId to, const consensus::Configuration& known, net::Instant now);

    struct Standing {
        std::string who;
        std::uint32_t priority = consensus::default_priority;
        bool leads = false;
    };
    // Of all voters that run, when nothing is wrong any more: a sentence where another one should lead.
    [[nodiscard]] static std::optional<std::string> wrong_leader(const std::vector<Standing>& voters);

    [[nodiscard]] const consensus::LeadershipTimes& times() const { return times_; }

private:
    struct Attempt {
        std::uint64_t life = 0;
        std::uint64_t configuration = 0;
        net::Instant at{};
        net::Duration pause{};   // the least between it and the next one
    };
    void fail(consensus::NodeId node, const std::string& what);

    Judge& judge_;
    const consensus::LeadershipTimes times_;
    std::map<consensus::NodeId, Attempt> attempts_;   // the last of each
};

}  // namespace parley::sim
