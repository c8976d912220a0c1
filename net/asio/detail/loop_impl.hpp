// The inside of AsioLoop, for the files of net/asio alone: links register here to be flushed once per turn.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>

#include "net/asio/asio_loop.hpp"

namespace parley::net {

namespace asio = boost::asio;

// Something with unsent bytes; flushed at the end of the turn in which it asked for it.
class Flushable {
public:
    Flushable() = default;
    Flushable(const Flushable&) = delete;
    Flushable& operator=(const Flushable&) = delete;
    virtual ~Flushable() = default;
    virtual void flush() = 0;
};

struct AsioLoop::Impl {
    Impl();

    void run();
    void stop();
    void post(Task task);
    TimerId after(Duration delay, Task task);
    void cancel(TimerId timer);
    void watch_readable(int fd, Task on_readable);
    void unwatch(int fd);
    void on_signal(const std::vector<int>& signals, Function<void(int)> handler);
    void flush_later(std::shared_ptr<Flushable> flushable) { to_flush_.push_back(std::move(flushable)); }
    // Destroys every task while all members still stand: their destructors may cancel timers and close links.
    void die();

private:
    // Declared before the context, so that what its last handlers own may still call cancel() and post().
    std::atomic<bool> stopped_{false};
    std::atomic<bool> dying_{false};
    std::atomic<std::thread::id> runner_{};

    std::deque<Task> own_posts_;      // from the loop's thread, while it runs
    bool own_drain_asked_ = false;
    std::mutex mutex_;
    std::vector<Task> other_posts_;   // from anywhere else; guarded by mutex_, as is other_drain_asked_
    bool other_drain_asked_ = false;

    std::map<std::pair<Instant, std::uint64_t>, Task> timers_;
    std::map<std::uint64_t, Instant> due_of_;
    std::uint64_t last_timer_ = 0;
    std::vector<std::shared_ptr<Flushable>> to_flush_;

public:
    std::mt19937_64 chance;
    // No other thread runs handlers, so the context may leave out what only several runners need.
    asio::io_context context{1};

private:
    // One watched descriptor. It sits in an epoll set of its own, because Asio would make it non-blocking, and with it
    // the terminal that other processes share.
    struct Watch {
        Watch(asio::io_context& owner, Task callback) : set(owner), task(std::move(callback)) {}
        asio::posix::stream_descriptor set;
        bool always_ready = false;   // a regular file
        Task task;
    };

    void take_turn();
    void drain_posts();
    void schedule_drain();
    void flush_all();
    void arm_clock(Instant due);
    void wait_for_clock();
    void run_due_timers();
    void wait_for(int fd, const std::shared_ptr<Watch>& watch);
    void wait_for_signal();

    asio::posix::stream_descriptor clock_;   // a timerfd on CLOCK_BOOTTIME
    Instant clock_due_ = Instant::max();
    bool clock_waiting_ = false;

    std::map<int, std::shared_ptr<Watch>> watches_;
    std::unique_ptr<asio::signal_set> signals_;
    Function<void(int)> on_signal_;
};

}  // namespace parley::net
