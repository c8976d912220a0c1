// The store: what is learned is found, whatever its script; what is gone is gone; and everything is bounded.
#include "chat/client/replies/reply_store.hpp"

#include <gtest/gtest.h>

#include "chat/client/replies/reply_text.hpp"
#include "sim/disk/vfs.hpp"
#include "tests/unit/gateway/cluster.hpp"
#include "tests/unit/replies/messages.hpp"

namespace parley::chat::testing {
namespace {

struct ReplyStoreTest : ::testing::Test {
    ReplyStoreTest() : disk(make_disk(3)) {
        EXPECT_TRUE(disk->make_directory("cluster"));
        open();
    }
    void open(ReplyStoreLimits limits = {}) {
        store.reset();
        store = *ReplyStore::open(*disk, "cluster", sim::vfs_name, limits);
        ASSERT_TRUE(store->belong_to(me));
    }
    std::vector<std::string> replies_to(const std::string& text) {
        std::vector<std::string> replies;
        const auto found = store->find(text);
        for (const ReplyCandidate& candidate : found->candidates) replies.push_back(candidate.reply);
        return replies;
    }
    std::uint64_t pairs() { return *store->pairs(); }
    using Texts = std::vector<std::string>;

    std::unique_ptr<sim::SimDisk> disk;
    std::unique_ptr<ReplyStore> store;
};

TEST_F(ReplyStoreTest, FindsByWordsInAnyScriptAndCase) {
    ASSERT_TRUE(store->learn(me, exchanges({{"Lunch today?", "yes"}, {"東京に行きますか", "はい"}, {"今天来吗", "来"}, {"茶", "いいね"}, {"점심 먹을래?", "네"}, {"👍", "👍"}})));
    EXPECT_EQ(pairs(), 6U);
    EXPECT_EQ(replies_to("who wants LUNCH"), Texts{"yes"});
    EXPECT_EQ(replies_to("東京は寒い"), Texts{"はい"}) << "two characters side by side";
    EXPECT_EQ(replies_to("你今天好吗"), Texts{"来"});
    EXPECT_EQ(replies_to("茶"), Texts{"いいね"}) << "one character alone";
    EXPECT_EQ(replies_to("점심은?"), Texts{"네"});
    EXPECT_EQ(replies_to("👍"), Texts{"👍"}) << "signs that are no words are found as they are";
    EXPECT_EQ(replies_to("京東"), Texts{}) << "the same characters the other way round are something else";
    EXPECT_EQ(replies_to("\" OR * NEAR("), Texts{}) << "no syntax of the index";
}

TEST_F(ReplyStoreTest, CountsRepliesAndTerms) {
    ASSERT_TRUE(store->learn(me, exchanges({{"lunch?", "Yes!"}, {"coffee?", "yes"}, {"tea?", "no"}, {"lunch now?", "yes"}})));
    const FoundReplies found = *store->find("lunch or tea or cake");
    EXPECT_EQ(found.pairs, 4U);
    EXPECT_EQ(found.pairs_with.at("lunch"), 2U);
    EXPECT_EQ(found.pairs_with.at("cake"), 0U);
    ASSERT_EQ(found.commonest.size(), 2U);
    EXPECT_EQ(found.commonest[0].key, "yes");
    EXPECT_EQ(found.commonest[0].reply, "yes") << "as it was written last";
    EXPECT_EQ(found.commonest[0].uses, 3U);
}

TEST_F(ReplyStoreTest, ReadingAStretchAgainChangesNothingAndTakesInWhatChanged) {
    auto messages = exchanges({{"lunch?", "yes"}, {"coffee?", "no"}, {"tea?", "green"}});
    ASSERT_TRUE(store->learn(me, messages));
    ASSERT_TRUE(store->learn(me, messages));
    EXPECT_EQ(pairs(), 3U);
    EXPECT_EQ(*store->learned(general), 6U);
    messages[1].text = "certainly";
    messages[1].edits = 1;
    messages[2].deleted = true;
    messages[2].text = "";
    ASSERT_TRUE(store->learn(me, messages));
    EXPECT_EQ(replies_to("lunch?"), Texts{"certainly"});
    EXPECT_EQ(replies_to("coffee?"), Texts{}) << "what it answered is deleted";
    EXPECT_EQ(pairs(), 2U);
    EXPECT_EQ(store->find("coffee")->pairs_with.at("coffee"), 0U);
}

TEST_F(ReplyStoreTest, AStretchThatBeginsBehindTheQuestionKeepsItsAnswer) {
    const auto messages = exchanges({{"lunch?", "yes"}, {"coffee?", "no"}});
    ASSERT_TRUE(store->learn(me, messages));
    std::vector<RoomMessage> tail(messages.begin() + 1, messages.end());
    ASSERT_TRUE(store->learn(me, tail));
    EXPECT_EQ(replies_to("lunch"), Texts{"yes"});
    tail.front().text = "rather not";
    ASSERT_TRUE(store->learn(me, tail));
    EXPECT_EQ(replies_to("lunch"), Texts{}) << "edited, and its question is not at hand";
}

TEST_F(ReplyStoreTest, DeletedMessagesAreForgotten) {
    ASSERT_TRUE(store->learn(me, exchanges({{"lunch?", "yes"}, {"coffee?", "no"}})));
    ASSERT_TRUE(store->forget(general, 1));
    ASSERT_TRUE(store->forget(general, 4));
    EXPECT_EQ(pairs(), 0U);
    EXPECT_TRUE(store->find("lunch coffee")->commonest.empty());
}

TEST_F(ReplyStoreTest, WhatWasForgottenIsNotLearnedAgainFromTheSameMessages) {
    const auto before = exchanges({{"lunch?", "yes"}, {"coffee?", "no"}});
    ASSERT_TRUE(store->learn(me, before));
    ASSERT_TRUE(store->set_mode(ReplyMode::openai));
    ASSERT_TRUE(store->set_may_leave(general, true));
    ASSERT_TRUE(store->forget_all({{general, 4}}));
    EXPECT_EQ(pairs(), 0U);
    ASSERT_TRUE(store->learn(me, before));
    EXPECT_EQ(pairs(), 0U);
    ASSERT_TRUE(store->learn(me, exchanges({{"tea?", "green"}}, 5)));
    EXPECT_EQ(replies_to("tea lunch"), Texts{"green"});
    EXPECT_EQ(*store->mode(), ReplyMode::openai);
    EXPECT_TRUE(*store->may_leave(general));
}

TEST_F(ReplyStoreTest, AnotherUserFindsNothingAndAllowsNothing) {
    ASSERT_TRUE(store->learn(me, exchanges({{"lunch?", "yes"}})));
    ASSERT_TRUE(store->set_mode(ReplyMode::openai));
    ASSERT_TRUE(store->set_may_leave(general, true));
    ASSERT_TRUE(store->belong_to(ada));
    EXPECT_EQ(pairs(), 0U);
    EXPECT_EQ(replies_to("lunch"), Texts{});
    EXPECT_EQ(*store->mode(), ReplyMode::local);
    EXPECT_FALSE(*store->may_leave(general));
    EXPECT_EQ(*store->learned(general), 0U);
}

TEST_F(ReplyStoreTest, KeepsWhatWasDecidedAcrossAnOpening) {
    EXPECT_EQ(*store->mode(), ReplyMode::local) << "the default";
    ASSERT_TRUE(store->set_mode(ReplyMode::off));
    ASSERT_TRUE(store->set_may_leave(RoomId{5}, true));
    ASSERT_TRUE(store->set_may_leave(RoomId{6}, true));
    ASSERT_TRUE(store->set_may_leave(RoomId{6}, false));
    open();
    EXPECT_EQ(*store->mode(), ReplyMode::off);
    EXPECT_EQ(*store->rooms_that_may_leave(), std::vector<RoomId>{RoomId{5}});
    EXPECT_FALSE(*store->may_leave(RoomId{6}));
}

TEST_F(ReplyStoreTest, TheOldestPairsGoWhenThereAreTooMany) {
    open({.pairs_max = 50});
    std::vector<std::pair<std::string, std::string>> all;
    for (int i = 0; i < 120; ++i) all.emplace_back("question number" + std::to_string(i), "reply " + std::to_string(i));
    ASSERT_TRUE(store->learn(me, exchanges(all)));
    EXPECT_EQ(pairs(), 50U);
    EXPECT_EQ(replies_to("number69"), Texts{});
    EXPECT_EQ(replies_to("number70"), Texts{"reply 70"});
    const FoundReplies found = *store->find("question number3 number119");
    EXPECT_EQ(found.pairs_with.at("question"), 50U);
    EXPECT_EQ(found.pairs_with.at("number3"), 0U);
}

TEST_F(ReplyStoreTest, AQuestionReadsABoundedNumberOfPairsAndPrefersRareWords) {
    open({.terms_max = 2, .per_term = 10, .exact_max = 5});
    std::vector<std::pair<std::string, std::string>> all;
    for (int i = 0; i < 200; ++i) all.emplace_back("is the thing ready", "reply " + std::to_string(i));
    all.emplace_back("is the giraffe there", "in the garden");
    for (int i = 0; i < 40; ++i) all.emplace_back("is the other one", "no");
    ASSERT_TRUE(store->learn(me, exchanges(all)));
    const Texts found = replies_to("is the giraffe of the thing awake");
    EXPECT_LE(found.size(), 20U);
    EXPECT_EQ(std::count(found.begin(), found.end(), "in the garden"), 1);
    EXPECT_LE(replies_to("is the thing ready").size(), 25U);
    EXPECT_LE(replies_to(std::string(100'000, 'x')).size(), 25U);
}

TEST_F(ReplyStoreTest, ADamagedFileIsReplacedByAnEmptyOne) {
    ASSERT_TRUE(store->learn(me, exchanges({{"lunch?", "yes"}})));
    store.reset();
    for (const char* ending : {"", "-wal", "-shm"}) {
        if (disk->exists(std::string{"cluster/replies.db"} + ending)) { ASSERT_TRUE(disk->remove(std::string{"cluster/replies.db"} + ending)); }
    }
    {
        const auto file = disk->open("cluster/replies.db", net::OpenMode::create_new);
        ASSERT_TRUE(file);
        ASSERT_TRUE((*file)->write(0, net::Bytes(10'000, std::byte{0x5A})));
    }
    open();
    EXPECT_EQ(pairs(), 0U);
    ASSERT_TRUE(store->learn(me, exchanges({{"lunch?", "yes"}})));
    EXPECT_EQ(replies_to("lunch"), Texts{"yes"});
}

}  // namespace
}  // namespace parley::chat::testing
