// The scrubber: damage that nobody reads is found within a round, and what only looks like damage is not.
#include <array>
#include <memory>
#include <utility>

#include <gtest/gtest.h>

#include "chat/server/scrubber.hpp"
#include "chat/state/checked_pages.hpp"
#include "sim/disk/sim_disk.hpp"
#include "tests/unit/gateway/fake_ports.hpp"

namespace parley::chat::testing {
namespace {

using namespace std::chrono_literals;

constexpr ScrubTimes quick{10s, 1s, 10ms, 4};
using Page = std::array<std::byte, page_size>;

class ScrubberTest : public ::testing::Test {
protected:
    void SetUp() override {
        file = disk->open("chat.db", net::OpenMode::create_new).value();
        for (std::uint64_t number = 1; number <= 10; ++number) put(number, sealed(number));
        put(7, Page{});   // never used
        ASSERT_TRUE(disk->sync_directory(""));
        scrubber.start();
    }
    static Page sealed(std::uint64_t number) {
        Page page{};
        page.fill(static_cast<std::byte>(number));
        seal_page(number, page);
        return page;
    }
    void put(std::uint64_t number, const Page& page) {
        ASSERT_TRUE(file->write((number - 1) * page_size, page));
        ASSERT_TRUE(file->sync());
    }

    Clock clock{1};
    FakeLoop loop{clock};
    FakeWorker worker{loop};
    std::unique_ptr<sim::SimDisk> disk = std::make_unique<sim::SimDisk>(
        sim::SimDiskOptions{}, [](std::string_view, std::uint64_t place) { return place; }, [](net::Duration, net::Task task) { task(); });
    std::shared_ptr<net::File> file;
    std::vector<std::string> found;
    Scrubber scrubber{loop, worker, *disk, "chat.db", quick, [this](const net::Error& error) { found.push_back(error.message); }};
};

TEST_F(ScrubberTest, RoundsGoOnAndFindNothingInAWholeFile) {
    clock.run_for(900ms);
    EXPECT_EQ(scrubber.rounds(), 0U);
    clock.run_for(200ms);
    EXPECT_EQ(scrubber.rounds(), 1U);
    clock.run_for(35s);
    EXPECT_EQ(scrubber.rounds(), 4U);
    EXPECT_TRUE(found.empty());
}

TEST_F(ScrubberTest, AChangedBitOnTheMediumIsFoundInTheNextRound) {
    clock.run_for(2s);
    ASSERT_TRUE(disk->flip_bit("chat.db", 8 * page_size + 77, 3));   // what is in memory is as before
    clock.run_for(20s);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found.front().find("page 9"), std::string::npos) << found.front();
    EXPECT_EQ(scrubber.rounds(), 1U);
}

TEST_F(ScrubberTest, AZeroedPageInAPlaceThatWasUsedIsLeftToWhoReadsIt) {
    put(3, Page{});
    clock.run_for(5s);
    EXPECT_TRUE(found.empty());
}

// Reads at once and tells of it when it is told to.
class EarlyWorker final : public net::Worker {
public:
    void run(net::Task job, net::Task done) override {
        job();
        waiting = std::move(done);
    }
    net::Task waiting;
};

// As when a checkpoint was writing the page while the Worker read it.
TEST_F(ScrubberTest, WhatIsRightAtASecondLookIsNoDamage) {
    worker.held = true;   // of the other one
    EarlyWorker early;
    Scrubber other{loop, early, *disk, "chat.db", quick, [this](const net::Error& error) { found.push_back(error.message); }};
    Page torn = sealed(2);
    torn[100] ^= std::byte{1};
    put(2, torn);
    other.start();
    clock.run_for(1100ms);
    put(2, sealed(2));
    ASSERT_TRUE(early.waiting);
    std::exchange(early.waiting, {})();
    EXPECT_TRUE(found.empty());
    clock.run_for(100ms);
    EXPECT_TRUE(early.waiting) << "and it goes on";
}

TEST_F(ScrubberTest, AFileThatCannotBeReadIsNotDamage) {
    disk->arm({sim::DiskFaultKind::read_error, 0, 1'000, "", {}});
    clock.run_for(30s);
    EXPECT_TRUE(found.empty());
}

TEST_F(ScrubberTest, ItEndsWithItsReplica) {
    worker.held = true;
    clock.run_for(1100ms);
    {
        Scrubber other{loop, worker, *disk, "chat.db", quick, [](const net::Error&) {}};
        other.start();
        clock.run_for(1100ms);
    }
    worker.release();
    clock.run_for(1s);
}

}  // namespace
}  // namespace parley::chat::testing
