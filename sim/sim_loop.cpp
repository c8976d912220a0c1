#include "sim/sim_loop.hpp"

#include <algorithm>

namespace parley::sim {

net::WallTime WallClock::at(net::Instant now) const {
    if (frozen_at) now = *frozen_at;
    if (drift_ppm != 0) now += (now - drifts_from) / 1'000'000 * drift_ppm;
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - EventQueue::beginning);
    return net::WallTime{start_ms + passed.count() + offset_ms};
}

SimLoop::SimLoop(EventQueue& queue, Owner owner, const WallClock& clock) : queue_(queue), owner_(owner), clock_(clock) {}

void SimLoop::post(net::Task task) {
    queue_.schedule(owner_, EventKind::post, queue_.now(), std::move(task), &queue_.post_stream(owner_.machine));
}

net::TimerId SimLoop::after(net::Duration delay, net::Task task) {
    const net::Instant at = queue_.now() + std::max(delay, net::Duration::zero());
    return net::TimerId{queue_.schedule(owner_, EventKind::timer, at, std::move(task)).value};
}

void SimLoop::cancel(net::TimerId timer) { queue_.cancel(EventId{timer.value}); }

}  // namespace parley::sim
