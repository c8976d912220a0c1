// The log on a real disk: what a killed process acknowledged is found by the next one.
#include <csignal>
#include <filesystem>

#include <sys/wait.h>
#include <unistd.h>

#include "net/asio/asio_loop.hpp"
#include "net/asio/posix_disk.hpp"
#include "tests/unit/storage/log_bench.hpp"

namespace parley::consensus::test {
namespace {

struct RealLog {
    explicit RealLog(const std::string& root) : disk(loop, root) {
        if (!Log::exists(disk, "log")) {
            const auto made = Log::create(disk, "log", test_identity(), small_segments());
            EXPECT_TRUE(made) << made.error().message;
        }
        auto opened = Log::open(disk, loop, "log", small_segments());
        EXPECT_TRUE(opened) << opened.error().message;
        log = std::move(*opened);
    }
    net::AsioLoop loop;
    net::PosixDisk disk;
    std::unique_ptr<Log> log;
};

class LogOnPosixDisk : public ::testing::Test {
protected:
    LogOnPosixDisk() {
        std::string pattern = ::testing::TempDir() + "parley-log-XXXXXX";
        root = ::mkdtemp(pattern.data());
    }
    ~LogOnPosixDisk() override { std::filesystem::remove_all(root); }
    std::string root;
};

TEST_F(LogOnPosixDisk, AppendsAreFoundAgain) {
    {
        RealLog real(root);
        int left = 200;
        for (std::uint64_t slot = 1; slot <= 200; ++slot) {
            real.log->append({accept_of(slot, 1, value_of(slot, 700))}, Slot{slot - 1}, [&](net::Result<void> result) {
                EXPECT_TRUE(result);
                if (--left == 0) real.loop.stop();
            });
        }
        real.loop.run();
        EXPECT_GT(real.disk.counters().syncs, 0U);
        EXPECT_LT(real.log->counters().syncs, 200U) << "no group commit";
    }
    RealLog real(root);
    EXPECT_EQ(real.log->recovered().incarnation, 2U);
    const auto all = real.log->read(Slot{1}, Slot{200}, 1U << 20U);
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 200U);
    for (std::uint64_t slot = 1; slot <= 200; ++slot) {
        EXPECT_EQ((*all)[slot - 1], accept_of(slot, 1, value_of(slot, 700)).accepted);
    }
}

// Appends from `first` on for ever, and tells each acknowledged slot through the pipe.
[[noreturn]] void append_until_killed(const std::string& root, std::uint64_t first, int pipe) {
    RealLog real(root);
    net::Function<void(std::uint64_t)> next = [&](std::uint64_t slot) {
        real.log->append({accept_of(slot, 1, value_of(slot, 300))}, Slot{slot - 1}, [&, slot](net::Result<void> result) {
            if (!result || ::write(pipe, &slot, sizeof slot) != sizeof slot) ::_exit(1);
            next(slot + 1);
        });
    };
    next(first);
    real.loop.run();
    ::_exit(1);
}

TEST_F(LogOnPosixDisk, KilledProcessLosesNothingAcknowledged) {
    std::uint64_t acknowledged = 0;
    for (int round = 0; round < 5; ++round) {
        int pipe[2];
        ASSERT_EQ(::pipe(pipe), 0);
        const pid_t child = ::fork();
        if (child == 0) append_until_killed(root, acknowledged + 1, pipe[1]);
        ASSERT_EQ(::close(pipe[1]), 0);
        std::uint64_t slot = 0;
        for (int i = 0; i < 20 + 13 * round; ++i) {
            ASSERT_EQ(::read(pipe[0], &slot, sizeof slot), static_cast<ssize_t>(sizeof slot));
            acknowledged = slot;
        }
        ::kill(child, SIGKILL);
        while (::read(pipe[0], &slot, sizeof slot) == static_cast<ssize_t>(sizeof slot)) acknowledged = slot;
        ASSERT_EQ(::waitpid(child, nullptr, 0), child);
        ::close(pipe[0]);

        RealLog real(root);
        EXPECT_TRUE(real.log->recovered().faulty.empty());
        const auto all = real.log->read(Slot{1}, Slot{acknowledged}, std::size_t{1} << 30U);
        ASSERT_TRUE(all);
        ASSERT_EQ(all->size(), acknowledged);
        EXPECT_EQ(all->back(), accept_of(acknowledged, 1, value_of(acknowledged, 300)).accepted);
    }
}

}  // namespace
}  // namespace parley::consensus::test
