// The knobs of the protocol, each with its default and its reason. The simulator sets them to extremes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "consensus/core/types.hpp"
#include "net/ports/time.hpp"

namespace parley::consensus {

struct Options {
    net::Duration tick_interval = std::chrono::milliseconds{10};
    net::Duration heartbeat_interval = std::chrono::milliseconds{50};
    // A follower campaigns after hearing nothing for a random time in [election_timeout, 2 x election_timeout).
    net::Duration election_timeout = std::chrono::milliseconds{300};
    // Accept is repeated to a voter that did not answer for this long; same for Prepare and catch-up.
    net::Duration resend_interval = std::chrono::milliseconds{150};
    std::uint32_t open_slots_max = 256;                    // P7
    std::size_t open_bytes_max = std::size_t{16} << 20U;
    std::uint32_t batch_commands_max = 1024;
    std::size_t batch_bytes_max = std::size_t{1} << 20U;
    std::uint32_t queued_commands_max = 32768;             // P15
    std::size_t queued_bytes_max = std::size_t{32} << 20U;
    std::size_t message_bytes_max = std::size_t{2} << 20U; // one Promise or CatchUpData chunk
    std::size_t memory_bytes_max = std::size_t{32} << 20U; // chosen values kept for catch-up
    // Accepted and not yet known as chosen; more is not taken (the leader sends again, catch-up makes room).
    std::uint32_t accepted_slots_max = 16384;
    std::size_t accepted_bytes_max = std::size_t{128} << 20U;
    // A leader whose own log write is in flight longer than this hands over; nobody campaigns in that state (P8).
    net::Duration own_write_max = std::chrono::seconds{2};
    std::int64_t clock_skew_max_ms = 5000;                 // P14: beyond it a replica does not lead
    // P10, where leases are on. The longest pledge, and what a voter waits after a start: no file of a replica may shorten it,
    // for what an earlier life pledged under another value would not be waited for.
    net::Duration lease_window = std::chrono::milliseconds{300};
    // While one clock of the cluster counts a second, no other one may count more than this much more or less.
    std::int64_t lease_drift_ppm = 20'000;
    FeatureLevel feature_level = highest_feature_level;    // this replica knows no more, or is not to
};

}  // namespace parley::consensus
