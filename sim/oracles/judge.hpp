// Judge: where the oracles bring what they found. Only the first violation counts: what follows it proves nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/event_queue.hpp"

namespace parley::sim {

enum class Oracle : std::uint8_t {
    agreement,      // O1
    durability,     // O2
    equality,       // O3
    exactly_once,   // O4
    real_time,      // O5
    acknowledged,   // O6
    leases,         // O7
    quorums,        // O8
    liveness,       // O9
    recovery,       // O10
    determinism,    // O11
    snapshot,       // O12
    bounds,         // O13
    delivery,       // O14
    log_time,       // O15
    versions,       // O16
    crash,          // O17: a failed CHECK, a signal or a hang
    preference,     // O18
    files,          // O19
};
inline constexpr std::size_t oracles = 19;
const char* name_of(Oracle oracle);      // "O1 agreement"
const char* meaning_of(Oracle oracle);
int exit_code_of(Oracle oracle);

struct Verdict {
    Oracle oracle = Oracle::agreement;
    std::string what;
    net::Instant at{};
    EventId event;
};

class Judge {
public:
    explicit Judge(const EventQueue& queue) : queue_(queue) {}

    void fail(Oracle oracle, std::string what);
    [[nodiscard]] const std::optional<Verdict>& verdict() const { return verdict_; }

private:
    const EventQueue& queue_;
    std::optional<Verdict> verdict_;
};

}  // namespace parley::sim
