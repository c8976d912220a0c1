// Median of clocks. See clocks.hpp; rule P14 of docs/protocol.md.
#include "consensus/core/clocks.hpp"

#include <algorithm>
#include <array>

#include "consensus/core/membership.hpp"
#include "net/ports/marks.hpp"

namespace parley::consensus {

namespace {

std::int64_t steady_ms(const Moment& moment) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(moment.now.time_since_epoch()).count();
}

}  // namespace

void Clocks::heard(NodeId node, std::int64_t wall_ms, const Moment& moment) {
    // Nobody's clock is outside these; it keeps the arithmetic below in range.
    constexpr std::int64_t greatest_ms = std::int64_t{1} << 52U;
    if (wall_ms < -greatest_ms || wall_ms > greatest_ms) return;
    base_ms_[node] = wall_ms - steady_ms(moment);
}

bool Clocks::knows_quorum(NodeId self, const Voters& voters) const {
    Tally known;
    known.add(self, voters);
    for (const auto& [node, base] : base_ms_) known.add(node, voters);
    return known.reached(voters);
}

std::int64_t Clocks::median_ms(NodeId self, const Voters& voters, const Moment& moment) const {
    if (net::planted("log_time_is_the_leaders")) return moment.wall.ms;
    std::array<std::int64_t, voters_max + 1> clocks{moment.wall.ms};
    std::size_t count = 1;
    for (const auto& [node, base] : base_ms_) {
        if (node != self && voters.contains(node) && count < clocks.size()) clocks[count++] = base + steady_ms(moment);
    }
    std::sort(clocks.begin(), clocks.begin() + static_cast<std::ptrdiff_t>(count));
    // Of an even number the lower one: between two clocks that differ, exactly one node stays fit to lead.
    return clocks[(count - 1) / 2];
}

std::int64_t Clocks::offset_ms(NodeId self, const Voters& voters, const Moment& moment) const {
    return moment.wall.ms - median_ms(self, voters, moment);
}

}  // namespace parley::consensus
