// The drawing of a fault plan: what strikes when, and whom, as chance and the options of the run have it.
#pragma once

#include <cstdint>

#include "net/ports/loop.hpp"
#include "sim/fault_plan.hpp"
#include "sim/options.hpp"

namespace parley::sim {

// An entry's first argument where it is meant for the leader of that moment.
inline constexpr std::int64_t whoever_leads = -1;

struct DrawnTime {
    net::Instant begin;
    net::Instant end;
    std::uint64_t first_place = 0;   // of its entries
};

// Each entry depends on the seed, its kind and its place alone, so that one can be taken out and all others stay.
FaultPlan draw_plan(const RunOptions& options, std::uint64_t seed, const DrawnTime& time);

}  // namespace parley::sim
