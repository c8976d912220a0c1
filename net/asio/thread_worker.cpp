#include "net/asio/thread_worker.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "net/ports/check.hpp"

namespace parley::net {
namespace {

// On a busy machine the Loops come first: what they do someone waits for. On Linux this concerns the calling thread alone;
// where it is refused the thread is as important as any other.
void step_back() {
    constexpr int background = 10;
    const auto self = static_cast<id_t>(::gettid());
    if (::getpriority(PRIO_PROCESS, self) < background) ::setpriority(PRIO_PROCESS, self, background);
}

}  // namespace

struct ThreadWorker::Pool {
    struct Job {
        Task job;
        Task done;
    };

    Loop& owner;
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<Job> waiting;   // guarded by mutex, as is ending
    bool ending = false;
    std::vector<std::thread> threads;

    explicit Pool(Loop& loop) : owner(loop) {}

    void serve() {
        step_back();
        for (;;) {
            Job next;
            {
                std::unique_lock lock(mutex);
                wake.wait(lock, [this] { return ending || !waiting.empty(); });
                if (ending) return;
                next = std::move(waiting.front());
                waiting.pop_front();
            }
            next.job();
            next.job = {};   // what it owns goes on this thread, before `done` can look at the result
            if (next.done) owner.post(std::move(next.done));
        }
    }
};

ThreadWorker::ThreadWorker(Loop& owner, std::size_t threads) : pool_(std::make_unique<Pool>(owner)) {
    CHECK(threads > 0, "a worker without threads");
    for (std::size_t i = 0; i < threads; ++i) pool_->threads.emplace_back([pool = pool_.get()] { pool->serve(); });
}

ThreadWorker::~ThreadWorker() {
    {
        const std::lock_guard lock(pool_->mutex);
        pool_->ending = true;
    }
    pool_->wake.notify_all();
    for (auto& thread : pool_->threads) thread.join();
}

void ThreadWorker::run(Task job, Task done) {
    {
        const std::lock_guard lock(pool_->mutex);
        pool_->waiting.push_back({std::move(job), std::move(done)});
    }
    pool_->wake.notify_one();
}

}  // namespace parley::net
