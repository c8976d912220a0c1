// What the keeper says is here is durable, whatever is asked for in whatever order; and nothing it was told to give up stays for ever.
#include "chat/keeping/chunk_keeper.hpp"

#include <optional>
#include <random>

#include <gtest/gtest.h>

#include "tests/unit/keeping/held_worker.hpp"

namespace parley::chat::testing {
namespace {

using net::ErrorKind;
using sim::DiskFaultKind;

class Keeper : public ::testing::Test {
protected:
    Keeper() { begin(); }
    void begin(ChunkKeeperOptions options = quiet()) {
        ChunkKeeperEvents events;
        events.lost = [this](const ChunkHash& chunk) { lost.push_back(chunk); };
        events.failed = [this](const net::Error& error) { failures.push_back(error); };
        events.takes = [this](std::uint64_t bytes) {
            asked_for += bytes;
            return has_room;
        };
        keeper = std::make_unique<ChunkKeeper>(loop, worker, *disk, std::move(options), std::move(events));
        is_ready = false;
        keeper->start([this] { is_ready = true; });
        while (!is_ready && (worker.step() || loop.step())) {
        }
    }
    static ChunkKeeperOptions quiet() {
        ChunkKeeperOptions options;
        options.scrub_round = {};
        return options;
    }
    // Until nobody has anything to do.
    void finish() {
        while (worker.step() || loop.step()) {
        }
    }
    std::optional<net::Result<void>>& put(std::uint64_t seed) { return put_as(chunk_name(seed), chunk_content(seed)); }
    std::optional<net::Result<void>>& put_as(const ChunkHash& name, net::Bytes bytes) {
        auto& answer = *answers.emplace_back(std::make_unique<std::optional<net::Result<void>>>());
        keeper->put(name, net::share(std::move(bytes)), [&answer](net::Result<void> result) { answer = result; });
        return answer;
    }
    std::optional<net::Result<net::Bytes>>& read(std::uint64_t seed) {
        auto& answer = *reads.emplace_back(std::make_unique<std::optional<net::Result<net::Bytes>>>());
        keeper->read(chunk_name(seed), [&answer](net::Result<net::Bytes> result) { answer = std::move(result); });
        return answer;
    }
    std::string path_of(std::uint64_t seed) { return ChunkStore(*disk, "files").path_of(chunk_name(seed)); }
    void rot(std::uint64_t seed) {
        ASSERT_TRUE(disk->flip_bit(path_of(seed), 7, 1));
        disk->evict();
    }

