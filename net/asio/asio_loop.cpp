#include "net/asio/asio_loop.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <system_error>
#include <utility>

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <boost/asio/post.hpp>

#include "net/asio/detail/loop_impl.hpp"
#include "net/asio/system_secrets.hpp"

namespace parley::net {
namespace {

// How many ready handlers run before what they queued on links is written.
constexpr int handlers_per_turn_max = 64;

Instant boot_time() {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return Instant{std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec)};
}

int owned(int descriptor, const char* what) {
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
    return descriptor;
}

}  // namespace

AsioLoop::Impl::Impl() : clock_(context, owned(::timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd")) {
    SystemSecrets secrets;
    std::array<std::uint64_t, 4> seed{};
    secrets.fill(std::as_writable_bytes(std::span{seed}));
    std::seed_seq sequence(seed.begin(), seed.end());
    chance.seed(sequence);
}

// ---- turns: whatever is ready runs, then every link that got something to send writes it in one go ----

void AsioLoop::Impl::run() {
    const auto work = asio::make_work_guard(context);
    context.restart();
    // Undone on the way out, also when a task throws.
    struct Running {
        explicit Running(Impl& owner) : loop(owner) { loop.runner_ = std::this_thread::get_id(); }
        Running(const Running&) = delete;
        Running& operator=(const Running&) = delete;
        ~Running() {
            loop.runner_ = std::thread::id{};
            loop.stopped_ = false;
        }
        Impl& loop;
    };
    const Running running(*this);
    flush_all();   // what was queued while the loop stood still
    while (!stopped_) take_turn();
    flush_all();
}

void AsioLoop::Impl::take_turn() {
    context.run_one();
    for (int i = 1; i < handlers_per_turn_max && !stopped_; ++i) {
        if (context.poll_one() == 0) break;
    }
    flush_all();
}

void AsioLoop::Impl::flush_all() {
    // A flush may queue more on other links; those are for the next turn, which it wakes.
    auto now = std::move(to_flush_);
    to_flush_.clear();
    for (const auto& flushable : now) flushable->flush();
    if (!to_flush_.empty()) post([] {});
}

void AsioLoop::Impl::stop() {
    stopped_ = true;
    asio::post(context, [] {});
}

void AsioLoop::Impl::die() {
    dying_ = true;
    const auto flushes = std::exchange(to_flush_, {});
    const auto watches = std::exchange(watches_, {});
    const auto handler = std::exchange(on_signal_, {});
    const auto timers = std::exchange(timers_, {});
    const auto own_posts = std::exchange(own_posts_, {});
    const std::lock_guard lock(mutex_);
    const auto other_posts = std::exchange(other_posts_, {});
}

// ---- posts: one wake-up carries all that came meanwhile ----

void AsioLoop::Impl::post(Task task) {
    if (dying_) return;
    if (runner_ == std::this_thread::get_id()) {
        own_posts_.push_back(std::move(task));
        if (own_drain_asked_) return;
        own_drain_asked_ = true;
        asio::post(context, [this] { drain_posts(); });
        return;
    }
    const std::lock_guard lock(mutex_);
    other_posts_.push_back(std::move(task));
    if (other_drain_asked_) return;
    other_drain_asked_ = true;
    asio::post(context, [this] { drain_posts(); });
}

void AsioLoop::Impl::drain_posts() {
    std::vector<Task> others;
    {
        const std::lock_guard lock(mutex_);
        others.swap(other_posts_);
        other_drain_asked_ = false;
    }
    // Other threads' posts first: they may be this sender's own, from before run().
    for (auto& task : others) own_posts_.push_back(std::move(task));
    std::rotate(own_posts_.begin(), own_posts_.end() - static_cast<std::ptrdiff_t>(others.size()), own_posts_.end());
    own_drain_asked_ = false;
    // Only what is here now; what these tasks post comes after a look at the sockets.
    for (std::size_t left = own_posts_.size(); left > 0 && !stopped_; --left) {
        Task task = std::move(own_posts_.front());
        own_posts_.pop_front();
        task();
    }
    if (own_posts_.empty() || own_drain_asked_) return;
    own_drain_asked_ = true;
    asio::post(context, [this] { drain_posts(); });
}

// ---- timers: ordered by time, then by age; one kernel timer for the earliest ----

TimerId AsioLoop::Impl::after(Duration delay, Task task) {
    const Instant due = boot_time() + std::max(delay, Duration::zero());
    const TimerId id{++last_timer_};
    if (dying_) return id;
    timers_.emplace(std::pair{due, id.value}, std::move(task));
    due_of_.emplace(id.value, due);
    if (due < clock_due_) arm_clock(due);
    return id;
}

void AsioLoop::Impl::cancel(TimerId timer) {
    const auto found = due_of_.find(timer.value);
    if (found == due_of_.end()) return;
    timers_.erase({found->second, timer.value});
    due_of_.erase(found);
}

void AsioLoop::Impl::arm_clock(Instant due) {
    // An early kernel timer is harmless (it finds nothing due and is set again), so cancelling never touches it.
    clock_due_ = due;
    const auto since_boot = due.time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
    itimerspec spec{};
    spec.it_value.tv_sec = seconds.count();
    spec.it_value.tv_nsec = std::max<long>((since_boot - seconds).count(), 1);   // all zero would disarm
    ::timerfd_settime(clock_.native_handle(), TFD_TIMER_ABSTIME, &spec, nullptr);
    if (!clock_waiting_) wait_for_clock();
}

void AsioLoop::Impl::wait_for_clock() {
    clock_waiting_ = true;
    clock_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
        clock_waiting_ = false;
        if (error) return;
        std::uint64_t expirations = 0;
        [[maybe_unused]] const auto size = ::read(clock_.native_handle(), &expirations, sizeof expirations);
        run_due_timers();
    });
}

