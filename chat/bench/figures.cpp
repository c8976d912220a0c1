// Percentiles, gaps, medians.
#include "chat/bench/figures.hpp"

#include <algorithm>
#include <cmath>

namespace parley::chat {

std::uint32_t percentile(std::vector<std::uint32_t>& values, double part) {
    if (values.empty()) return 0;
    const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(values.size())));
    const std::size_t place = std::min(std::max<std::size_t>(rank, 1), values.size()) - 1;
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(place), values.end());
    return values[place];
}

net::Duration longest_gap(const std::vector<net::Instant>& events, net::Instant begin, net::Instant end) {
    net::Duration longest{0};
    net::Instant before = begin;
    for (auto event = std::lower_bound(events.begin(), events.end(), begin); event != events.end() && *event <= end; ++event) {
        longest = std::max(longest, *event - before);
        before = *event;
    }
    return std::max(longest, end - before);
}

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace parley::chat
