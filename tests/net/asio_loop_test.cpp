// AsioLoop: order of posts, timers, watched descriptors, signals, start and stop.
#include "net/asio/asio_loop.hpp"

#include <array>
#include <csignal>
#include <set>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace parley::net {
namespace {

using std::chrono::milliseconds;

TEST(AsioLoop, RunsPostsInOrderAndNotInsidePost) {
    AsioLoop loop;
    std::vector<int> seen;
    loop.post([&] {
        seen.push_back(1);
        loop.post([&] {
            seen.push_back(3);
            loop.stop();
        });
        seen.push_back(2);
    });
    EXPECT_TRUE(seen.empty());
    loop.run();
    EXPECT_EQ(seen, (std::vector{1, 2, 3}));
}

TEST(AsioLoop, PostsFromBeforeTheRunStayBeforeThoseOfTheRun) {
    AsioLoop loop;
    std::vector<int> seen;
    loop.post([&] { loop.post([&] { seen.push_back(2); loop.stop(); }); });
    loop.post([&] { seen.push_back(1); });
    loop.run();
    EXPECT_EQ(seen, (std::vector{1, 2}));
}

TEST(AsioLoop, KeepsTheOrderOfEachSendingThread) {
    AsioLoop loop;
    constexpr int each = 20'000;
    std::array<int, 3> next{};
    int received = 0;
    std::vector<std::thread> senders;
    for (std::size_t sender = 0; sender < next.size(); ++sender) {
        senders.emplace_back([&, sender] {
            for (int i = 0; i < each; ++i) {
                loop.post([&, sender, i] {
                    EXPECT_EQ(next[sender]++, i);
                    if (++received == 3 * each) loop.stop();
                });
            }
        });
    }
    loop.run();
    for (auto& sender : senders) sender.join();
    EXPECT_EQ(received, 3 * each);
}

TEST(AsioLoop, StopBeforeRunMakesRunReturnAtOnceAndItCanRunAgain) {
    AsioLoop loop;
    int runs = 0;
    loop.stop();
    loop.run();
    loop.post([&] { ++runs; loop.stop(); });
    loop.run();
    EXPECT_EQ(runs, 1);
}

TEST(AsioLoop, StopsFromAnotherThread) {
    AsioLoop loop;
    std::thread other([&] { loop.stop(); });
    loop.run();
    other.join();
}

TEST(AsioLoop, TimersRunInTheOrderOfTheirTimesAndNeverEarly) {
    AsioLoop loop;
    std::vector<int> seen;
    const Instant begin = loop.now();
    loop.after(milliseconds(30), [&] {
        EXPECT_GE(loop.now() - begin, milliseconds(30));
        seen.push_back(3);
        loop.stop();
    });
    loop.after(milliseconds(10), [&] {
        EXPECT_GE(loop.now() - begin, milliseconds(10));
        seen.push_back(1);
    });
    loop.after(milliseconds(20), [&] { seen.push_back(2); });
    loop.run();
    EXPECT_EQ(seen, (std::vector{1, 2, 3}));
}

TEST(AsioLoop, TimersOfOneMomentRunInTheOrderTheyWereSet) {
    AsioLoop loop;
    std::vector<int> seen;
    for (int i = 0; i < 5; ++i) loop.after(milliseconds(-1), [&seen, i] { seen.push_back(i); });
    loop.after(milliseconds(5), [&] { loop.stop(); });
    loop.run();
    EXPECT_EQ(seen, (std::vector{0, 1, 2, 3, 4}));
}

TEST(AsioLoop, ACancelledTimerNeverRunsAlsoWhenItIsDue) {
    AsioLoop loop;
    TimerId second;
    bool ran = false;
    loop.after(milliseconds(1), [&] { loop.cancel(second); });
    second = loop.after(milliseconds(1), [&] { ran = true; });
    loop.cancel(TimerId{});
    loop.after(milliseconds(20), [&] { loop.stop(); });
    loop.run();
    EXPECT_FALSE(ran);
    EXPECT_NE(second, TimerId{});
}

TEST(AsioLoop, AnEarlierTimerSetLaterRunsFirst) {
    AsioLoop loop;
    bool early = false;
    loop.after(milliseconds(200), [&] { loop.stop(); });
    loop.after(milliseconds(5), [&] { early = true; });
    loop.run();
    EXPECT_TRUE(early);
}

TEST(AsioLoop, ChanceDiffersFromLoopToLoop) {
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 8; ++i) seen.insert(AsioLoop{}.chance());
    EXPECT_EQ(seen.size(), 8U);
}

