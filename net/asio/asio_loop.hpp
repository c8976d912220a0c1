// AsioLoop: the production Loop, one Boost.Asio io_context on the one thread that calls run(). Links, listeners,
// dialers and watched descriptors all live on it. No header of this folder's public part includes Asio.
#pragma once

#include <memory>
#include <vector>

#include "net/ports/loop.hpp"

namespace parley::net {

class AsioLoop final : public Loop {
public:
    AsioLoop();
    ~AsioLoop() override;   // on a loop that does not run; tasks that never ran are destroyed

    // Runs tasks until stop(). One thread at a time; may be called again after it returned.
    void run();
    // Ends run() after the present task. Any thread. Called before run(), it makes the next run() return at once.
    void stop();

    [[nodiscard]] Instant now() const override;        // CLOCK_BOOTTIME: goes on while the machine sleeps
    [[nodiscard]] WallTime wall_now() const override;
    void post(Task task) override;                     // any thread
    TimerId after(Duration delay, Task task) override;
    void cancel(TimerId timer) override;
    std::uint64_t chance() override;

    // Calls `on_readable` whenever `fd` has bytes or reached its end, until unwatch(). The descriptor stays the
    // caller's: it is neither closed nor made non-blocking, so a terminal, a pipe and a regular file will all do.
    // The task reads at least once per call, or unwatches. Loop thread only.
    void watch_readable(int fd, Task on_readable);
    void unwatch(int fd);   // also from inside the task; a descriptor that is not watched is ignored

    // Calls `on_signal` with the number on the Loop; replaces the signals' default action for the whole process.
    // Once per Loop.
    void on_signal(const std::vector<int>& signals, Function<void(int)> on_signal);

    struct Impl;
    // For the other files of net/asio alone.
    [[nodiscard]] const std::shared_ptr<Impl>& impl() const { return impl_; }

private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace parley::net
