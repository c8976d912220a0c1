// ThreadWorker: jobs run elsewhere, answers come home, the end waits for what runs.
#include "net/asio/thread_worker.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "net/asio/asio_loop.hpp"

namespace parley::net {
namespace {

TEST(ThreadWorker, RunsJobsAwayFromTheLoopAndDoneOnIt) {
    AsioLoop loop;
    ThreadWorker worker(loop);
    const auto home = std::this_thread::get_id();
    std::thread::id job_thread;
    worker.run([&] { job_thread = std::this_thread::get_id(); },
               [&] {
                   EXPECT_EQ(std::this_thread::get_id(), home);
                   EXPECT_NE(job_thread, home);
                   loop.stop();
               });
    loop.run();
    EXPECT_NE(job_thread, std::thread::id{});
}

TEST(ThreadWorker, ItsThreadsStepBackAndNobodyElseDoes) {
    AsioLoop loop;
    ThreadWorker worker(loop, 1);
    const auto niceness = [] { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); };
    const int own = niceness();
    int job = own;
    worker.run([&] { job = niceness(); }, [&] { loop.stop(); });
    loop.run();
    EXPECT_EQ(job, std::max(own, 10));
    EXPECT_EQ(niceness(), own);
}

TEST(ThreadWorker, OneThreadKeepsTheOrder) {
    AsioLoop loop;
    ThreadWorker worker(loop, 1);
    std::vector<int> jobs;
    std::vector<int> answers;
    for (int i = 0; i < 500; ++i) {
        worker.run([&jobs, i] { jobs.push_back(i); },
                   [&, i] {
                       answers.push_back(i);
                       if (i == 499) loop.stop();
                   });
    }
    loop.run();
    for (int i = 0; i < 500; ++i) {
        EXPECT_EQ(jobs[static_cast<std::size_t>(i)], i);
        EXPECT_EQ(answers[static_cast<std::size_t>(i)], i);
    }
}

TEST(ThreadWorker, SeveralThreadsWorkAtTheSameTime) {
    AsioLoop loop;
    ThreadWorker worker(loop, 2);
    std::mutex mutex;
    std::condition_variable met;
    int inside = 0;
    int done = 0;
    // Each job waits for the other: with one thread neither would ever end.
    for (int i = 0; i < 2; ++i) {
        worker.run(
            [&] {
                std::unique_lock lock(mutex);
                ++inside;
                met.notify_all();
                met.wait(lock, [&] { return inside == 2; });
            },
            [&] {
                if (++done == 2) loop.stop();
            });
    }
    loop.run();
    EXPECT_EQ(done, 2);
}

TEST(ThreadWorker, ItsEndWaitsForTheRunningJobAndDropsTheOthers) {
    AsioLoop loop;
    std::atomic<bool> started{false};
    std::atomic<bool> finished{false};
    std::atomic<bool> second{false};
    {
        ThreadWorker worker(loop, 1);
        worker.run(
            [&] {
                started = true;
                std::this_thread::sleep_for(std::chrono::milliseconds(30));
                finished = true;
            },
            [] {});
        while (!started) std::this_thread::yield();
        worker.run([&] { second = true; }, [] {});
    }
    EXPECT_TRUE(finished);
    EXPECT_FALSE(second);
}

}  // namespace
}  // namespace parley::net
