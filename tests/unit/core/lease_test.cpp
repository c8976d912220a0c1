// Rule P10: what a pledge forbids, how long a lease lasts, and what ends it.
#include <gtest/gtest.h>

#include "tests/unit/core/solo.hpp"

namespace parley::consensus::testing {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t window_us = 300'000;

InitialState with_leases() {
    InitialState initial;
    initial.configuration.leases = true;
    return initial;
}

// Node 2 of three, where leases are on; what an earlier life may have pledged is waited for.
struct Voter : Solo {
    Voter() : Solo(3, {}, with_leases()) {}
    bool pledges(Ballot to) { return hear(to.node.value, PledgeAsked{to, 1, window_us}), !sent<Pledged>().empty(); }
    bool promises(Ballot to, Ballot handed_over_by = {}) {
        return hear(to.node.value, Prepare{to, Slot{1}, handed_over_by}), !sent<Promise>().empty();
    }
    bool supports(Ballot candidate) {
        hear(candidate.node.value, PrePrepare{candidate, {}});
        return sent<PrePrepareAnswer>().at(0).granted;
    }
    void wait_out_the_start() { now += milliseconds{300}; }
};

TEST(P10Pledges, AfterAStartNobodyGetsAPromiseForOneWindow) {
    Voter voter;
    EXPECT_FALSE(voter.supports(ballot(5, 1)));
    EXPECT_FALSE(voter.promises(ballot(5, 1)));
    voter.now += milliseconds{299};
    EXPECT_FALSE(voter.promises(ballot(5, 1)));
    EXPECT_FALSE(voter.promises(ballot(6, 3), ballot(5, 1))) << "no token speaks for what is not known any more";
    voter.now += milliseconds{1};
    EXPECT_TRUE(voter.promises(ballot(6, 3)));
}

TEST(P10Pledges, AVoterThatIsPledgedPromisesNobodyElseAnything) {
    Voter voter;
    voter.wait_out_the_start();
    ASSERT_TRUE(voter.pledges(ballot(5, 1)));
    voter.now += milliseconds{299};
    EXPECT_FALSE(voter.supports(ballot(6, 3)));
    EXPECT_FALSE(voter.promises(ballot(6, 3)));
    voter.now += milliseconds{1};
    EXPECT_TRUE(voter.promises(ballot(6, 3)));
}

TEST(P10Pledges, AClosedConnectionEndsNone) {
    Voter voter;
    voter.wait_out_the_start();
    ASSERT_TRUE(voter.pledges(ballot(5, 1)));
    voter.step(PeerDown{NodeId{1}});
    EXPECT_FALSE(voter.promises(ballot(6, 3)));
    for (int ms = 0; ms < 290; ms += 10) {
        voter.pass(10);
        ASSERT_EQ(voter.status().role, Role::follower) << "it does not campaign itself, either";
    }
    voter.pass(200);
    EXPECT_EQ(voter.status().role, Role::candidate);
}

TEST(P10Pledges, WhatWasAcceptedDoesNotOpenAWayAroundIt) {
    Voter voter;
    voter.wait_out_the_start();
    ASSERT_TRUE(voter.pledges(ballot(5, 1)));
    // Somebody leads under an older configuration, elected by others: its proposals may be accepted, and promise its ballot.
    voter.hear(3, Accept{ballot(6, 3), Slot{1}, value("a"), {}});
    ASSERT_EQ(voter.status().promised, ballot(6, 3));
    EXPECT_FALSE(voter.promises(ballot(6, 3)));
}

TEST(P10Pledges, ASecondLeaderGetsNoneBeforeTheFirstOneIsOver) {
    Voter voter;
    voter.wait_out_the_start();
    ASSERT_TRUE(voter.pledges(ballot(5, 1)));
    EXPECT_FALSE(voter.pledges(ballot(6, 3)));
    voter.now += milliseconds{300};
    EXPECT_TRUE(voter.pledges(ballot(6, 3)));
}

TEST(P10Pledges, TheLeaderThatOneIsPledgedToMayComeBackAtALaterBallot) {
    Voter voter;
    voter.wait_out_the_start();
    ASSERT_TRUE(voter.pledges(ballot(5, 1)));
    EXPECT_TRUE(voter.promises(ballot(8, 1)));
    EXPECT_TRUE(voter.pledges(ballot(8, 1)));
    EXPECT_FALSE(voter.promises(ballot(9, 3), ballot(5, 1))) << "an older token says nothing about the lease of now";
}

TEST(P10Pledges, ATokenOfThatLeaderReleases) {
    Voter voter;
    voter.wait_out_the_start();
    ASSERT_TRUE(voter.pledges(ballot(5, 1)));
    EXPECT_FALSE(voter.promises(ballot(6, 3), ballot(4, 3)));
    EXPECT_TRUE(voter.promises(ballot(6, 3), ballot(5, 1)));
    EXPECT_TRUE(voter.pledges(ballot(6, 3))) << "and the next leader need not wait";
}

TEST(P10Pledges, NoLongerThanThisNodeWouldWaitAfterAStart) {
    Voter voter;
    voter.wait_out_the_start();
    voter.hear(1, PledgeAsked{ballot(5, 1), 7, 10 * window_us});
    ASSERT_EQ(voter.sent<Pledged>(1).size(), 1U);
    EXPECT_EQ(voter.sent<Pledged>(1).at(0), (Pledged{ballot(5, 1), 7, window_us}));
}

// Node 2 leads three voters, its no-op is chosen; nobody has pledged anything yet.
struct Leading : Solo {
    explicit Leading(std::size_t voters = 3) : Solo(voters, {}, with_leases()) {
        pass(700);
        mine = status().ballot;
        for (const std::uint64_t other : {1U, 3U}) hear(other, PrePrepareAnswer{mine, true, {}, {}, wall_ms()});
        hear(2, Prepare{mine, Slot{1}});
        forward_to_self();
        for (const std::uint64_t other : {1U, 3U}) hear(other, empty_promise(mine, {}));
        for (std::uint64_t voter = 1; voter <= voters; ++voter) hear(voter, Accepted{mine, Slot{1}, Slot{1}, {}});
        EXPECT_TRUE(status().leading);
    }
    // The question of the heartbeat that leaves now.
    std::uint64_t ask() {
        pass(60);
        const auto asked = sent<PledgeAsked>(1);
        EXPECT_EQ(asked.size(), 1U);
        return asked.empty() ? 0 : asked.at(0).question;
    }
    void pledge(std::uint64_t voter, std::uint64_t question) { hear(voter, Pledged{mine, question, window_us}); }
    bool answers_at_once() { return hear(1, ReadRequest{++last_read}), !sent<ReadSlot>(1).empty(); }

