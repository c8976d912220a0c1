// The two kinds of time. An Instant only ever grows and is comparable on one machine alone (CLOCK_BOOTTIME in
// production); a WallTime is what people read, and may jump.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace parley::net {

using Duration = std::chrono::nanoseconds;

struct LoopClock {
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<LoopClock>;
    static constexpr bool is_steady = true;
};

using Instant = LoopClock::time_point;

// Milliseconds since 1970-01-01 UTC.
struct WallTime {
    std::int64_t ms = 0;
    friend auto operator<=>(const WallTime&, const WallTime&) = default;
};

}  // namespace parley::net
