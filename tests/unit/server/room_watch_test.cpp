// The watch over the room on the disk (P16): when it speaks, to whom, and how long another replica's word counts.
#include <gtest/gtest.h>

#include "chat/server/room_watch.hpp"
#include "sim/disk/sim_disk.hpp"
#include "tests/unit/gateway/fake_ports.hpp"

namespace parley::chat::testing {
namespace {

using consensus::NodeId;

class RoomWatchTest : public ::testing::Test {
protected:
    RoomEvents events() {
        return {[this](bool enough) { changes.push_back(enough); }, [this](const RoomReport& report) { told.push_back(report.enough); },
                [this] { ++looks; }};
    }
    Clock clock{1};
    FakeLoop loop{clock};
    FakeWorker worker{loop};
    std::unique_ptr<sim::SimDisk> disk = std::make_unique<sim::SimDisk>(
        sim::SimDiskOptions{}, [](std::string_view, std::uint64_t place) { return place; }, [](net::Duration, net::Task task) { task(); });
    std::vector<bool> changes;
    std::vector<bool> told;
    int looks = 0;
    RoomWatch watch{loop, worker, *disk, {1000, 1s}, events()};
};

TEST_F(RoomWatchTest, WhereThereIsRoomItIsSilent) {
    watch.start();
    clock.run_for(10s);
    EXPECT_TRUE(watch.has_room());
    EXPECT_GE(looks, 10);
    EXPECT_TRUE(changes.empty());
    EXPECT_TRUE(told.empty());
}

TEST_F(RoomWatchTest, AShortageIsToldAtOnceAndCountsFromTheNextLookOn) {
    watch.start();
    clock.run_for(1500ms);
    disk->leave_room(999);
    clock.run_for(1s);
    EXPECT_TRUE(watch.has_room()) << "others on equal disks hear of it first, and this one of theirs";
    EXPECT_EQ(watch.free_bytes(), std::optional<std::uint64_t>{999});
    EXPECT_EQ(told, std::vector<bool>{false});
    EXPECT_TRUE(changes.empty());
    clock.run_for(1s);
    EXPECT_FALSE(watch.has_room());
    EXPECT_EQ(changes, std::vector<bool>{false});
    clock.run_for(3s);
    EXPECT_EQ(changes.size(), 1U);
    EXPECT_EQ(told.size(), 5U) << "and said again at every look";
}

TEST_F(RoomWatchTest, AShortageOfAMomentIsTakenBack) {
    watch.start();
    clock.run_for(1500ms);
    disk->leave_room(999);
    clock.run_for(1s);
    disk->leave_room(2000);
    clock.run_for(3s);
    EXPECT_TRUE(watch.has_room());
    EXPECT_TRUE(changes.empty());
    EXPECT_EQ(told, (std::vector<bool>{false, true}));
}

TEST_F(RoomWatchTest, ToBeginAgainALittleMoreIsWanted) {
    watch.start();
    disk->leave_room(999);
    clock.run_for(2500ms);
    ASSERT_FALSE(watch.has_room());
    disk->leave_room(1249);
    clock.run_for(2s);
    EXPECT_FALSE(watch.has_room());
    disk->leave_room(1250);
    clock.run_for(2s);
    EXPECT_TRUE(watch.has_room());
    EXPECT_EQ(changes, (std::vector<bool>{false, true}));
    EXPECT_TRUE(told.back()) << "the others need not wait until the last word is old";
    const std::size_t before = told.size();
    clock.run_for(5s);
    EXPECT_EQ(told.size(), before);
}

TEST_F(RoomWatchTest, ADiskThatHangsHoldsNobodyUp) {
    worker.held = true;
    watch.start();
    clock.run_for(10s);
    EXPECT_EQ(looks, 0);
    EXPECT_FALSE(watch.free_bytes());
    EXPECT_TRUE(watch.has_room());
    worker.release();
    clock.run_for(1s);
    EXPECT_TRUE(watch.free_bytes());
}

TEST_F(RoomWatchTest, AnothersWordCountsForThreeBeats) {
    EXPECT_TRUE(watch.has_room(NodeId{2})) << "who is silent has room";
    watch.heard(NodeId{2}, {false});
    EXPECT_EQ(looks, 1) << "it is news";
    EXPECT_FALSE(watch.has_room(NodeId{2}));
    EXPECT_TRUE(watch.has_room(NodeId{3}));
    clock.run_for(2s);
    watch.heard(NodeId{2}, {false});
    EXPECT_EQ(looks, 1);
    clock.run_for(2900ms);
    EXPECT_FALSE(watch.has_room(NodeId{2}));
    clock.run_for(200ms);
    EXPECT_TRUE(watch.has_room(NodeId{2}));
    watch.heard(NodeId{2}, {false});
    watch.heard(NodeId{2}, {true});
    EXPECT_TRUE(watch.has_room(NodeId{2}));
}

TEST_F(RoomWatchTest, FilesLeaveMoreThanMessagesDo) {
    EXPECT_FALSE(watch.take(1)) << "nothing is known yet";
    disk->leave_room(2000);
    watch.start();
    clock.run_for(500ms);
    EXPECT_FALSE(watch.take(751));
    EXPECT_TRUE(watch.take(750)) << "a quarter more than the reserve stays free";
    disk->leave_room(1240);
    clock.run_for(5s);
    EXPECT_FALSE(watch.take(1));
    EXPECT_TRUE(watch.has_room()) << "messages go on";
}

TEST_F(RoomWatchTest, WhatIsTakenCountsUntilItWasSeen) {
    disk->leave_room(2000);
    watch.start();
    clock.run_for(500ms);
    EXPECT_TRUE(watch.take(500));
    EXPECT_FALSE(watch.take(500)) << "not written yet, perhaps";
    clock.run_for(1s);
    EXPECT_FALSE(watch.take(500)) << "the look may have come before it was written";
    disk->leave_room(1500);
    clock.run_for(1s);
    EXPECT_TRUE(watch.take(250));
    EXPECT_FALSE(watch.take(1));
}

TEST_F(RoomWatchTest, AReserveOfNothingNeverLooks) {
    RoomWatch blind{loop, worker, *disk, {0, 1s}, events()};
    blind.start();
    disk->leave_room(0);
    clock.run_for(5s);
    EXPECT_TRUE(blind.has_room());
    EXPECT_TRUE(blind.take(1));
    EXPECT_EQ(looks, 0);
}

}  // namespace
}  // namespace parley::chat::testing
