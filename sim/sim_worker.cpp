#include "sim/sim_worker.hpp"

#include <algorithm>

#include "sim/chance.hpp"

namespace parley::sim {

SimWorker::SimWorker(EventQueue& queue, Owner owner, net::Loop& loop, net::Duration cost_max)
    : queue_(queue), owner_(owner), loop_(loop), cost_max_(cost_max) {}

void SimWorker::run(net::Task job, net::Task done) {
    const net::Duration cost{between(queue_.draw(Subsystem::worker), 1000, cost_max_.count())};
    free_at_ = std::max(free_at_, queue_.now()) + cost;
    queue_.schedule(
        owner_, EventKind::worker, free_at_,
        [this, job = std::move(job), done = std::move(done)]() mutable {
            job();
            loop_.post(std::move(done));
        },
        &jobs_);
}

}  // namespace parley::sim
