#include "sim/sim_loop.hpp"

#include <algorithm>

namespace parley::sim {

net::WallTime WallClock::at(net::Instant now) const {
    if (frozen_at) now = *frozen_at;
    if (drift_ppm != 0) now += (now - drifts_from) / 1'000'000 * drift_ppm;
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - EventQueue::beginning);
    return net::WallTime{start_ms + passed.count() + offset_ms + passed_ms + wrong_ms};
}

SimLoop::SimLoop(EventQueue& queue, Owner owner, const WallClock& clock) : queue_(queue), owner_(owner), clock_(clock) {}

void SimLoop::post(net::Task task) {
    queue_.schedule(owner_, EventKind::post, queue_.now(), std::move(task), &queue_.post_stream(owner_.machine));
}

net::Instant SimLoop::now() const {
    const net::Instant now = queue_.now() - queue_.lag_of(owner_.machine);
    return now + (now - EventQueue::beginning) * clock_.steady_ppm / 1'000'000;
}

net::TimerId SimLoop::after(net::Duration delay, net::Task task) {
    delay = std::max(delay, net::Duration::zero());
    // Not before so much has passed by this machine's own clock.
    if (clock_.steady_ppm != 0) delay += net::Duration{1} - delay * clock_.steady_ppm / (1'000'000 + clock_.steady_ppm);
    const net::Instant at = queue_.now() + delay;
    return net::TimerId{queue_.schedule(owner_, EventKind::timer, at, std::move(task)).value};
}

void SimLoop::cancel(net::TimerId timer) { queue_.cancel(EventId{timer.value}); }

}  // namespace parley::sim
