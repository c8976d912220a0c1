// Priorities of leadership as values of the configuration, from level 5 on: docs/protocol.md, P8 and P11.
#include <gtest/gtest.h>

#include "tests/unit/core/solo.hpp"

namespace parley::consensus::testing {
namespace {

constexpr FeatureLevel below{level_of_priorities.value - 1};

Configuration of(std::size_t voters, std::size_t learners = 0, FeatureLevel level = level_of_priorities) {
    Configuration configuration;
    for (std::size_t number = 1; number <= voters; ++number) configuration.voters.push_back(member_of(number));
    for (std::size_t number = 1; number <= learners; ++number) configuration.learners.push_back(member_of(voters + number));
    configuration.level = level;
    return configuration;
}

MembershipChange preferred(std::size_t number, std::uint32_t priority) { return {ChangeKind::prefer, member_of(number), {}, priority}; }

TEST(Priority, OnlyWhatDiffersFromTheDefaultIsKeptInOrder) {
    const auto high = changed(of(3), preferred(3, 80));
    ASSERT_TRUE(high);
    const auto both = changed(*high, preferred(1, 0));
    ASSERT_TRUE(both);
    EXPECT_EQ(both->priorities, (std::vector<Priority>{{NodeId{1}, 0}, {NodeId{3}, 80}}));
    EXPECT_EQ(priority_of(*both, NodeId{1}), 0U);
    EXPECT_EQ(priority_of(*both, NodeId{2}), default_priority);
    const auto again = changed(*both, preferred(3, 100));
    ASSERT_TRUE(again);
    EXPECT_EQ(priority_of(*again, NodeId{3}), 100U);
    const auto back = changed(*again, preferred(1, default_priority));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->priorities, (std::vector<Priority>{{NodeId{3}, 100}}));
    EXPECT_EQ(back->id, 5U);
}

TEST(Priority, ALearnerMayHaveOneAndKeepsItWithItsVote) {
    const auto learner = changed(of(3, 1), preferred(4, 90));
    ASSERT_TRUE(learner);
    const auto voter = changed(*learner, MembershipChange{ChangeKind::promote, member_of(4)});
    ASSERT_TRUE(voter);
    EXPECT_EQ(priority_of(*voter, NodeId{4}), 90U);
}

TEST(Priority, GoesWithItsMember) {
    const auto next = changed(of(3), preferred(2, 80));
    ASSERT_TRUE(next);
    const auto without = changed(*next, MembershipChange{ChangeKind::remove, member_of(2)});
    ASSERT_TRUE(without);
    EXPECT_TRUE(without->priorities.empty());
}

TEST(Priority, WhatMakesNoSenseIsRefusedWithASentence) {
    const auto sentence_of = [](const net::Result<Configuration>& next) { return next ? "" : next.error().message; };
    EXPECT_EQ(sentence_of(changed(of(3), preferred(4, 80))), "this node is no member");
    EXPECT_EQ(sentence_of(changed(of(3), preferred(2, priority_max + 1))), "a priority is a number from 0 to 100");
    EXPECT_EQ(sentence_of(changed(of(3), preferred(2, default_priority))), "this member has this priority already");
    EXPECT_NE(sentence_of(changed(of(3, 0, below), preferred(2, 80))).find("install this version on all replicas first"), std::string::npos);
}

TEST(Priority, ComesBackFromTheLogAndIsNotWrittenBelowItsLevel) {
    const auto next = changed(of(3, 1), preferred(2, 80));
    ASSERT_TRUE(next);
    EXPECT_EQ(*net::decode<Configuration>(net::encode(*next)), *next);
    for (std::uint32_t level = 1; level <= below.value; ++level) {
        const Configuration older = of(3, 1, FeatureLevel{level});
        net::OutArchive before;
        before & (older.id | std::uint64_t{level - 1} << level_shift) & older.voters & older.learners;
        if (FeatureLevel{level} >= level_of_moves) before & older.moves;
        if (FeatureLevel{level} >= level_of_leases) before & older.leases;
        EXPECT_EQ(net::encode(older), before.take()) << level;
    }
}

// Who answers, and is not far behind, keeps up; who is silent does not, and only a leader can tell.
TEST(Priority, ALeaderKnowsWhoKeepsUp) {
    Solo solo;
    EXPECT_FALSE(solo.replica->keeps_up(NodeId{1}));
    const Ballot mine = solo.lead();
    EXPECT_FALSE(solo.replica->keeps_up(NodeId{3}));
    solo.hear(1, HeartbeatAnswer{mine, 1, Slot{}, solo.wall_ms(), level_of_priorities});
    EXPECT_TRUE(solo.replica->keeps_up(NodeId{1}));
    EXPECT_FALSE(solo.replica->keeps_up(NodeId{3}));
    solo.pass(350);
    EXPECT_FALSE(solo.replica->keeps_up(NodeId{1}));
}

}  // namespace
}  // namespace parley::consensus::testing
