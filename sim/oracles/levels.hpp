// LevelOracle (O16): replicas run programs of different versions, and the cluster's feature level is chosen through the log. Nobody sends, votes
// for or applies what its own program does not know, nothing above the cluster's level is proposed, and the level rises only when every
// member has said that it knows the next one. It follows docs/protocol.md, "Feature levels", and nothing of how the product does.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "consensus/core/messages.hpp"
#include "sim/oracles/configurations.hpp"
#include "sim/oracles/judge.hpp"

namespace parley::sim {

class LevelOracle {
public:
    LevelOracle(Judge& judge, const ConfigurationOracle& configurations) : judge_(judge), configurations_(configurations) {}

    // A process of that node begins, with a program of this level. While nobody is told of here, nothing is judged.
    void started(consensus::NodeId node, consensus::FeatureLevel level);
    [[nodiscard]] bool is_watching() const { return !programs_.empty(); }

    // Before the configuration oracle hears of it.
    void sent(consensus::NodeId from, const consensus::Message& message);
    void reached(consensus::NodeId from, consensus::NodeId to, const consensus::Message& message);
    void applied(consensus::NodeId node, consensus::Slot slot, const consensus::Value& value);

    // May a program of this level refuse to run as that node? Where a higher level was proposed, to others or to itself alone.
    [[nodiscard]] bool may_refuse(consensus::NodeId node, consensus::FeatureLevel level) const;

private:
    void value_seen(const consensus::Value& value);
    void check_proposal(consensus::NodeId from, const consensus::Accept& accept);
    void check_raise(consensus::NodeId from, const consensus::Accept& accept, const consensus::Configuration& before, consensus::FeatureLevel level);
    void fail(consensus::Slot slot, consensus::NodeId node, const char* what);

    Judge& judge_;
    const ConfigurationOracle& configurations_;
    std::map<consensus::NodeId, consensus::FeatureLevel> programs_;
    std::map<consensus::NodeId, consensus::FeatureLevel> highest_programs_;   // that ever ran there
    consensus::FeatureLevel highest_proposed_;
    // By the leader's ballot: the highest that each member has said in an answer that reached the leader. Not the last: a proposal may be
    // made while nobody is connected, and is seen here when it is sent again.
    std::map<consensus::Ballot, std::map<consensus::NodeId, consensus::FeatureLevel>> reports_;
    std::map<std::pair<consensus::Slot, consensus::Ballot>, consensus::FeatureLevel> proposed_;
    std::set<std::pair<consensus::Slot, std::uint64_t>> seen_;   // slots and values: a new leader proposes again what it finds
};

}  // namespace parley::sim
