// Setting a damaged state aside: cut anywhere by a crash, the next start makes it good, and nothing is lost on the way.
#include <memory>
#include <span>

#include <gtest/gtest.h>

#include "chat/server/state_files.hpp"
#include "sim/disk/sim_disk.hpp"

namespace parley::chat::testing {
namespace {

const StateFiles files{"state", "state/chat.db", nullptr};

std::unique_ptr<sim::SimDisk> make_disk() {
    return std::make_unique<sim::SimDisk>(sim::SimDiskOptions{}, [](std::string_view, std::uint64_t place) { return place; },
                                          [](net::Duration, net::Task task) { task(); });
}

void put(sim::SimDisk& disk, const std::string& path, const std::string& text) {
    const auto file = disk.open(path, net::OpenMode::create_new).value();
    ASSERT_TRUE(file->write(0, std::as_bytes(std::span{text})));
    ASSERT_TRUE(file->sync());
}

std::string text_of(sim::SimDisk& disk, const std::string& path) {
    const auto file = disk.open(path, net::OpenMode::read_only);
    if (!file) return "";
    std::string text((*file)->size().value(), '\0');
    EXPECT_TRUE((*file)->read(0, std::as_writable_bytes(std::span{text})));
    return text;
}

void fill(sim::SimDisk& disk) {
    ASSERT_TRUE(disk.make_directory("state"));
    put(disk, "state/chat.db", "database");
    put(disk, "state/chat.db-wal", "log");
    put(disk, "state/chat.db-shm", "index");
    ASSERT_TRUE(disk.sync_directory(""));
    ASSERT_TRUE(disk.sync_directory("state"));
}

TEST(StateFiles, WhatIsNotMarkedStays) {
    const auto disk = make_disk();
    fill(*disk);
    EXPECT_FALSE(set_aside_if_marked(*disk, files).value());
    EXPECT_EQ(text_of(*disk, "state/chat.db"), "database");
}

TEST(StateFiles, AMarkedStateIsSetAsideOnce) {
    const auto disk = make_disk();
    fill(*disk);
    ASSERT_TRUE(mark_damaged(*disk, files));
    ASSERT_TRUE(mark_damaged(*disk, files)) << "told twice";
    EXPECT_TRUE(set_aside_if_marked(*disk, files).value());
    EXPECT_FALSE(disk->exists("state/chat.db") || disk->exists("state/chat.db-wal") || disk->exists("state/chat.db-shm"));
    EXPECT_EQ(text_of(*disk, "state/chat.db.damaged"), "database");
    EXPECT_EQ(text_of(*disk, "state/chat.db.damaged-wal"), "log");
    EXPECT_FALSE(set_aside_if_marked(*disk, files).value());
    ASSERT_TRUE(remove_set_aside(*disk, files));
    EXPECT_FALSE(disk->exists("state/chat.db.damaged") || disk->exists("state/chat.db.damaged-wal"));
}

TEST(StateFiles, AnUnfinishedStateDoesNotReplaceTheOneThatLiesAside) {
    const auto disk = make_disk();
    fill(*disk);
    put(*disk, "state/chat.db.damaged", "all that is left");
    ASSERT_TRUE(mark_damaged(*disk, files));
    EXPECT_TRUE(set_aside_if_marked(*disk, files).value());
    EXPECT_FALSE(disk->exists("state/chat.db") || disk->exists("state/chat.db-wal"));
    EXPECT_EQ(text_of(*disk, "state/chat.db.damaged"), "all that is left");
    EXPECT_FALSE(disk->exists("state/chat.db.damaged-wal")) << "a log of another database";
}

TEST(StateFiles, ACrashAnywhereLosesNothing) {
    bool is_cut = true;
    for (std::uint64_t k = 0; is_cut; ++k) {
        ASSERT_LT(k, 100U);
        const auto disk = make_disk();
        fill(*disk);
        ASSERT_TRUE(mark_damaged(*disk, files));
        disk->arm(sim::DiskFault{sim::DiskFaultKind::power_cut, k, 1, "", {}});
        is_cut = !set_aside_if_marked(*disk, files);
        EXPECT_TRUE(is_cut || k > 3) << "the power was never cut";
        disk->crash(sim::CrashKind::power_cut);
        disk->restart();
        disk->disarm();
        ASSERT_TRUE(set_aside_if_marked(*disk, files));
        EXPECT_FALSE(disk->exists("state/chat.db")) << k;
        EXPECT_FALSE(disk->exists("state/chat.db-wal")) << k;
        EXPECT_EQ(text_of(*disk, "state/chat.db.damaged"), "database") << k;
        EXPECT_EQ(text_of(*disk, "state/chat.db.damaged-wal"), "log") << k;
    }
}

}  // namespace
}  // namespace parley::chat::testing
