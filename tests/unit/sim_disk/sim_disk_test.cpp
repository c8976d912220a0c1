// The crash disk: what is durable survives, what is not may take any of the allowed shapes, and the past is fenced.
#include <optional>
#include <set>

#include <gtest/gtest.h>

#include "tests/unit/sim_disk/manual_loop.hpp"

namespace parley::sim {
namespace {

using net::ErrorKind;
using net::OpenMode;
using test::bytes_of;
using test::chance_of;
using test::ManualLoop;

std::string content(SimDisk& disk, const std::string& path) {
    auto file = disk.open(path, OpenMode::read_only);
    if (!file) return "(none)";
    net::Bytes bytes((*file)->size().value());
    EXPECT_EQ((*file)->read(0, bytes).value(), bytes.size());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::shared_ptr<net::File> make(SimDisk& disk, const std::string& path, const std::string& text, bool sync) {
    auto file = disk.open(path, OpenMode::create_new).value();
    EXPECT_TRUE(file->write(0, bytes_of(text)));
    if (sync) {
        EXPECT_TRUE(file->sync());
        EXPECT_TRUE(disk.sync_directory(""));
    }
    return file;
}

TEST(SimDisk, ProcessKillKeepsWhatWasWritten) {
    SimDisk disk({}, chance_of(1), {});
    make(disk, "a", "hello", false);
    disk.crash(CrashKind::process_kill);
    disk.restart();
    EXPECT_EQ(content(disk, "a"), "hello");
}

TEST(SimDisk, TellsWhatAPowerCutCouldTakeAway) {
    SimDisk disk({}, chance_of(1), {});
    ASSERT_TRUE(disk.make_directory("f"));
    ASSERT_TRUE(disk.sync_directory(""));
    auto file = make(disk, "f/a", "hello", false);
    EXPECT_EQ(disk.unsynced_names("f"), std::vector<std::string>{"f/a"});
    ASSERT_TRUE(disk.sync_directory("f"));
    EXPECT_TRUE(disk.unsynced_names("f").empty());
    EXPECT_FALSE(disk.is_durable("f/a")) << "its bytes are in the cache";
    std::string synced;
    disk.on_synced = [&synced](const std::string& path) { synced = path; };
    ASSERT_TRUE(file->sync());
    EXPECT_EQ(synced, "f/a");
    EXPECT_TRUE(disk.is_durable("f/a"));
    ASSERT_TRUE(disk.rename("f/a", "f/b"));
    EXPECT_FALSE(disk.is_durable("f/b"));
    EXPECT_EQ(disk.unsynced_names("f"), std::vector<std::string>{"f/b"});
}

TEST(SimDisk, AMisdirectedBlockLandsElsewhereAndTheCacheKnowsNothing) {
    SimDisk disk({}, chance_of(1), {});
    const std::string block(SimDisk::misdirected_block, 'o');
    auto file = make(disk, "a", block + block, true);
    disk.misdirect = [](const std::string&, std::uint64_t from) { return std::optional{SimDisk::misdirected_block - from}; };
    disk.arm(DiskFault{DiskFaultKind::misdirected, 0, 1, "a", {}});
    const std::string news(SimDisk::misdirected_block, 'n');
    ASSERT_TRUE(file->write(0, bytes_of(news)));
    ASSERT_TRUE(file->sync());
    EXPECT_EQ(content(disk, "a"), news + block);
    disk.evict();
    EXPECT_EQ(content(disk, "a"), block + news);
}

TEST(SimDisk, AFullDiskRefusesWhatGrowsAndTakesWhatDoesNot) {
    SimDisk disk({}, chance_of(1), {});
    auto file = make(disk, "a", "12345", true);
    disk.set_full(true);
    EXPECT_TRUE(file->write(0, bytes_of("54321")));
    EXPECT_EQ(file->write(1, bytes_of("54321")).error().kind, ErrorKind::full);
    EXPECT_EQ(disk.open("b", OpenMode::create_new).error().kind, ErrorKind::full);
    disk.set_full(false);
    EXPECT_TRUE(file->write(1, bytes_of("54321")));
}

TEST(SimDisk, PowerCutKeepsSyncedBytesOnly) {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SimDisk disk({}, chance_of(seed), {});
        auto file = make(disk, "a", "old", true);
        ASSERT_TRUE(file->write(0, bytes_of("mid")));
        ASSERT_TRUE(file->write(0, bytes_of("new")));
        disk.crash(CrashKind::power_cut);
        disk.restart();
        seen.insert(content(disk, "a"));
    }
    EXPECT_TRUE(seen.contains("old"));
    EXPECT_TRUE(seen.contains("mid"));
    EXPECT_TRUE(seen.contains("new"));
    EXPECT_GT(seen.size(), 3U) << "garbage never came";
}

TEST(SimDisk, SectorsOfOneWriteFallApart) {
    bool torn = false;
    for (std::uint64_t seed = 0; seed < 100 && !torn; ++seed) {
        SimDiskOptions options;
        options.sector_size = 512;
        SimDisk disk(options, chance_of(seed), {});
        auto file = make(disk, "a", std::string(4096, 'o'), true);
        ASSERT_TRUE(file->write(0, bytes_of(std::string(4096, 'n'))));
        disk.crash(CrashKind::power_cut);
        disk.restart();
        const std::string text = content(disk, "a");
        torn = text.find('o') != std::string::npos && text.find('n') != std::string::npos;
    }
    EXPECT_TRUE(torn);
}

TEST(SimDisk, UnsyncedNamesAreKeptOrLost) {
    std::set<std::pair<bool, bool>> seen;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        SimDisk disk({}, chance_of(seed), {});
        ASSERT_TRUE(make(disk, "a", "x", true));
        ASSERT_TRUE(disk.rename("a", "b"));
        disk.crash(CrashKind::power_cut);
        disk.restart();
        seen.insert({disk.exists("a"), disk.exists("b")});
        EXPECT_EQ(content(disk, disk.exists("a") ? "a" : "b"), "x");
    }
    EXPECT_EQ(seen, (std::set<std::pair<bool, bool>>{{true, false}, {false, true}}));
}

TEST(SimDisk, FolderLostWithItsFiles) {
    bool lost = false;
    for (std::uint64_t seed = 0; seed < 50 && !lost; ++seed) {
        SimDisk disk({}, chance_of(seed), {});
        ASSERT_TRUE(disk.make_directory("d"));
        auto file = disk.open("d/a", OpenMode::create_new).value();
        ASSERT_TRUE(file->sync());
        ASSERT_TRUE(disk.sync_directory("d"));
        disk.crash(CrashKind::power_cut);
        disk.restart();
        lost = !disk.exists("d");
        EXPECT_EQ(disk.exists("d/a"), disk.exists("d"));
    }
    EXPECT_TRUE(lost);
}

TEST(SimDisk, PastIsFenced) {
    SimDisk disk({}, chance_of(1), {});
    auto file = make(disk, "a", "x", true);
    auto lock = disk.lock("").value();
    EXPECT_EQ(disk.lock("").error().kind, ErrorKind::refused);
    disk.crash(CrashKind::process_kill);
    EXPECT_EQ(disk.remove("a").error().kind, ErrorKind::io_failed) << "a dying node changed its disk";
    disk.restart();
    EXPECT_EQ(file->write(0, bytes_of("y")).error().kind, ErrorKind::io_failed);
    auto again = disk.lock("").value();
    lock.reset();
    EXPECT_EQ(disk.lock("").error().kind, ErrorKind::refused) << "an old lock released a new one";
    EXPECT_EQ(content(disk, "a"), "x");
}

TEST(SimDisk, FailedSyncLooksCleanUntilTheCacheIsDropped) {
    SimDisk disk({}, chance_of(1), {});
    auto file = make(disk, "a", "old", true);
    disk.arm({DiskFaultKind::sync_error, 0, 1, "a", {}});
    ASSERT_TRUE(file->write(0, bytes_of("new")));
    EXPECT_FALSE(file->sync());
    EXPECT_TRUE(file->sync()) << "ext4 forgets the failure";
    disk.crash(CrashKind::process_kill);
    disk.restart();
    EXPECT_EQ(content(disk, "a"), "new");
    ASSERT_TRUE(disk.open("a", OpenMode::read_only).value()->drop_cache());
    EXPECT_EQ(content(disk, "a"), "old");
}

TEST(SimDisk, FlippedBitShowsAfterDroppingTheCache) {
    SimDisk disk({}, chance_of(1), {});
    make(disk, "a", "a", true);
    EXPECT_FALSE(disk.flip_bit("a", 1, 0));
    EXPECT_TRUE(disk.flip_bit("a", 0, 1));
    EXPECT_EQ(content(disk, "a"), "a");
    ASSERT_TRUE(disk.open("a", OpenMode::read_only).value()->drop_cache());
    EXPECT_EQ(content(disk, "a"), "c");
}

TEST(SimDisk, WriteAndSyncIsVisibleAtOnceAndDurableAtTheEnd) {
    for (const bool finish : {false, true}) {
        ManualLoop loop;
        SimDisk disk({}, [](std::string_view, std::uint64_t) { return 1U; }, loop.schedule());
        auto file = make(disk, "a", "old", true);
        bool done = false;
        disk.write_and_sync(file, 0, {net::share(bytes_of("n")), net::share(bytes_of("ew"))},
                            [&](net::Result<void> result) { done = result.has_value(); });
        EXPECT_EQ(content(disk, "a"), "new");
        EXPECT_FALSE(done);
        if (finish) loop.run();
        EXPECT_EQ(done, finish);
        const auto survivor = disk.copy_durable();
        EXPECT_EQ(content(*survivor, "a"), finish ? "new" : "old");
        disk.crash(CrashKind::process_kill);
        loop.run();
        EXPECT_EQ(done, finish) << "an answer came after death";
    }
}

TEST(SimDisk, WritesEndInOrderAndStallsDelayThem) {
    ManualLoop loop;
    SimDisk disk({}, chance_of(1), loop.schedule());
    auto file = make(disk, "a", "", true);
    disk.arm({DiskFaultKind::stall, 0, 1, "", std::chrono::seconds{3}});
    std::vector<int> order;
    disk.write_and_sync(file, 0, {net::share(bytes_of("1"))}, [&](net::Result<void>) { order.push_back(1); });
    disk.write_and_sync(file, 1, {net::share(bytes_of("2"))}, [&](net::Result<void>) { order.push_back(2); });
    loop.run();
    EXPECT_EQ(order, (std::vector<int>{1, 2}));
    EXPECT_GE(loop.now().time_since_epoch(), std::chrono::seconds{3});
}

TEST(SimDisk, PowerFailsInsideTheChosenOperation) {
    for (std::uint64_t k = 0; k < 4; ++k) {
        SimDisk disk({}, chance_of(k), {});
        bool noticed = false;
        disk.on_power_lost = [&] { noticed = true; };
        disk.arm({DiskFaultKind::power_cut, k, 1, "", {}});
        auto file = disk.open("a", OpenMode::create_new);
        const bool written = file && (*file)->write(0, bytes_of("x"));
        const bool synced = written && (*file)->sync();
        const bool named = synced && disk.sync_directory("");
        EXPECT_EQ(file.has_value(), k > 0);
        EXPECT_EQ(written, k > 1);
        EXPECT_EQ(synced, k > 2);
        EXPECT_FALSE(named);
        EXPECT_TRUE(noticed && disk.power_lost());
        disk.crash(CrashKind::power_cut);
        disk.restart();
        EXPECT_TRUE(disk.list("").has_value());
    }
}

TEST(SimDisk, SaysFullAndRefusesPathsThatLeadOut) {
    SimDiskOptions options;
    options.capacity = 4;
    SimDisk disk(options, chance_of(1), {});
    auto file = make(disk, "a", "1234", true);
    EXPECT_EQ(file->write(4, bytes_of("5")).error().kind, ErrorKind::full);
    EXPECT_EQ(disk.open("../a", OpenMode::read_only).error().kind, ErrorKind::refused);
    EXPECT_EQ(disk.open("b/c", OpenMode::create_new).error().kind, ErrorKind::not_found);
    EXPECT_EQ(disk.open("a", OpenMode::create_new).error().kind, ErrorKind::exists);
}

}  // namespace
}  // namespace parley::sim
