// The corpus is the same for the same seed, and suggestions are at least twice as good as the commonest replies on it.
#include "chat/client/replies/measure.hpp"

#include <gtest/gtest.h>

#include "chat/client/replies/corpus.hpp"
#include "chat/client/replies/reply_text.hpp"
#include "sim/disk/vfs.hpp"
#include "tests/unit/gateway/cluster.hpp"

namespace parley::chat::testing {
namespace {

TEST(ReplyCorpus, IsTheSameForTheSameSeedAndInTheOrderOfTime) {
    const auto people = make_corpus(3, {2, 100});
    EXPECT_EQ(people, make_corpus(3, {2, 100}));
    EXPECT_NE(people, make_corpus(4, {2, 100}));
    ASSERT_EQ(people.size(), 2U);
    for (const auto& pairs : people) {
        ASSERT_EQ(pairs.size(), 100U);
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            EXPECT_TRUE(is_quick_reply(pairs[i].reply)) << pairs[i].reply;
            EXPECT_FALSE(pairs[i].prompt.empty());
            if (i > 0) { EXPECT_GT(pairs[i].time_ms, pairs[i - 1].time_ms); }
        }
    }
}

TEST(ReplyMeasure, SuggestionsAreTwiceAsGoodAsTheCommonestReplies) {
    const auto disk = make_disk(9);
    ASSERT_TRUE(disk->make_directory("replies"));
    const auto store = *ReplyStore::open(*disk, "replies", sim::vfs_name);
    for (const std::uint64_t seed : {1U, 2U}) {
        const auto measured = measure(*store, make_corpus(seed, {6, 400}));
        ASSERT_TRUE(measured);
        EXPECT_EQ(measured->held_out, 6U * 80);
        EXPECT_GE(measured->ratio(), ratio_required) << "seed " << seed << ": " << measured->hit_rate() << " and " << measured->commonest_rate();
        EXPECT_LE(measured->hit_rate(), measured->possible_rate());
    }
}

TEST(ReplyMeasure, LearnsNothingFromWhatItAsksAbout) {
    const auto disk = make_disk(10);
    ASSERT_TRUE(disk->make_directory("replies"));
    const auto store = *ReplyStore::open(*disk, "replies", sim::vfs_name);
    // The last fifth says what nobody had said before.
    std::vector<ReplyPair> pairs;
    for (std::uint64_t i = 0; i < 100; ++i) {
        pairs.push_back({RoomId{1}, 2 * i + 1, 2 * i + 2, static_cast<std::int64_t>(i), "the same question", i < 80 ? "old" : "new"});
    }
    const auto measured = measure(*store, {pairs});
    ASSERT_TRUE(measured);
    EXPECT_EQ(measured->held_out, 20U);
    EXPECT_EQ(measured->hits, 0U);
    EXPECT_EQ(measured->said_before, 0U);
}

}  // namespace
}  // namespace parley::chat::testing
