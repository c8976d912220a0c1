// Feature levels, and the change of address that came with level 2: docs/protocol.md.
#include <gtest/gtest.h>

#include "tests/unit/core/solo.hpp"

namespace parley::consensus::testing {
namespace {

constexpr FeatureLevel one{1};
constexpr FeatureLevel two{2};

Configuration of(std::size_t voters, std::size_t learners = 0, FeatureLevel level = two) {
    Configuration configuration;
    for (std::size_t number = 1; number <= voters; ++number) configuration.voters.push_back(member_of(number));
    for (std::size_t number = 1; number <= learners; ++number) configuration.learners.push_back(member_of(voters + number));
    configuration.level = level;
    return configuration;
}

MembershipChange moved(std::size_t number, const std::string& address) {
    MembershipChange change{ChangeKind::move, member_of(number)};
    change.member.address = address;
    return change;
}

// Leads three voters and a learner, node 4, of a cluster at level 1.
struct Leading : Solo {
    Leading() : Solo(3, {}, at_level_one()) {
        lead();
        hear(2, Accepted{mine(), Slot{1}, Slot{1}, {}});
        hear(1, Accepted{mine(), Slot{1}, Slot{1}, {}});
    }
    static InitialState at_level_one() {
        InitialState initial;
        initial.configuration.level = one;
        initial.configuration.learners = {member_of(4)};
        return initial;
    }
    [[nodiscard]] Ballot mine() const { return replica->status().ballot; }
    void report(std::uint64_t from, FeatureLevel level) { hear(from, HeartbeatAnswer{mine(), 1, Slot{1}, wall_ms(), level}); }
    // The level that a tick makes it propose.
    std::optional<FeatureLevel> proposes() {
        pass(10);
        const auto accepts = sent<Accept>(1);
        return accepts.empty() ? std::nullopt : level_of(accepts.back().value);
    }
};

TEST(FeatureLevel, LevelOneIsWrittenAsBeforeThereWereLevels) {
    const Configuration configuration = of(3, 1, one);
    net::OutArchive before;
    before & configuration.id & configuration.voters & configuration.learners;
    EXPECT_EQ(net::encode(configuration), before.take());
    EXPECT_EQ(*net::decode<Configuration>(net::encode(configuration)), configuration);
}

TEST(FeatureLevel, IsReadWhereTheRestIsUnknown) {
    const Configuration next = *changed(of(3), moved(2, "elsewhere:1"));
    EXPECT_EQ(*net::decode<Configuration>(net::encode(next)), next);
    Configuration later = of(3, 0, FeatureLevel{7});
    net::Bytes bytes = net::encode(later);
    bytes.push_back(std::byte{1});   // what that version adds
    const Value value{Batch{BatchKind::configuration, 0, {bytes}}};
    EXPECT_EQ(level_of(value), FeatureLevel{7});
    EXPECT_EQ(configuration_in(value), std::nullopt);
    EXPECT_EQ(level_of(testing::value("text")), std::nullopt);
}

TEST(FeatureLevel, GoesUpWhenVotersAndLearnersKnowIt) {
    Leading leader;
    leader.report(1, two);
    leader.report(3, two);
    EXPECT_EQ(leader.proposes(), std::nullopt);   // the learner has said nothing
    leader.report(4, one);
    EXPECT_EQ(leader.proposes(), std::nullopt);
    leader.report(4, two);
    EXPECT_EQ(leader.proposes(), two);
}

TEST(FeatureLevel, WhoIsNotHeardIsNotTakenForOneThatKnowsIt) {
    Leading leader;
    leader.report(4, two);
    leader.report(3, two);
    leader.pass(250);
    leader.report(1, two);
    leader.report(3, two);
    leader.pass(60);   // the learner's word is older than an election time-out
    leader.report(1, two);
    EXPECT_EQ(leader.proposes(), std::nullopt);
    leader.report(4, two);
    EXPECT_EQ(leader.proposes(), two);
}

TEST(FeatureLevel, APutBackReplicaKeepsTheClusterWhereItIs) {
    Leading leader;
    for (const std::uint64_t node : {1U, 3U, 4U}) leader.report(node, two);
    leader.report(3, one);
    EXPECT_EQ(leader.proposes(), std::nullopt);
}

TEST(FeatureLevel, NobodyElseRaisesIt) {
    Leading leader;
    EXPECT_FALSE(leader.replica->may_change(MembershipChange{ChangeKind::raise, {}, two}));
    EXPECT_FALSE(changed(of(3), MembershipChange{ChangeKind::raise, {}, two}));
    EXPECT_FALSE(changed(of(3), MembershipChange{ChangeKind::raise, {}, one}));
}

TEST(FeatureLevel, AnOlderProgramNeitherVotesForANewerLevelNorLearnsIt) {
    Options older;
    older.feature_level = one;
    InitialState initial;
    initial.configuration.level = one;
    Configuration next = of(3);
    next.id = 2;
    const Value raise = value_of(next, 0);

    Solo voter(3, older, initial);
    voter.hear(1, Accept{ballot(1, 1), Slot{1}, raise, {}});
    EXPECT_EQ(voter.last.outdated, two);
    EXPECT_TRUE(voter.written().empty());
    EXPECT_TRUE(voter.sent<Accepted>().empty());

    Solo learner(3, older, initial);
    learner.hear(1, CatchUpData{Slot{1}, {AcceptedValue{Slot{1}, ballot(1, 1), raise}}, Slot{1}, Slot{1}});
    EXPECT_EQ(learner.last.outdated, two);
    EXPECT_TRUE(learner.last.chosen.empty());

    Solo follower(3, older, initial);
    follower.hear(1, Heartbeat{ballot(1, 1), Slot{}, 1, 0, two});
    EXPECT_EQ(follower.last.outdated, two);
}

TEST(ChangeOfAddress, IsKeptAndSaysSince) {
    const auto next = changed(of(3, 1), moved(4, "elsewhere:1"));
    ASSERT_TRUE(next);
    EXPECT_EQ(find_member(*next, NodeId{4})->address, "elsewhere:1");
    EXPECT_EQ(next->moves, (std::vector<Move>{{NodeId{4}, 2}}));
    const auto again = changed(*next, moved(4, "elsewhere:2"));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->moves, (std::vector<Move>{{NodeId{4}, 3}}));
    EXPECT_TRUE(changed(*again, MembershipChange{ChangeKind::remove, member_of(4)})->moves.empty());
}

TEST(ChangeOfAddress, WhatMakesNoSenseIsRefused) {
    EXPECT_FALSE(changed(of(3), moved(4, "elsewhere:1")));
    EXPECT_FALSE(changed(of(3), moved(2, "")));
    EXPECT_FALSE(changed(of(3), moved(2, member_of(3).address)));
    EXPECT_FALSE(changed(of(3), moved(2, member_of(2).address)));
    const auto below = changed(of(3, 0, one), moved(2, "elsewhere:1"));
    ASSERT_FALSE(below);
    EXPECT_NE(below.error().message.find("install this version on all replicas"), std::string::npos);
}

}  // namespace
}  // namespace parley::consensus::testing
