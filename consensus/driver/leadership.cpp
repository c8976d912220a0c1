#include "consensus/driver/leadership.hpp"

#include <algorithm>
#include <utility>

#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::consensus {

std::optional<Successor> Leadership::successor(const LeadershipSeen& seen, const Configuration& configuration, net::Instant now) {
    follow(configuration);
    if (!seen.leads) {
        able_since_.clear();
        return std::nullopt;
    }
    learn_from_last_time(now);
    watch(seen.able, now);
    return seen.must_leave ? with_room(seen, configuration) : preferred(configuration, now);
}

void Leadership::begun(const Successor& successor, net::Instant now) {
    if (!successor.for_priority) {
        ++turns_;
        net::probe<"led_elsewhere_for_room">();
        return;
    }
    made_way_at_ = now;
    net::probe<"made_way_for_priority">();
}

// An operator has said something new: what was tried before is no reason to wait.
void Leadership::follow(const Configuration& configuration) {
    if (configuration.priorities == priorities_) return;
    priorities_ = configuration.priorities;
    pause_ = times_.pause_min;
    next_attempt_ = {};
    made_way_at_.reset();
}

// This replica leads: again, or still, when nobody took what it gave.
void Leadership::learn_from_last_time(net::Instant now) {
    if (!made_way_at_) return;
    const bool came_back_soon = now - *made_way_at_ < times_.back_within;
    if (came_back_soon) net::probe<"priority_given_up_for_longer">();
    pause_ = came_back_soon && !net::planted("preference_never_tires") ? std::min(2 * pause_, times_.pause_max) : times_.pause_min;
    next_attempt_ = *std::exchange(made_way_at_, std::nullopt) + pause_;
}

void Leadership::watch(const std::vector<NodeId>& able, net::Instant now) {
    std::erase_if(able_since_, [&able](const auto& entry) { return std::ranges::find(able, entry.first) == able.end(); });
    for (const NodeId node : able) able_since_.try_emplace(node, now);
}

// One after the other, those of high priority first: who cannot take it lets the time for it pass.
std::optional<Successor> Leadership::with_room(const LeadershipSeen& seen, const Configuration& configuration) const {
    if (seen.able.empty()) return std::nullopt;
    std::vector<NodeId> ranked = seen.able;
    std::ranges::stable_sort(ranked, std::ranges::greater{}, [&](NodeId node) { return priority_of(configuration, node); });
    return Successor{ranked[turns_ % ranked.size()], false};
}

std::optional<Successor> Leadership::preferred(const Configuration& configuration, net::Instant now) const {
    if (now < next_attempt_ || net::planted("preference_ignored")) return std::nullopt;
    const auto rank = [&](NodeId node) {
        const auto value = static_cast<std::int64_t>(priority_of(configuration, node));
        return net::planted("least_preferred") ? -value : value;
    };
    std::optional<NodeId> best;
    for (const auto& [node, since] : able_since_) {
        if (now - since >= times_.steady && rank(node) > rank(best.value_or(self_))) best = node;
    }
    return best ? std::optional{Successor{*best, true}} : std::nullopt;
}

}  // namespace parley::consensus
