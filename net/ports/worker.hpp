// Worker: where work goes that would block a Loop (Argon2id, checkpoints, VACUUM).
#pragma once

#include "net/ports/function.hpp"

namespace parley::net {

class Worker {
public:
    Worker() = default;
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    virtual ~Worker() = default;

    // Runs `job` away from the owner's Loop, then posts `done` to that Loop. The job touches only what it owns.
    // Jobs of one Worker start in the order given.
    virtual void run(Task job, Task done) = 0;
};

}  // namespace parley::net
