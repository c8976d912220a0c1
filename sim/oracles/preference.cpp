#include "sim/oracles/preference.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace parley::sim {

using consensus::Priority;

void PreferenceOracle::fail(consensus::NodeId node, const std::string& what) {
    judge_.fail(Oracle::preference, fmt::format("node {:x} {}", node.value, what));
}

void PreferenceOracle::seen(const consensus::Configuration& configuration) {
    consensus::NodeId before;
    for (const Priority& each : configuration.priorities) {
        if (each.node <= before) return fail(each.node, fmt::format("stands at a wrong place in the priorities of configuration {}", configuration.id));
        before = each.node;
        const bool is_member = consensus::find_member(configuration, each.node) != nullptr;
        if (!is_member) return fail(each.node, fmt::format("has a priority in configuration {} and is no member", configuration.id));
        const bool says_something = each.value != consensus::default_priority && each.value <= consensus::priority_max;
        if (!says_something) return fail(each.node, fmt::format("has priority {} in configuration {}", each.value, configuration.id));
    }
}

void PreferenceOracle::made_way(consensus::NodeId from, std::uint64_t life, consensus::NodeId to, const consensus::Configuration& known, net::Instant now) {
    const std::uint32_t own = consensus::priority_of(known, from);
    const std::uint32_t other = consensus::priority_of(known, to);
    if (other <= own) fail(from, fmt::format("of priority {} makes way for one of priority {}", own, other));
    if (consensus::find_voter(known, to) == nullptr) fail(from, "makes way for a node without a vote");
    const auto last = attempts_.find(from);
    net::Duration pause = times_.pause_min;
    // Who is told something new, or has started anew, knows of no earlier attempt.
    if (last != attempts_.end() && last->second.life == life && last->second.configuration == known.id) {
        const net::Duration passed = now - last->second.at;
        // It led again before that much had passed, so what it gave away came back soon. Later than that nobody here knows when it did.
        if (passed < times_.back_within) pause = std::min(2 * last->second.pause, times_.pause_max);
        if (passed < pause) {
            fail(from, fmt::format("makes way again after {} ms, and had to wait for {} ms", passed / std::chrono::milliseconds{1}, pause / std::chrono::milliseconds{1}));
        }
    }
    attempts_[from] = {life, known.id, now, pause};
}

std::optional<std::string> PreferenceOracle::wrong_leader(const std::vector<Standing>& voters) {
    const auto leader = std::ranges::find(voters, true, &Standing::leads);
    if (leader == voters.end()) return "nobody leads";
    const auto best = std::ranges::max_element(voters, {}, &Standing::priority);
    if (best->priority == leader->priority) return std::nullopt;
    return fmt::format("replica {} of priority {} leads, and replica {} has {}", leader->who, leader->priority, best->who, best->priority);
}

}  // namespace parley::sim
