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

TEST(StateFiles, AContradictedStateIsSetAsideAndRemembered) {
    const auto disk = make_disk();
    fill(*disk);
    EXPECT_EQ(slot_to_fetch(*disk, files).value(), std::nullopt);
    ASSERT_TRUE(mark_diverged(*disk, files, 20'480));
    ASSERT_TRUE(mark_diverged(*disk, files, 1024)) << "told twice";
    EXPECT_TRUE(set_aside_if_marked(*disk, files).value());
    EXPECT_FALSE(disk->exists("state/chat.db"));
    EXPECT_EQ(text_of(*disk, "state/chat.db.damaged"), "database");
    EXPECT_EQ(slot_to_fetch(*disk, files).value(), 1024U);
    EXPECT_FALSE(set_aside_if_marked(*disk, files).value()) << "what stands in its place by then";
    EXPECT_EQ(slot_to_fetch(*disk, files).value(), 1024U) << "it was not fetched yet";
    ASSERT_TRUE(remove_slot_to_fetch(*disk, files));
    EXPECT_EQ(slot_to_fetch(*disk, files).value(), std::nullopt);
}

TEST(StateFiles, ACrashAnywhereForgetsNoContradiction) {
    bool is_cut = true;
    for (std::uint64_t k = 0; is_cut; ++k) {
        ASSERT_LT(k, 100U);
        const auto disk = make_disk();
        fill(*disk);
        ASSERT_TRUE(mark_diverged(*disk, files, 77));
        disk->arm(sim::DiskFault{sim::DiskFaultKind::power_cut, k, 1, "", {}});
        is_cut = !set_aside_if_marked(*disk, files);
        disk->crash(sim::CrashKind::power_cut);
        disk->restart();
        disk->disarm();
        ASSERT_TRUE(set_aside_if_marked(*disk, files));
        EXPECT_FALSE(disk->exists("state/chat.db")) << k;
        EXPECT_EQ(text_of(*disk, "state/chat.db.damaged"), "database") << k;
        EXPECT_EQ(slot_to_fetch(*disk, files).value(), 77U) << k;
    }
}

TEST(StateFiles, AMarkThatACrashCutIsOneAllTheSame) {
    for (std::uint64_t k = 0; k < 6; ++k) {
        const auto disk = make_disk();
        fill(*disk);
        disk->arm(sim::DiskFault{sim::DiskFaultKind::power_cut, k, 1, "", {}});
        const bool is_marked = mark_diverged(*disk, files, 77).has_value();
        disk->crash(sim::CrashKind::power_cut);
        disk->restart();
        disk->disarm();
        const bool is_aside = set_aside_if_marked(*disk, files).value();
        EXPECT_TRUE(is_aside || !is_marked) << k;
        EXPECT_EQ(slot_to_fetch(*disk, files).value().has_value(), is_aside) << k;
        if (is_marked) {
            EXPECT_EQ(slot_to_fetch(*disk, files).value(), 77U) << k;
        }
    }
}

TEST(StateFiles, WhoIsExpelledStaysSo) {
    const auto disk = make_disk();
    fill(*disk);
    EXPECT_TRUE(check_may_vote(*disk, files));
    ASSERT_TRUE(mark_expelled(*disk, files, 2048));
    disk->crash(sim::CrashKind::power_cut);
    disk->restart();
    const auto checked = check_may_vote(*disk, files);
    ASSERT_FALSE(checked);
    EXPECT_NE(checked.error().message.find("up to slot 2048"), std::string::npos) << checked.error().message;
    EXPECT_NE(checked.error().message.find("parley cluster replace"), std::string::npos) << checked.error().message;
    EXPECT_EQ(text_of(*disk, "state/chat.db"), "database") << "the files are kept";
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
