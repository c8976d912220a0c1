#include "chat/bench/breaking.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace parley::chat {

const StatusReport& Breaking::victim(const std::vector<StatusReport>& replicas) {
    const auto leader = std::ranges::find(replicas, "leader", &StatusReport::role);
    if (leader != replicas.end() && draw(0, 1) == 0) return *leader;
    return replicas[static_cast<std::size_t>(draw(0, static_cast<std::int64_t>(replicas.size()) - 1))];
}

Breaking::Fault Breaking::next(const std::vector<StatusReport>& replicas) {
    const StatusReport& hit = victim(replicas);
    const std::string named = fmt::format("{} ({})", hit.alias, hit.role);
    Fault fault;
    fault.time = std::chrono::milliseconds{draw(300, 2500)};
    const auto to_each_other = [&](const char* verb, const std::string& how) {
        for (const StatusReport& other : replicas) {
            if (other.alias != hit.alias) fault.orders.push_back(fmt::format("{} {} {}{}", verb, hit.alias, other.alias, how));
        }
    };
    switch (draw(0, 4)) {
        case 0:
            fault.orders.push_back("kill " + hit.alias);
            fault.words = "kill " + named;
            break;
        case 1:
            fault.orders.push_back("pause " + hit.alias);
            fault.words = "pause " + named;
            break;
        case 2:
            to_each_other("cut", "");
            fault.words = "cut off " + named;
            break;
        case 3:
            // One link alone: the two still hear of each other through the third.
            to_each_other("cut", "");
            std::swap(fault.orders.front(), fault.orders[static_cast<std::size_t>(draw(0, static_cast<std::int64_t>(fault.orders.size()) - 1))]);
            fault.orders.resize(1);
            fault.words = fault.orders.front();
            break;
        default:
            to_each_other("slow", fmt::format(" {}", draw(20, 400)));
            fault.words = "slow links of " + named;
            break;
    }
    return fault;
}

}  // namespace parley::chat
