// The store of chunks on a crash disk: what it said is durable stays, what it gives out is what was put in, and nothing half done is
// ever taken for a chunk.
#include "chat/files/chunk_store.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "sim/disk/inode.hpp"
#include "sim/disk/sim_disk.hpp"

namespace parley::chat {
namespace {

using net::ErrorKind;
using sim::CrashKind;
using sim::DiskFault;
using sim::DiskFaultKind;
using sim::SimDisk;

net::Bytes content(std::uint64_t seed, std::size_t size = 10'000) {
    net::Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(sim::mix(seed, i / 8) >> (i % 8 * 8));
    return bytes;
}

std::unique_ptr<SimDisk> make_disk(std::uint64_t seed, const sim::SimDiskOptions& options = {}) {
    return std::make_unique<SimDisk>(options, [seed](std::string_view what, std::uint64_t place) { return sim::mix(sim::mix(seed, sim::hash_name(what)), place); },
                                     sim::DiskSchedule{});
}

class Chunks : public ::testing::Test {
protected:
    Chunks() { EXPECT_TRUE(store.open()); }
    ChunkHash put(std::uint64_t seed, std::size_t size = 10'000) {
        const net::Bytes bytes = content(seed, size);
        const ChunkHash chunk = hash_of_chunk(bytes);
        EXPECT_TRUE(store.put(chunk, bytes));
        return chunk;
    }
    std::vector<ChunkHash> reopened() { return ChunkStore{*disk, "files"}.open().value(); }
    void power_cut() {
        disk->crash(CrashKind::power_cut);
        disk->restart();
    }
    // A bit of the medium is another one, and nobody remembers how it was.
    void rot(const ChunkHash& chunk) {
        ASSERT_TRUE(disk->flip_bit(store.path_of(chunk), 77, 3));
        disk->evict();
    }
    std::size_t files() {
        std::size_t count = 0;
        for (const char digit : std::string{"0123456789abcdef"}) count += disk->list(std::string{"files/"} + digit).value().size();
        return count;
    }

    std::unique_ptr<SimDisk> disk = make_disk(1);
    ChunkStore store{*disk, "files"};
};

TEST_F(Chunks, ComeBackAsTheyWent) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{4096}, std::size_t{10'001}, std::size_t{chunk_bytes}}) {
        const ChunkHash chunk = put(size, size);
        EXPECT_EQ(store.read(chunk).value(), content(size, size));
        EXPECT_TRUE(store.scrub(chunk).value());
    }
    EXPECT_EQ(store.read(hash_of_chunk(content(99))).error().kind, ErrorKind::not_found);
    EXPECT_FALSE(store.scrub(hash_of_chunk(content(99))).value());
}

TEST_F(Chunks, AreThereAfterAPowerCutAndTold) {
    std::vector<ChunkHash> all;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) all.push_back(put(seed, 100));
    power_cut();
    std::ranges::sort(all);
    EXPECT_EQ(reopened(), all);
}

TEST_F(Chunks, OfAnotherNameAreRefused) {
    const net::Bytes bytes = content(1);
    EXPECT_EQ(store.put(hash_of_chunk(content(2)), bytes).error().kind, ErrorKind::malformed);
    EXPECT_EQ(store.put(hash_of_chunk({}), {}).error().kind, ErrorKind::malformed) << "there are no empty chunks";
    const net::Bytes large = content(1, chunk_bytes + 1);
    EXPECT_EQ(store.put(hash_of_chunk(large), large).error().kind, ErrorKind::malformed);
    EXPECT_EQ(files(), 0U);
}

TEST_F(Chunks, ThatAreThereAreNotWrittenAgain) {
    put(1);
    const std::uint64_t writes = disk->counters().writes;
    put(1);
    EXPECT_EQ(disk->counters().writes, writes);
}

TEST_F(Chunks, RemovedAreGoneForGood) {
    const std::vector<ChunkHash> chunks{put(1), put(2), put(3)};
    const ChunkHash kept = put(4);
    ASSERT_TRUE(store.remove(chunks));
    ASSERT_TRUE(store.remove(chunks)) << "again is no error";
    power_cut();
    EXPECT_EQ(reopened(), std::vector{kept});
}

TEST_F(Chunks, ThatTheDiskChangedAreFoundAndMadeAnew) {
    const ChunkHash chunk = put(1);
    rot(chunk);
    EXPECT_EQ(store.read(chunk).error().kind, ErrorKind::damaged);
    EXPECT_FALSE(store.scrub(chunk).value());
    EXPECT_EQ(store.read(chunk).error().kind, ErrorKind::not_found) << "scrubbing removes it";
    put(1);
    rot(chunk);
    put(1);
    EXPECT_EQ(store.read(chunk).value(), content(1)) << "putting it replaces it";
    power_cut();
    EXPECT_EQ(ChunkStore(*disk, "files").read(chunk).value(), content(1));
}