    Ballot mine;
    std::uint64_t last_read = 0;
};

TEST(P10Leases, AQuorumsPledgesAnswerReadsWithoutARound) {
    Leading leader;
    EXPECT_FALSE(leader.answers_at_once());
    const std::uint64_t question = leader.ask();
    leader.pledge(3, question);
    ASSERT_TRUE(leader.answers_at_once());
    EXPECT_EQ(leader.sent<ReadSlot>(1).at(0).slot, Slot{1});
    EXPECT_TRUE(leader.sent<Heartbeat>().empty());
    EXPECT_EQ(leader.last.messages.at(0).leased_until, leader.status().lease_until);
}

TEST(P10Leases, CountsFromTheMomentOfAskingAndLessThanTheVoterByTheDrift) {
    Leading leader;
    const net::Instant asked = leader.now + milliseconds{60};
    const std::uint64_t question = leader.ask();
    leader.now += milliseconds{40};   // on the way
    leader.pledge(3, question);
    EXPECT_EQ(leader.status().lease_until, asked + milliseconds{294});
    leader.now = asked + milliseconds{294};
    EXPECT_FALSE(leader.answers_at_once());
}

TEST(P10Leases, AQuorumOfTheVotersItIs) {
    Leading leader{5};
    const std::uint64_t question = leader.ask();
    leader.pledge(3, question);
    leader.pledge(3, question);
    leader.pledge(9, question);   // nobody's voter
    EXPECT_FALSE(leader.answers_at_once());
    leader.pledge(4, question);
    EXPECT_TRUE(leader.answers_at_once());
}

TEST(P10Leases, WhatWasPledgedToAnotherBallotCountsNothing) {
    Leading leader;
    const std::uint64_t question = leader.ask();
    leader.hear(3, Pledged{ballot(leader.mine.round - 1, 2), question, window_us});
    EXPECT_FALSE(leader.status().lease_until.has_value());
    leader.hear(3, Pledged{leader.mine, question + 5, window_us});
    EXPECT_FALSE(leader.status().lease_until.has_value()) << "nor does the answer to a question that was never asked";
}

TEST(P10Leases, AHandoverGivesItUpForGoodBeforeTheTokenLeaves) {
    Leading leader;
    leader.pledge(1, leader.ask());
    ASSERT_TRUE(leader.answers_at_once());
    leader.step(HandOver{NodeId{3}});
    leader.hear(3, HeartbeatAnswer{leader.mine, 1, Slot{1}, leader.wall_ms()});
    ASSERT_EQ(leader.sent<TakeOver>(3).size(), 1U);
    EXPECT_FALSE(leader.status().lease_until.has_value());
    leader.pass(310);   // given up; the token may still be on its way
    leader.hear(1, HeartbeatAnswer{leader.mine, 1, Slot{1}, leader.wall_ms()});
    leader.pass(60);
    EXPECT_TRUE(leader.sent<PledgeAsked>().empty());
    EXPECT_FALSE(leader.answers_at_once());
}

TEST(P10Leases, AnotherConfigurationEndsItAndSwitchedOffNobodyIsAsked) {
    Leading leader;
    const std::uint64_t question = leader.ask();
    leader.pledge(1, question);
    leader.hear(3, HeartbeatAnswer{leader.mine, 1, Slot{1}, leader.wall_ms()});
    ASSERT_TRUE(leader.replica->may_change({ChangeKind::leases_off, {}}).has_value());
    leader.step(MembershipChange{ChangeKind::leases_off, {}});
    leader.forward_to_self();
    leader.hear(3, Accepted{leader.mine, Slot{2}, Slot{2}, {}});
    leader.hear(2, Accepted{leader.mine, Slot{2}, Slot{2}, {}});
    ASSERT_EQ(leader.status().chosen_through, Slot{2});
    EXPECT_FALSE(leader.status().leases);
    EXPECT_FALSE(leader.answers_at_once());
    leader.pass(60);
    EXPECT_TRUE(leader.sent<PledgeAsked>().empty());
    EXPECT_FALSE(leader.sent<Heartbeat>().empty());
}

TEST(P10Leases, TheyNeedTheirFeatureLevelAndAreSwitchedOnce) {
    Configuration before;
    before.voters = {Member{NodeId{1}, "a:1", "1"}};
    EXPECT_TRUE(changed(before, {ChangeKind::leases_on, {}})->leases);
    EXPECT_FALSE(changed(before, {ChangeKind::leases_off, {}}).has_value());
    before.level = level_of_moves;
    const auto refused = changed(before, {ChangeKind::leases_on, {}});
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("install this version"), std::string::npos);
}

TEST(P10Leases, BelowTheirLevelAConfigurationHasTheBytesOfBefore) {
    Configuration configuration;
    configuration.voters = {Member{NodeId{1}, "a:1", "1"}};
    configuration.level = level_of_moves;
    const net::Bytes before = net::encode(configuration);
    configuration.level = level_of_leases;
    configuration.leases = true;
    const net::Bytes after = net::encode(configuration);
    EXPECT_EQ(after.size(), before.size() + 1);
    EXPECT_TRUE(net::decode<Configuration>(after)->leases);
}

}  // namespace
}  // namespace parley::consensus::testing
