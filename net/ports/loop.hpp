// Loop: the port an actor lives on. It runs one task at a time; actors on it need no lock.
// In production one Asio io_context on one thread; in the simulator a view of the world's one event queue.
#pragma once

#include <cstdint>

#include "net/ports/function.hpp"
#include "net/ports/time.hpp"

namespace parley::net {

// Names a timer of one Loop; 0 is never given out, so it can mean "none".
struct TimerId {
    std::uint64_t value = 0;
    friend bool operator==(const TimerId&, const TimerId&) = default;
};

class Loop {
public:
    Loop() = default;
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    virtual ~Loop() = default;

    [[nodiscard]] virtual Instant now() const = 0;
    [[nodiscard]] virtual WallTime wall_now() const = 0;

    // Runs the task later on this Loop, in the order of the posts of one sender. The only member that
    // other threads may call.
    virtual void post(Task task) = 0;

    // Runs the task once, not before `delay` has passed, unless it is cancelled.
    virtual TimerId after(Duration delay, Task task) = 0;

    // The task will not run any more; an id that ran already, or is 0, is ignored.
    virtual void cancel(TimerId timer) = 0;

    // 64 even bits for jitter and sampling. Never for keys: see Secrets.
    virtual std::uint64_t chance() = 0;
};

}  // namespace parley::net
