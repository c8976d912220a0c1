// ThreadWorker: a small fixed pool of threads for work that would block a Loop. Jobs start in the order given; with one
// thread they also end in it. A job that throws ends the process. Results come back as posts. The threads
// leave the processor to the Loops when the machine is busy.
#pragma once

#include <memory>

#include "net/ports/loop.hpp"
#include "net/ports/worker.hpp"

namespace parley::net {

class ThreadWorker final : public Worker {
public:
    // `owner` gets the `done` tasks and outlives the worker.
    explicit ThreadWorker(Loop& owner, std::size_t threads = 2);
    // Waits for jobs that run; jobs that have not started are dropped, and their `done` with them.
    ~ThreadWorker() override;

    void run(Task job, Task done) override;

private:
    struct Pool;
    std::unique_ptr<Pool> pool_;
};

}  // namespace parley::net
