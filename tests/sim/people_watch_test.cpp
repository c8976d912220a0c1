// PeopleWatch: what one was told of conversations, profiles and drafts, and which of it can be held against a replica.
#include <gtest/gtest.h>

#include "sim/chat/people_watch.hpp"
#include "sim/event_queue.hpp"

namespace parley::sim {
namespace {

using chat::Posted;
using chat::RoomId;

class Watch : public ::testing::Test {
protected:
    EventQueue queue{1};
    Judge judge{queue};
    PeopleWatch people{judge};
    const std::set<std::string> three{"ann", "bob", "cid"};
};

TEST_F(Watch, TheSamePeopleTalkInOneRoom) {
    people.said(three, "one", Posted{RoomId{7}, 1, ""});
    people.said(three, "two", Posted{RoomId{7}, 2, ""});
    people.said({"ann", "bob"}, "three", Posted{RoomId{8}, 1, ""});
    EXPECT_FALSE(judge.verdict());
    people.said(three, "four", Posted{RoomId{9}, 1, ""});
    ASSERT_TRUE(judge.verdict());
    EXPECT_EQ(judge.verdict()->oracle, Oracle::exactly_once);
}

TEST_F(Watch, TwoTextsAreNotOneMessage) {
    people.said(three, "one", Posted{RoomId{7}, 1, ""});
    people.said(three, "one", Posted{RoomId{7}, 1, ""});
    EXPECT_FALSE(judge.verdict());
    people.said(three, "two", Posted{RoomId{7}, 1, ""});
    EXPECT_TRUE(judge.verdict());
}

TEST_F(Watch, OnlyTheLastRequestSaysHowItStandsAndOnlyOnceAnswered) {
    const std::string key = PeopleWatch::draft_key(chat::UserId{1}, RoomId{2});
    EXPECT_FALSE(people.known(key));
    const std::uint64_t first = people.asked(key, "a");
    EXPECT_FALSE(people.known(key)) << "it may have taken effect or not";
    people.answered(key, first, true);
    EXPECT_EQ(people.known(key), "a");
    const std::uint64_t second = people.asked(key, "b");
    people.answered(key, first, true);
    EXPECT_FALSE(people.known(key)) << "a late answer to an earlier one";
    people.answered(key, second, false);
    EXPECT_FALSE(people.known(key)) << "refused, or nobody knows";
}

}  // namespace
}  // namespace parley::sim