struct Pipe {
    Pipe() { EXPECT_EQ(::pipe(ends.data()), 0); }
    ~Pipe() {
        ::close(ends[0]);
        close_writer();
    }
    void close_writer() {
        if (ends[1] >= 0) ::close(ends[1]);
        ends[1] = -1;
    }
    std::array<int, 2> ends{};
};

TEST(AsioLoop, WatchesAPipeWithoutMakingItNonBlocking) {
    AsioLoop loop;
    Pipe pipe;
    std::string got;
    loop.watch_readable(pipe.ends[0], [&] {
        char byte = 0;
        const ssize_t size = ::read(pipe.ends[0], &byte, 1);   // one of several: called again for the rest
        if (size == 1) {
            got += byte;
        } else {
            loop.unwatch(pipe.ends[0]);
            loop.stop();
        }
    });
    loop.after(milliseconds(5), [&] {
        EXPECT_EQ(::write(pipe.ends[1], "abc", 3), 3);
        pipe.close_writer();
    });
    loop.run();
    EXPECT_EQ(got, "abc");
    EXPECT_EQ(::fcntl(pipe.ends[0], F_GETFL) & O_NONBLOCK, 0);
}

TEST(AsioLoop, WatchesARegularFileToItsEnd) {
    AsioLoop loop;
    const int file = ::open("CMakeLists.txt", O_RDONLY | O_CLOEXEC);
    ASSERT_GE(file, 0);
    std::size_t total = 0;
    loop.watch_readable(file, [&] {
        std::array<char, 256> bytes{};
        const ssize_t size = ::read(file, bytes.data(), bytes.size());
        if (size > 0) {
            total += static_cast<std::size_t>(size);
        } else {
            loop.unwatch(file);
            loop.stop();
        }
    });
    loop.run();
    EXPECT_GT(total, 256U);
    ::close(file);
}

TEST(AsioLoop, AnUnwatchedDescriptorIsLeftAlone) {
    AsioLoop loop;
    Pipe pipe;
    bool called = false;
    loop.watch_readable(pipe.ends[0], [&] { called = true; });
    loop.unwatch(pipe.ends[0]);
    EXPECT_EQ(::write(pipe.ends[1], "x", 1), 1);
    loop.after(milliseconds(10), [&] { loop.stop(); });
    loop.run();
    EXPECT_FALSE(called);
}

TEST(AsioLoop, ReportsSignals) {
    AsioLoop loop;
    std::vector<int> seen;
    loop.on_signal({SIGUSR1, SIGUSR2}, [&](int signal) {
        seen.push_back(signal);
        if (seen.size() == 2) loop.stop();
        else EXPECT_EQ(::raise(SIGUSR2), 0);
    });
    loop.post([] { EXPECT_EQ(::raise(SIGUSR1), 0); });
    loop.run();
    EXPECT_EQ(seen, (std::vector{SIGUSR1, SIGUSR2}));
}

TEST(AsioLoop, DestroysWhatNeverRanWhileItStillStands) {
    int destroyed = 0;
    struct Cancels {
        Cancels(AsioLoop& owner, TimerId id, int& count) : loop(owner), timer(id), destroyed(count) {}
        Cancels(const Cancels&) = delete;
        ~Cancels() {
            loop.cancel(timer);
            loop.post([] {});
            ++destroyed;
        }
        AsioLoop& loop;
        TimerId timer;
        int& destroyed;
    };
    {
        AsioLoop loop;
        const TimerId timer = loop.after(milliseconds(1000), [] {});
        loop.post([held = std::make_unique<Cancels>(loop, timer, destroyed)] {});
        loop.after(milliseconds(500), [held = std::make_unique<Cancels>(loop, timer, destroyed)] {});
    }
    EXPECT_EQ(destroyed, 2);
}

TEST(AsioLoop, ATaskThatThrowsEndsTheRunAndTheLoopStaysUsable) {
    AsioLoop loop;
    loop.post([] { throw std::runtime_error("fail-stop"); });
    EXPECT_THROW(loop.run(), std::runtime_error);
    bool ran = false;
    loop.post([&] { ran = true; loop.stop(); });
    loop.run();
    EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace parley::net
