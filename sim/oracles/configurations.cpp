#include "sim/oracles/configurations.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "consensus/core/membership.hpp"
#include "sim/oracles/agreement.hpp"

namespace parley::sim {

using consensus::Configuration;
using consensus::NodeId;
using consensus::Slot;

bool is_quorum(const Configuration& configuration, const std::set<NodeId>& nodes) {
    const auto votes = std::ranges::count_if(configuration.voters, [&nodes](const auto& voter) { return nodes.contains(voter.node); });
    return static_cast<std::size_t>(votes) > configuration.voters.size() / 2;
}

void ConfigurationOracle::begin(const Configuration& genesis, std::uint64_t lag_max) {
    governs_[Slot{1}] = genesis;
    lag_max_ = lag_max;
}

void ConfigurationOracle::fail(Slot slot, NodeId node, const char* what) {
    judge_.fail(Oracle::quorums, fmt::format("slot {}: node {:x} {}", slot.value, node.value, what));
}

std::optional<Slot> ConfigurationOracle::open_below(Slot slot) const {
    return open_.empty() || *open_.begin() >= slot ? std::nullopt : std::optional{*open_.begin()};
}

const Configuration* ConfigurationOracle::governing(Slot slot) const {
    if (governs_.empty() || open_below(slot)) return nullptr;
    return &std::prev(governs_.upper_bound(slot))->second;
}

void ConfigurationOracle::value_seen(Slot slot, const consensus::Value& value) {
    auto configuration = consensus::configuration_in(value);
    if (!configuration) return;
    configurations_.try_emplace(hash_of_value(value), *std::move(configuration));
    if (!agreement_.chosen_value(slot)) open_.insert(slot);
}

void ConfigurationOracle::chosen(Slot slot, std::uint64_t value) {
    if (open_.erase(slot) == 0) return;
    const auto next = configurations_.find(value);
    const Configuration before = std::prev(governs_.upper_bound(slot))->second;
    if (next == configurations_.end() || next->second.id != before.id + 1) return;
    const Configuration& after = next->second;
    std::size_t differences = 0;
    for (const auto& [one, other] : {std::pair{&before, &after}, std::pair{&after, &before}}) {
        for (const auto& voter : one->voters) differences += consensus::find_voter(*other, voter.node) == nullptr ? 1U : 0U;
    }
    if (differences > 1) fail(slot, before.voters.front().node, "sees more than one voter change at once");
    governs_[slot.next()] = next->second;
}

void ConfigurationOracle::applied(NodeId node, Slot slot) { applied_[node] = std::max(applied_[node], slot); }

void ConfigurationOracle::sent(NodeId from, const consensus::Message& message) {
    if (governs_.empty()) return;
    if (const auto* prepare = std::get_if<consensus::Prepare>(&message)) {
        const Configuration* configuration = governing(prepare->from);
        if (configuration != nullptr && consensus::find_voter(*configuration, from) == nullptr) {
            fail(prepare->from, from, "campaigns and has no vote there");
        }
    } else if (const auto* accept = std::get_if<consensus::Accept>(&message)) {
        check_proposal(from, *accept);
    }
}

void ConfigurationOracle::check_proposal(NodeId from, const consensus::Accept& accept) {
    if (const auto open = open_below(accept.slot)) {
        // Whatever it holds: this leader proposed a configuration there, and must know it as chosen by now.
        const auto proposed = agreement_.proposed(*open, accept.ballot);
        const bool is_configuration = proposed && configurations_.contains(*proposed);
        if (is_configuration && !agreement_.is_backed(*open, accept.ballot)) {
            fail(accept.slot, from, "proposes behind a configuration that is not chosen");
        }
        return;
    }
    const Configuration& configuration = *governing(accept.slot);
    if (agreement_.chosen_value(accept.slot) || is_overtaken(accept.slot, accept.ballot)) return;
    if (consensus::find_voter(configuration, from) == nullptr) return fail(accept.slot, from, "proposes and has no vote there");
    check_newcomer(configuration, accept);
}

bool ConfigurationOracle::is_overtaken(Slot slot, consensus::Ballot ballot) const {
    const auto governs = std::prev(governs_.upper_bound(slot));
    if (governs == governs_.begin()) return false;
    return agreement_.chosen_at(Slot{governs->first.value - 1}) > ballot;
}

void ConfigurationOracle::check_newcomer(const Configuration& before, const consensus::Accept& accept) {
    const auto next = consensus::configuration_in(accept.value);
    if (!next || next->id != before.id + 1) return;
    for (const consensus::Member& voter : next->voters) {
        if (consensus::find_voter(before, voter.node) != nullptr) continue;
        if (applied_[voter.node].value + lag_max_ < accept.slot.value) return fail(accept.slot, voter.node, "gets a vote and lags far behind");
    }
}

}  // namespace parley::sim
