// What is collected: chunks of no file, and never those of an intent, of a file that is begun while the collector looks, or of one
// that a state which went back does not know yet.
#include "chat/keeping/collector.hpp"

#include <gtest/gtest.h>

#include "tests/unit/keeping/held_worker.hpp"
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

class Collecting : public ::testing::Test {
protected:
    Collecting() {
        ChunkKeeperOptions options;
        options.scrub_round = {};
        ChunkKeeperEvents events;
        events.lost = [](const ChunkHash&) { FAIL() << "nothing is lost here"; };
        events.failed = [](const net::Error& error) { FAIL() << error.message; };
        keeper = std::make_unique<ChunkKeeper>(loop, worker, *disk, std::move(options), std::move(events));
        keeper->start([] {});
        while (worker.step() || loop.step()) {
        }
        begin({});
    }
    void begin(CollectorOptions options, AskReadSlot read_slot = {}) {
        collector = std::make_unique<Collector>(loop, *chat.view, *keeper, options, std::move(read_slot));
        collector->start();
    }
    void keep(std::uint64_t seed) {
        bool is_kept = false;
        keeper->put(chunk_name(seed), net::share(chunk_content(seed)), [&is_kept](net::Result<void> result) { is_kept = result.has_value(); });
        while (!is_kept) ASSERT_TRUE(worker.step() || loop.step());
    }
    // One look, from its beginning to its end, and what comes of it on the disk.
    void look() {
        const std::uint64_t before = collector->looks();
        for (int step = 0; collector->looks() == before && step < 10'000; ++step) ASSERT_TRUE(worker.step() || loop.step());
        while (worker.step()) {
        }
    }
    // Some turns of the Loop, but not to the end of the look.
    void turn() { ASSERT_TRUE(loop.step()); }
    static BeginUpload upload_of(const std::vector<std::uint64_t>& seeds) {
        BeginUpload upload{(seeds.size() - 1) * chunk_bytes + 3'000, {}};
        for (const std::uint64_t seed : seeds) upload.chunks.push_back(chunk_name(seed));
        return upload;
    }
    FileId begun(const std::vector<std::uint64_t>& seeds) { return std::get<UploadBegun>(chat.as(ann, upload_of(seeds))).file; }
    std::uint64_t posted(FileId file) {
        chat.run(Unnumbered{ConfirmFile{file, 1, {1, 2}}});
        return std::get<Posted>(chat.as(ann, PostFile{by_name("general"), file, "a", "", ""})).number;
    }

    static Limits wide() {
        Limits limits;
        limits.uploads_per_user_max = 1'000;
        return limits;
    }

    Chat chat{wide()};
    Chat::Person ann = chat.enrol("Ann");
    test::ManualLoop loop;
    HeldWorker worker{loop};
    std::unique_ptr<sim::SimDisk> disk = chunk_disk(1);
    std::unique_ptr<ChunkKeeper> keeper;
    std::unique_ptr<Collector> collector;
};

TEST_F(Collecting, TakesWhatNoFileConsistsOf) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) keep(seed);
    const FileId first = begun({1, 2});
    begun({3});
    look();
    EXPECT_EQ(keeper->chunks().size(), 3U) << "an intent keeps them";
    EXPECT_FALSE(keeper->has(chunk_name(4)));
    EXPECT_FALSE(disk->exists(ChunkStore(*disk, "files").path_of(chunk_name(4))));
    const std::uint64_t number = posted(first);
    look();
    EXPECT_EQ(keeper->chunks().size(), 3U) << "a message keeps them";
    chat.as(ann, DeleteMessage{by_name("general"), number});
    look();
    EXPECT_EQ(keeper->chunks(), std::set{chunk_name(3)});
    EXPECT_EQ(collector->removed(), 3U);
}

TEST_F(Collecting, LeavesAChunkThatAnotherFileHas) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) keep(seed);
    const FileId first = begun({1, 2});
    begun({2, 3});
    chat.as(ann, CancelUpload{first});
    look();
    EXPECT_EQ(keeper->chunks(), (std::set{chunk_name(2), chunk_name(3)}));
}

TEST_F(Collecting, BeginsOnlyWhenTheStateIsWhereTheLogEnded) {
    keep(1);
    begin({.not_before = chat.slot + 2});
    for (int i = 0; i < 5; ++i) turn();
    EXPECT_TRUE(keeper->has(chunk_name(1)));
    begun({1});   // an earlier life had told others of it
    chat.apply({});
    look();
    EXPECT_TRUE(keeper->has(chunk_name(1)));
    EXPECT_EQ(collector->looks(), 1U);
}

TEST_F(Collecting, DoesNotWaitForWhatTheLogHeldAndNobodyChose) {
    keep(1);
    net::Function<void(std::uint64_t)> known;
    int asked = 0;
    begin({.not_before = chat.slot + 5}, [&](net::Function<void(std::uint64_t)> then) {
        ++asked;
        known = std::move(then);
    });
    for (int i = 0; i < 5; ++i) turn();
    EXPECT_EQ(asked, 1) << "one question is under way";
    EXPECT_EQ(collector->looks(), 0U);
    known(chat.slot + 1);
    turn();
    EXPECT_EQ(collector->looks(), 0U) << "the state has not come so far";
    chat.apply({});
    look();
    EXPECT_FALSE(keeper->has(chunk_name(1)));
}

TEST_F(Collecting, MeetsAFileThatIsBegunMeanwhile) {
    keep(1);
    for (std::uint64_t seed = 100; seed < 300; ++seed) begun({seed});   // some pages
    turn();   // the first of them
    turn();
    EXPECT_EQ(collector->looks(), 0U);
    begun({1});
    look();
    EXPECT_TRUE(keeper->has(chunk_name(1)));
}

TEST_F(Collecting, LeavesWhatCameMeanwhileToTheNextLook) {
    keep(1);
    for (std::uint64_t seed = 100; seed < 300; ++seed) begun({seed});
    turn();
    EXPECT_EQ(collector->looks(), 0U);
    keeper->put(chunk_name(2), net::share(chunk_content(2)), [](net::Result<void>) {});
    worker.step();
    look();
    EXPECT_EQ(keeper->chunks(), std::set{chunk_name(2)});
    look();
    EXPECT_TRUE(keeper->chunks().empty());
}

TEST_F(Collecting, AChunkThatComesBackWhileItIsRemovedIsHere) {
    keep(1);
    begun({100});
    while (collector->looks() == 0) turn();
    EXPECT_FALSE(keeper->has(chunk_name(1)));
    begun({1});
    keep(1);
    look();
    EXPECT_TRUE(keeper->has(chunk_name(1)));
    EXPECT_TRUE(disk->is_durable(ChunkStore(*disk, "files").path_of(chunk_name(1))));
}

}  // namespace
}  // namespace parley::chat::testing
