#include "sim/oracles/levels.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "consensus/core/membership.hpp"
#include "sim/oracles/agreement.hpp"

namespace parley::sim {

using consensus::Configuration;
using consensus::FeatureLevel;
using consensus::NodeId;
using consensus::Slot;

namespace {

// Does a member that stays have another address in the later one?
bool moves_anybody(const Configuration& before, const Configuration& after) {
    for (const auto* group : {&after.voters, &after.learners}) {
        for (const consensus::Member& member : *group) {
            const consensus::Member* const known = consensus::find_member(before, member.node);
            if (known != nullptr && known->address != member.address) return true;
        }
    }
    return false;
}

}  // namespace

void LevelOracle::fail(Slot slot, NodeId node, const char* what) {
    judge_.fail(Oracle::versions, fmt::format("slot {}: node {:x} {}", slot.value, node.value, what));
}

void LevelOracle::started(NodeId node, FeatureLevel level) {
    programs_[node] = level;
    highest_programs_[node] = std::max(highest_programs_[node], level);
}

bool LevelOracle::may_refuse(NodeId node, FeatureLevel level) const {
    const auto highest = highest_programs_.find(node);
    return level < highest_proposed_ || (highest != highest_programs_.end() && level < highest->second);
}

void LevelOracle::value_seen(const consensus::Value& value) {
    highest_proposed_ = std::max(highest_proposed_, consensus::level_of(value).value_or(FeatureLevel{}));
}

void LevelOracle::sent(NodeId from, const consensus::Message& message) {
    if (!is_watching()) return;
    const auto* const promise = std::get_if<consensus::Promise>(&message);
    const auto* const data = std::get_if<consensus::CatchUpData>(&message);
    if (promise != nullptr || data != nullptr) {
        for (const auto& held : promise != nullptr ? promise->accepted : data->chosen) value_seen(held.value);
        return;
    }
    if (const auto* accept = std::get_if<consensus::Accept>(&message)) return check_proposal(from, *accept);
    if (const auto* accepted = std::get_if<consensus::Accepted>(&message)) {
        for (auto place = proposed_.lower_bound({accepted->from, {}}); place != proposed_.end() && place->first.first <= accepted->through; ++place) {
            if (place->first.second == accepted->ballot && place->second > programs_[from]) fail(place->first.first, from, "votes for a level that its program does not know");
        }
    } else if (const auto* heartbeat = std::get_if<consensus::Heartbeat>(&message)) {
        const Configuration* const governs = configurations_.governing(heartbeat->chosen_through.next());
        // What a leader without others decides for itself is not seen here: it may be ahead.
        if (governs != nullptr && heartbeat->level < governs->level) fail(heartbeat->chosen_through.next(), from, "leads below the feature level that governs there");
    }
}

void LevelOracle::check_proposal(NodeId from, const consensus::Accept& accept) {
    const auto level = consensus::level_of(accept.value);
    if (!level) return;
    value_seen(accept.value);
    proposed_[{accept.slot, accept.ballot}] = *level;
    if (*level > programs_[from]) return fail(accept.slot, from, "proposes a level that its program does not know");
    const Configuration* const before = configurations_.governing(accept.slot);
    const auto next = consensus::configuration_in(accept.value);
    const bool is_news = seen_.insert({accept.slot, hash_of_value(accept.value)}).second;
    if (!is_news || before == nullptr || !next || next->id != before->id + 1) return;
    if (*level < before->level) return fail(accept.slot, from, "lets the feature level fall");
    if (*level > before->level) return check_raise(from, accept, *before, *level);
    if (before->level < consensus::level_of_moves && moves_anybody(*before, *next)) fail(accept.slot, from, "moves a member below the level that knows moves");
    if (before->level < consensus::level_of_leases && next->leases) fail(accept.slot, from, "switches leases on below the level that knows them");
}

void LevelOracle::check_raise(NodeId from, const consensus::Accept& accept, const Configuration& before, FeatureLevel level) {
    // To this leader or to an earlier one, whose proposal this may be: it is seen here first when somebody else proposes it again.
    const auto has_said_so = [&](NodeId node) {
        return std::ranges::any_of(reports_, [&](const auto& said) {
            const auto report = said.second.find(node);
            return report != said.second.end() && report->second >= level;
        });
    };
    for (const auto* group : {&before.voters, &before.learners}) {
        for (const consensus::Member& member : *group) {
            if (member.node != from && !has_said_so(member.node)) return fail(accept.slot, member.node, "is a member and has not said to a leader that it knows the level that is proposed");
        }
    }
}

void LevelOracle::reached(NodeId from, NodeId to, const consensus::Message& message) {
    const auto* const answer = std::get_if<consensus::HeartbeatAnswer>(&message);
    if (!is_watching() || answer == nullptr || answer->ballot.node != to) return;
    FeatureLevel& highest = reports_[answer->ballot][from];
    highest = std::max(highest, answer->level);
}

void LevelOracle::applied(NodeId node, Slot slot, const consensus::Value& value) {
    if (!is_watching()) return;
    const FeatureLevel program = programs_[node];
    value_seen(value);
    if (consensus::level_of(value).value_or(FeatureLevel{}) > program) fail(slot, node, "applies a level that its program does not know");
    const Configuration* const governs = configurations_.governing(slot);
    if (governs != nullptr && governs->level > program) fail(slot, node, "applies a slot of a level that its program does not know");
}

}  // namespace parley::sim