    test::ManualLoop loop;
    HeldWorker worker{loop};
    std::unique_ptr<sim::SimDisk> disk = chunk_disk(1);
    std::vector<std::unique_ptr<std::optional<net::Result<void>>>> answers;
    std::vector<std::unique_ptr<std::optional<net::Result<net::Bytes>>>> reads;
    std::vector<ChunkHash> lost;
    std::vector<net::Error> failures;
    std::uint64_t asked_for = 0;
    bool has_room = true;
    bool is_ready = false;
    std::unique_ptr<ChunkKeeper> keeper;
};

TEST_F(Keeper, TakesNothingWithoutRoomButWhatIsHere) {
    put(1);
    finish();
    EXPECT_EQ(asked_for, 3'000U);
    has_room = false;
    const auto& again = put(1);
    const auto& refused = put(2);
    EXPECT_FALSE(refused) << "never from inside the call";
    finish();
    EXPECT_TRUE(again->has_value());
    ASSERT_TRUE(refused && !*refused);
    EXPECT_EQ(refused->error().kind, ErrorKind::full);
    EXPECT_FALSE(keeper->has(chunk_name(2)));
    EXPECT_TRUE(failures.empty());
    has_room = true;
    const auto& taken = put(2);
    finish();
    EXPECT_TRUE(taken->has_value());
}

TEST_F(Keeper, KnowsWhatIsHereOnceItIsReady) {
    EXPECT_TRUE(is_ready);
    put(1);
    put(2);
    finish();
    begin();
    EXPECT_TRUE(is_ready);
    EXPECT_EQ(keeper->chunks(), (std::set<ChunkHash>{chunk_name(1), chunk_name(2)}));
}

TEST_F(Keeper, SaysThatAChunkIsHereOnlyWhenItIsDurable) {
    const auto& answer = put(1);
    EXPECT_FALSE(keeper->has(chunk_name(1)));
    worker.step();
    EXPECT_TRUE(disk->is_durable(path_of(1)));
    EXPECT_FALSE(answer) << "it is said on the Loop";
    finish();
    EXPECT_TRUE(answer.value());
    EXPECT_TRUE(keeper->has(chunk_name(1)));
    EXPECT_EQ(read(1).has_value(), false);
    finish();
    EXPECT_EQ(reads.back()->value().value(), chunk_content(1));
}

TEST_F(Keeper, NeedsNoWorkForWhatIsHere) {
    put(1);
    finish();
    const auto& again = put(1);
    EXPECT_FALSE(again) << "never from inside the call";
    EXPECT_EQ(worker.waiting(), 0U);
    finish();
    EXPECT_TRUE(again.value());
}

TEST_F(Keeper, WritesAChunkOnceThatManyBring) {
    const auto& wrong = put_as(chunk_name(1), chunk_content(2));
    const auto& first = put(1);
    const auto& second = put(1);
    EXPECT_EQ(keeper->waiting(), 1U) << "one piece of work a chunk";
    finish();
    ASSERT_TRUE(wrong && !*wrong);
    EXPECT_EQ(wrong->error().kind, ErrorKind::malformed);
    EXPECT_TRUE(first.value() && second.value()) << "who brings other bytes stands in nobody's way";
    EXPECT_TRUE(keeper->has(chunk_name(1)));
}

TEST_F(Keeper, TakesNoBytesUnderAnotherName) {
    const auto& answer = put_as(chunk_name(2), chunk_content(1));
    finish();
    EXPECT_EQ(answer.value().error().kind, ErrorKind::malformed);
    EXPECT_TRUE(failures.empty());
    EXPECT_TRUE(keeper->chunks().empty());
}

TEST_F(Keeper, LetsOnlySoMuchWait) {
    ChunkKeeperOptions options = quiet();
    options.waiting_bytes_max = 7'000;
    options.waiting_reads_max = 2;
    begin(std::move(options));
    const auto& first = put(1);
    const auto& second = put(2);
    const auto& third = put(3);
    finish();
    EXPECT_TRUE(first.value() && second.value());
    EXPECT_EQ(third.value().error().kind, ErrorKind::full);
    for (int i = 0; i < 3; ++i) read(1);
    finish();
    EXPECT_TRUE(reads[0]->value() && reads[1]->value());
    EXPECT_EQ(reads[2]->value().error().kind, ErrorKind::full);
    const auto& later = put(3);
    finish();
    EXPECT_TRUE(later.value());
}

TEST_F(Keeper, WhatIsRemovedIsGoneAtOnce) {
    put(1);
    finish();
    keeper->remove({chunk_name(1), chunk_name(9)});
    EXPECT_FALSE(keeper->has(chunk_name(1)));
    const auto& answer = read(1);
    finish();
    EXPECT_EQ(answer.value().error().kind, ErrorKind::not_found);
    EXPECT_FALSE(disk->exists(path_of(1)));
    EXPECT_TRUE(lost.empty()) << "nobody lost it";
}

TEST_F(Keeper, WhatSomebodyPutsIsNotRemoved) {
    put(1);
    keeper->remove({chunk_name(1)});
    finish();
    EXPECT_TRUE(keeper->has(chunk_name(1)));
    EXPECT_TRUE(disk->is_durable(path_of(1)));
}

TEST_F(Keeper, WhatIsRemovedAndPutAgainIsHere) {
    put(1);
    finish();
    keeper->remove({chunk_name(1)});
    const auto& answer = put(1);
    finish();
    EXPECT_TRUE(answer.value());
    EXPECT_TRUE(keeper->has(chunk_name(1)));
    EXPECT_TRUE(disk->is_durable(path_of(1)));
}

TEST_F(Keeper, AReaderThatMeetsDamageLosesTheChunk) {
    put(1);
    finish();
    rot(1);
    const auto& answer = read(1);
    finish();
    EXPECT_EQ(answer.value().error().kind, ErrorKind::not_found);
    EXPECT_EQ(lost, std::vector{chunk_name(1)});
    EXPECT_FALSE(keeper->has(chunk_name(1)));
    const auto& again = put(1);
    finish();
    EXPECT_TRUE(again.value());
    EXPECT_TRUE(failures.empty());
}

TEST_F(Keeper, ScrubbingFindsWhatNobodyReads) {
    ChunkKeeperOptions options;
    options.scrub_round = std::chrono::hours{1};
    begin(std::move(options));
    for (std::uint64_t seed = 1; seed <= 5; ++seed) put(seed);
    while (keeper->rounds() < 1 && (worker.step() || loop.step())) {
    }
    EXPECT_TRUE(lost.empty());
    rot(3);
    while (keeper->rounds() < 2 && (worker.step() || loop.step())) {
    }
    EXPECT_EQ(lost, std::vector{chunk_name(3)});
    EXPECT_EQ(keeper->chunks().size(), 4U);
}

TEST_F(Keeper, AFullDiskIsToldAndAFailingOneEndsTheReplica) {
    disk->set_full(true);
    const auto& full = put(1);
    finish();
    EXPECT_EQ(full.value().error().kind, ErrorKind::full);
    EXPECT_TRUE(failures.empty());
    disk->set_full(false);
    disk->arm({DiskFaultKind::sync_error, 0, 1, "", {}});
    const auto& failing = put(2);
    put(3);
    finish();
    EXPECT_EQ(failures.size(), 1U);
    EXPECT_FALSE(failing) << "who ends answers nobody";
    EXPECT_TRUE(keeper->chunks().empty()) << "nor is anything done behind it";
}

TEST_F(Keeper, AFailedReadIsNoLoss) {
    put(1);
    finish();
    disk->arm({DiskFaultKind::read_error, 0, 1, "", {}});
    const auto& answer = read(1);
    finish();
    EXPECT_EQ(answer.value().error().kind, ErrorKind::io_failed);
    EXPECT_TRUE(keeper->has(chunk_name(1)));
    EXPECT_TRUE(lost.empty());
}

TEST_F(Keeper, WhoIsGoneAnswersNobody) {
    put(1);
    finish();
    put(2);
    read(1);
    worker.step();
    keeper.reset();
    finish();
    EXPECT_FALSE(answers.back()->has_value());
    EXPECT_FALSE(reads.back()->has_value());
}

// Puts, removals and reads in any order, the Worker as slow as it likes.
TEST_F(Keeper, HoldsToWhatItSaysInAnyOrder) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        disk = chunk_disk(seed);
        begin();
        std::mt19937_64 random(seed);
        const auto draw = [&random](std::uint64_t below) { return std::uniform_int_distribution<std::uint64_t>(0, below - 1)(random); };
        for (int step = 0; step < 400; ++step) {
            const std::uint64_t chunk = 1 + draw(4);
            switch (draw(8)) {
                case 0: put(chunk); break;
                case 1: keeper->remove({chunk_name(chunk), chunk_name(1 + draw(4))}); break;
                case 2: read(chunk); break;
                case 3: worker.step(); break;
                case 4: worker.step(); break;
                default: loop.step(); break;
            }
            for (std::uint64_t each = 1; each <= 4; ++each) {
                ASSERT_TRUE(!keeper->has(chunk_name(each)) || disk->is_durable(path_of(each))) << "seed " << seed << " step " << step;
            }
        }
        finish();
        EXPECT_EQ(keeper->waiting(), 0U);
        const auto on_disk = ChunkStore(*disk, "files").open().value();
        EXPECT_EQ(keeper->chunks(), std::set(on_disk.begin(), on_disk.end())) << "seed " << seed;
        for (const auto& answer : answers) EXPECT_TRUE(answer->has_value());
        for (const auto& answer : reads) EXPECT_TRUE(answer->has_value());
    }
    EXPECT_TRUE(failures.empty());
    EXPECT_TRUE(lost.empty());
}

}  // namespace
}  // namespace parley::chat::testing
