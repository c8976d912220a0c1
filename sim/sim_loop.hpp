// SimLoop: the Loop of one simulated process, a view of the world's event queue. It dies with its process; what was
// posted or timed on it then never runs.
#pragma once

#include <optional>

#include "net/ports/loop.hpp"
#include "sim/event_queue.hpp"

namespace parley::sim {

// What a machine's wall clock shows; faults set it.
struct WallClock {
    static constexpr std::int64_t start_ms = 1'800'000'000'000;   // 2027: any time will do, as long as it is this one
    std::int64_t offset_ms = 0;
    std::int64_t passed_ms = 0;                // while nothing ran, which no event tells of
    std::int64_t wrong_ms = 0;                 // off by so much for good, whatever else is done to it
    std::int64_t drift_ppm = 0;                // since `drifts_from`
    net::Instant drifts_from{};
    std::optional<net::Instant> frozen_at;     // shows this moment until it is let go
    std::int64_t steady_ppm = 0;               // the machine's steady clock, which no fault sets, is so much too fast
    [[nodiscard]] net::WallTime at(net::Instant now) const;
};

class SimLoop final : public net::Loop {
public:
    SimLoop(EventQueue& queue, Owner owner, const WallClock& clock);

    [[nodiscard]] net::Instant now() const override;
    [[nodiscard]] net::WallTime wall_now() const override { return clock_.at(queue_.now()); }
    void post(net::Task task) override;
    net::TimerId after(net::Duration delay, net::Task task) override;
    void cancel(net::TimerId timer) override;
    std::uint64_t chance() override { return queue_.draw(Subsystem::loop); }

private:
    EventQueue& queue_;
    Owner owner_;
    const WallClock& clock_;
};

}  // namespace parley::sim