TEST_F(Chunks, ScrubbingReadsTheMedium) {
    const ChunkHash chunk = put(1);
    ASSERT_TRUE(disk->flip_bit(store.path_of(chunk), 77, 3));
    EXPECT_TRUE(store.read(chunk)) << "the cache has not forgotten it";
    EXPECT_FALSE(store.scrub(chunk).value());
}

TEST_F(Chunks, ThatWereCutShortOrGrownAreDamaged) {
    for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{9'999}, std::uint64_t{10'001}, chunk_bytes + 1}) {
        const ChunkHash chunk = put(size);
        ASSERT_TRUE(disk->open(store.path_of(chunk), net::OpenMode::read_write).value()->truncate(size));
        EXPECT_EQ(store.read(chunk).error().kind, ErrorKind::damaged) << size;
        EXPECT_FALSE(store.scrub(chunk).value());
    }
}

TEST_F(Chunks, AFailedReadSaysNothingAboutThem) {
    const ChunkHash chunk = put(1);
    disk->arm({DiskFaultKind::read_error, 0, 3, "", {}});
    EXPECT_EQ(store.read(chunk).error().kind, ErrorKind::io_failed);
    EXPECT_EQ(store.scrub(chunk).error().kind, ErrorKind::io_failed);
    EXPECT_EQ(store.put(chunk, content(1)).error().kind, ErrorKind::io_failed);
    EXPECT_EQ(store.read(chunk).value(), content(1));
}

TEST_F(Chunks, AFailedSyncIsNeverBelieved) {
    const net::Bytes bytes = content(1);
    const ChunkHash chunk = hash_of_chunk(bytes);
    for (const std::uint64_t sync : {0U, 1U}) {   // of the bytes, of the name
        disk->arm({DiskFaultKind::sync_error, sync, 1, "files/", {}});
        EXPECT_FALSE(store.put(chunk, bytes)) << sync;
        disk->disarm();
    }
    ASSERT_TRUE(store.put(chunk, bytes));
    power_cut();
    EXPECT_EQ(reopened(), std::vector{chunk});
    EXPECT_EQ(store.read(chunk).value(), bytes);
}

TEST_F(Chunks, AFullDiskLeavesNothingHalfDone) {
    const ChunkHash before = put(1);
    disk->set_full(true);
    const net::Bytes bytes = content(2);
    EXPECT_EQ(store.put(hash_of_chunk(bytes), bytes).error().kind, ErrorKind::full);
    EXPECT_EQ(files(), 1U);
    EXPECT_EQ(store.read(before).value(), content(1));
    disk->set_full(false);
    EXPECT_TRUE(store.put(hash_of_chunk(bytes), bytes));
    EXPECT_EQ(files(), 2U);
}

