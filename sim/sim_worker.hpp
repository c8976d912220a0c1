// SimWorker: blocking work in virtual time. A job takes a drawn while, runs at the end of it, and its `done` follows as
// a post. Jobs start in the order given, one at a time.
#pragma once

#include "net/ports/worker.hpp"
#include "sim/sim_loop.hpp"

namespace parley::sim {

class SimWorker final : public net::Worker {
public:
    SimWorker(EventQueue& queue, Owner owner, net::Loop& loop, net::Duration cost_max);

    void run(net::Task job, net::Task done) override;

private:
    EventQueue& queue_;
    Owner owner_;
    net::Loop& loop_;
    net::Duration cost_max_;
    net::Instant free_at_{};
    Stream jobs_;
};

}  // namespace parley::sim