void AsioLoop::Impl::run_due_timers() {
    clock_due_ = Instant::max();
    const Instant now = boot_time();
    while (!timers_.empty() && timers_.begin()->first.first <= now && !stopped_) {
        auto first = timers_.extract(timers_.begin());
        due_of_.erase(first.key().second);
        first.mapped()();
    }
    if (!timers_.empty() && timers_.begin()->first.first < clock_due_) arm_clock(timers_.begin()->first.first);
}

// ---- descriptors of others ----

void AsioLoop::Impl::watch_readable(int fd, Task on_readable) {
    unwatch(fd);
    auto watch = std::make_shared<Watch>(context, std::move(on_readable));
    watch->set.assign(owned(::epoll_create1(EPOLL_CLOEXEC), "epoll_create"));
    epoll_event event{};
    event.events = EPOLLIN;
    if (::epoll_ctl(watch->set.native_handle(), EPOLL_CTL_ADD, fd, &event) != 0) {
        if (errno != EPERM) throw std::system_error(errno, std::generic_category(), "cannot watch a descriptor");
        watch->always_ready = true;
    }
    watches_[fd] = watch;
    wait_for(fd, watch);
}

void AsioLoop::Impl::wait_for(int fd, const std::shared_ptr<Watch>& watch) {
    const std::weak_ptr<Watch> weak = watch;
    const auto ready = [this, fd, weak](const boost::system::error_code& error) {
        const auto alive = weak.lock();   // held: the task may unwatch itself
        if (!alive || error) return;
        alive->task();
        const auto found = watches_.find(fd);
        if (found != watches_.end() && found->second == alive) wait_for(fd, alive);
    };
    if (watch->always_ready) {
        asio::post(context, [ready] { ready({}); });
    } else {
        watch->set.async_wait(asio::posix::stream_descriptor::wait_read, ready);
    }
}

void AsioLoop::Impl::unwatch(int fd) { watches_.erase(fd); }

void AsioLoop::Impl::on_signal(const std::vector<int>& signals, Function<void(int)> handler) {
    CHECK(signals_ == nullptr, "on_signal is called once per Loop");
    signals_ = std::make_unique<asio::signal_set>(context);
    for (const int signal : signals) signals_->add(signal);
    on_signal_ = std::move(handler);
    wait_for_signal();
}

void AsioLoop::Impl::wait_for_signal() {
    signals_->async_wait([this](const boost::system::error_code& error, int signal) {
        if (error) return;
        on_signal_(signal);
        wait_for_signal();
    });
}

// ---- the public face ----

AsioLoop::AsioLoop() : impl_(std::make_shared<Impl>()) {}
AsioLoop::~AsioLoop() { impl_->die(); }
void AsioLoop::run() { impl_->run(); }
void AsioLoop::stop() { impl_->stop(); }
Instant AsioLoop::now() const { return boot_time(); }
void AsioLoop::post(Task task) { impl_->post(std::move(task)); }
TimerId AsioLoop::after(Duration delay, Task task) { return impl_->after(delay, std::move(task)); }
void AsioLoop::cancel(TimerId timer) { impl_->cancel(timer); }
std::uint64_t AsioLoop::chance() { return impl_->chance(); }
void AsioLoop::watch_readable(int fd, Task on_readable) { impl_->watch_readable(fd, std::move(on_readable)); }
void AsioLoop::unwatch(int fd) { impl_->unwatch(fd); }
void AsioLoop::on_signal(const std::vector<int>& signals, Function<void(int)> handler) {
    impl_->on_signal(signals, std::move(handler));
}

WallTime AsioLoop::wall_now() const {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return WallTime{std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
}

}  // namespace parley::net
