// What is in the rooms is learned over a real client, in bounded steps, and what is deleted or edited later is taken in.
#include "chat/client/replies/learner.hpp"

#include <gtest/gtest.h>

#include "chat/client/replies/pairs.hpp"
#include "sim/disk/vfs.hpp"
#include "tests/unit/gateway/cluster.hpp"

namespace parley::chat::testing {
namespace {

struct LearnerTest : ::testing::Test {
    LearnerTest() : cluster(3), ann(cluster, "ann", 1), bob(cluster, "bob", 2), disk(make_disk(6)) {
        ann.enter();
        bob.enter();
        EXPECT_TRUE(disk->make_directory("replies"));
        store = *ReplyStore::open(*disk, "replies", sim::vfs_name);
        EXPECT_TRUE(store->belong_to(bob.client->account()->user));
    }
    void exchange(const std::string& asked, const std::string& answered) {
        ASSERT_TRUE(ann.submit_now(Post{ByRoomName{"general"}, asked}));
        ASSERT_TRUE(bob.submit_now(Post{ByRoomName{"general"}, answered}));
    }
    Learned learn(const LearnLimits& limits = {}) {
        const auto learned = bob.wait<Learned>([&](auto reply) {
            learn_rooms(*bob.client, *store, bob.client->account()->user, limits, std::nullopt, std::move(reply));
        });
        EXPECT_TRUE(learned);
        return learned ? *learned : Learned{};
    }

    Cluster cluster;
    Person ann;
    Person bob;
    std::unique_ptr<sim::SimDisk> disk;
    std::unique_ptr<ReplyStore> store;
};

TEST_F(LearnerTest, LearnsAllRoomsOnceInPages) {
    for (int i = 0; i < 12; ++i) exchange("question " + std::to_string(i), "reply " + std::to_string(i));
    ASSERT_TRUE(ann.submit_now(Post{ByUserName{"bob"}, "in private"}));
    ASSERT_TRUE(bob.submit_now(Post{ByUserName{"ann"}, "yes?"}));
    const Learned first = learn({.page = 5});
    EXPECT_TRUE(first.all);
    EXPECT_EQ(*store->pairs(), 13U);
    EXPECT_EQ(learn().messages, 0U) << "nothing is new";
    exchange("one more", "fine");
    EXPECT_LT(learn().messages, 20U) << "what is new, and a few before it";
    EXPECT_EQ(*store->pairs(), 14U);
    EXPECT_EQ(store->find("one more")->candidates.size(), 1U);
}

TEST_F(LearnerTest, ReadsABoundedNumberAndGoesOnFromThere) {
    for (int i = 0; i < 20; ++i) exchange("question " + std::to_string(i), "reply " + std::to_string(i));
    const LearnLimits little{.first_messages = 2000, .messages_max = 15, .page = 15};
    const Learned first = learn(little);
    EXPECT_FALSE(first.all);
    EXPECT_LE(first.messages, 30U);
    int rounds = 1;
    while (!learn(little).all && rounds < 50) ++rounds;
    EXPECT_LT(rounds, 50);
    EXPECT_EQ(*store->pairs(), 20U);
}

TEST_F(LearnerTest, OfALargeRoomTheNewestMessagesAreEnough) {
    for (int i = 0; i < 20; ++i) exchange("question " + std::to_string(i), "reply " + std::to_string(i));
    learn({.first_messages = 10});
    EXPECT_EQ(*store->pairs(), 5U);
    EXPECT_EQ(store->find("question 3")->pairs_with.at("3"), 0U);
}

}  // namespace
}  // namespace parley::chat::testing