TEST_F(Chunks, ADiskThatFillsWhileOneIsWrittenLeavesNothingOfIt) {
    disk = make_disk(1, {.capacity = 15'000});
    ChunkStore small{*disk, "files"};
    ASSERT_TRUE(small.open());
    ASSERT_TRUE(small.put(hash_of_chunk(content(1)), content(1)));
    EXPECT_EQ(small.put(hash_of_chunk(content(2)), content(2)).error().kind, ErrorKind::full);
    EXPECT_EQ(files(), 1U);
    EXPECT_TRUE(small.put(hash_of_chunk(content(3, 4'000)), content(3, 4'000)));
}

TEST_F(Chunks, OtherFilesAreLeftAlone) {
    for (const char* name : {"files/0/notes.txt", "files/0/0123", "files/readme",
                             "files/1/0000000000000000000000000000000000000000000000000000000000000000",    // not its folder
                             "files/a/AA00000000000000000000000000000000000000000000000000000000000000"}) {
        ASSERT_TRUE(disk->open(name, net::OpenMode::create_new)) << name;
    }
    EXPECT_TRUE(reopened().empty());
    EXPECT_TRUE(disk->exists("files/0/notes.txt"));
}

TEST_F(Chunks, PutTogetherHaveEachItsOwnResult) {
    const net::Bytes there = content(1);
    const net::Bytes fresh = content(2);
    const net::Bytes wrong = content(3);
    ASSERT_TRUE(store.put(hash_of_chunk(there), there));
    const auto results = store.put(std::vector<NamedChunk>{{hash_of_chunk(there), there}, {hash_of_chunk(content(4)), wrong}, {hash_of_chunk(fresh), fresh}});
    ASSERT_EQ(results.size(), 3U);
    EXPECT_TRUE(results[0]);
    EXPECT_EQ(results[1].error().kind, ErrorKind::malformed);
    EXPECT_TRUE(results[2]);
    power_cut();
    EXPECT_EQ(reopened().size(), 2U);
    EXPECT_EQ(files(), 2U) << "nothing half done is left";
}

// The node dies at the k-th operation of its life and starts again.
struct Death {
    CrashKind kind;
    bool then_power_cut = false;   // while the next life has only opened the store
};

// Those of these that were put for sure.
std::vector<std::uint64_t> put_together(ChunkStore& store, const std::vector<std::uint64_t>& seeds) {
    std::vector<net::Bytes> bytes;
    for (const std::uint64_t seed : seeds) bytes.push_back(content(seed));
    std::vector<NamedChunk> chunks;
    for (const net::Bytes& one : bytes) chunks.push_back({hash_of_chunk(one), one});
    const auto results = store.put(chunks);
    std::vector<std::uint64_t> sure;
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        if (results[i]) sure.push_back(seeds[i]);
    }
    return sure;
}

// Puts chunks 1 to 4 one by one and removes 2, then 5 to 8 together, until something fails; those that are there for sure.
std::vector<std::uint64_t> live(SimDisk& disk, bool& died) {
    std::vector<std::uint64_t> sure;
    ChunkStore store{disk, "files"};
    died = !store.open();
    for (std::uint64_t seed = 1; seed <= 4 && !died; ++seed) {
        const net::Bytes bytes = content(seed);
        died = !store.put(hash_of_chunk(bytes), bytes);
        if (died) break;
        sure.push_back(seed);
        if (seed != 4) continue;
        sure.erase(std::ranges::find(sure, 2U));   // from here on it may be there or not
        const ChunkHash second = hash_of_chunk(content(2));
        died = !store.remove({&second, 1});
    }
    if (died) return sure;
    const auto last = put_together(store, {5, 6, 7, 8});
    sure.insert(sure.end(), last.begin(), last.end());
    died = last.size() < 4;
    return sure;
}

void check_after(SimDisk& disk, const std::vector<std::uint64_t>& sure, std::uint64_t k) {
    ChunkStore store{disk, "files"};
    const auto found = store.open();
    ASSERT_TRUE(found) << "died at operation " << k;
    for (const ChunkHash& chunk : *found) ASSERT_TRUE(store.scrub(chunk).value()) << "half a chunk, died at operation " << k;
    for (const std::uint64_t seed : sure) {
        ASSERT_TRUE(std::ranges::binary_search(*found, hash_of_chunk(content(seed)))) << "chunk " << seed << " is lost, died at operation " << k;
    }
    for (const std::string& name : disk.list("files/0").value()) ASSERT_FALSE(name.ends_with(".new"));
}

void die_everywhere(Death death) {
    std::uint64_t k = 0;
    for (bool died = true; died; ++k) {
        const auto disk = make_disk(k);
        const bool is_kill = death.kind == CrashKind::process_kill;
        disk->arm(is_kill ? DiskFault{DiskFaultKind::write_error, k, 1'000'000'000, "", {}} : DiskFault{DiskFaultKind::power_cut, k, 1, "", {}});
        const auto sure = live(*disk, died);
        if (!died) break;
        disk->crash(death.kind);
        disk->restart();
        disk->disarm();
        std::vector<ChunkHash> told;
        if (death.then_power_cut) {
            told = ChunkStore{*disk, "files"}.open().value();
            disk->crash(CrashKind::power_cut);
            disk->restart();
        }
        check_after(*disk, sure, k);
        const auto found = ChunkStore{*disk, "files"}.open().value();
        EXPECT_TRUE(std::ranges::includes(found, told)) << "what was told at a start is durable; died at operation " << k;
    }
    EXPECT_GT(k, death.kind == CrashKind::process_kill ? 5U : 50U) << "it was tried everywhere";
}

TEST(ChunkStoreCrash, APowerCutAnywhereLosesNothingAndLeavesNoHalves) { die_everywhere({CrashKind::power_cut}); }
TEST(ChunkStoreCrash, AKillAnywhereLosesNothingAndLeavesNoHalves) { die_everywhere({CrashKind::process_kill}); }
TEST(ChunkStoreCrash, WhatAKilledLifeLeftIsDurableOnceItIsTold) { die_everywhere({CrashKind::process_kill, true}); }

// The name was there, its folder not synced: a start after a kill finds it and must make it durable before it says so.
TEST(ChunkStoreCrash, ANameThatWasNotSyncedIsBeforeItIsTold) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const auto disk = make_disk(seed);
        ChunkStore store{*disk, "files"};
        ASSERT_TRUE(store.open());
        const net::Bytes bytes = content(seed);
        disk->arm({DiskFaultKind::sync_error, 1, 1, "files/", {}});
        EXPECT_FALSE(store.put(hash_of_chunk(bytes), bytes));
        disk->disarm();
        disk->crash(CrashKind::process_kill);
        disk->restart();
        const auto told = ChunkStore{*disk, "files"}.open().value();
        disk->crash(CrashKind::power_cut);
        disk->restart();
        EXPECT_EQ((ChunkStore{*disk, "files"}.open().value()), told) << "seed " << seed;
    }
}

}  // namespace
}  // namespace parley::chat
