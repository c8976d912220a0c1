// The figures of a measurement: percentiles and gaps. Pure arithmetic.
#pragma once

#include <cstdint>
#include <vector>

#include "net/ports/time.hpp"

namespace parley::chat {

// The value that this part (0.5, 0.99) of the sorted values does not exceed; 0 for none. Reorders the values.
std::uint32_t percentile(std::vector<std::uint32_t>& values, double part);

// The longest time without an event between `begin` and `end`, both counting as events. `events` is ascending.
net::Duration longest_gap(const std::vector<net::Instant>& events, net::Instant begin, net::Instant end);

double median(std::vector<double> values);

}  // namespace parley::chat
