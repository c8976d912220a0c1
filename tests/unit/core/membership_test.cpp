// Changes of membership: rule P11 of docs/protocol.md.
#include <gtest/gtest.h>

#include "tests/unit/core/solo.hpp"

namespace parley::consensus::testing {
namespace {

using std::chrono::milliseconds;

Configuration of(std::size_t voters, std::size_t learners = 0) {
    Configuration configuration;
    for (std::size_t number = 1; number <= voters; ++number) configuration.voters.push_back(member_of(number));
    for (std::size_t number = 1; number <= learners; ++number) configuration.learners.push_back(member_of(voters + number));
    return configuration;
}

MembershipChange change(ChangeKind kind, std::size_t number) { return MembershipChange{kind, member_of(number)}; }

TEST(P11Configuration, ALearnerComesFirstThenAVoteThenItMayGo) {
    auto next = changed(of(3), change(ChangeKind::add, 4));
    ASSERT_TRUE(next);
    EXPECT_EQ(next->id, 2U);
    EXPECT_EQ(next->voters.size(), 3U);
    EXPECT_NE(find_learner(*next, NodeId{4}), nullptr);
    next = changed(*next, change(ChangeKind::promote, 4));
    ASSERT_TRUE(next);
    EXPECT_EQ(next->voters.size(), 4U);
    EXPECT_TRUE(next->learners.empty());
    next = changed(*next, change(ChangeKind::remove, 1));
    ASSERT_TRUE(next);
    EXPECT_EQ(find_member(*next, NodeId{1}), nullptr);
}

TEST(P11Configuration, WhatMakesNoSenseIsRefusedWithASentence) {
    EXPECT_FALSE(changed(of(3), change(ChangeKind::add, 2)));
    EXPECT_FALSE(changed(of(3, 1), change(ChangeKind::add, 4)));
    EXPECT_FALSE(changed(of(3), change(ChangeKind::promote, 2)));
    EXPECT_FALSE(changed(of(3), change(ChangeKind::promote, 4)));
    EXPECT_FALSE(changed(of(3), change(ChangeKind::remove, 4)));
    EXPECT_FALSE(changed(of(1), change(ChangeKind::remove, 1)));
    EXPECT_FALSE(changed(of(9, 1), change(ChangeKind::promote, 10)));
    EXPECT_FALSE(changed(of(3), MembershipChange{ChangeKind::add, Member{NodeId{7}, "node2", "7"}}));
    EXPECT_FALSE(changed(of(3), MembershipChange{ChangeKind::add, Member{NodeId{7}, "node7", "2"}}));
    EXPECT_FALSE(changed(of(3), MembershipChange{ChangeKind::add, Member{NodeId{7}, "", "7"}}));
}

TEST(P11Configuration, AFolderIsMadeOnceForALearner) {
    const auto join = [](std::size_t number, std::uint64_t drawn) {
        MembershipChange joining = change(ChangeKind::join, number);
        joining.member.joined = drawn;
        return joining;
    };
    auto next = changed(of(3, 1), join(4, 77));
    ASSERT_TRUE(next);
    EXPECT_EQ(find_learner(*next, NodeId{4})->joined, 77U);
    EXPECT_FALSE(changed(of(3, 1), join(4, 0)));
    EXPECT_FALSE(changed(*next, join(4, 77)));
    EXPECT_FALSE(changed(*next, join(4, 78)));
    EXPECT_FALSE(changed(*next, join(1, 77)));
    EXPECT_FALSE(changed(*next, join(7, 77)));
    next = changed(*next, change(ChangeKind::promote, 4));
    ASSERT_TRUE(next);
    EXPECT_FALSE(changed(*next, join(4, 79)));
}

TEST(P11Configuration, ComesBackFromItsValueAndNothingElseDoes) {
    const Configuration configuration = of(3, 2);
    EXPECT_EQ(configuration_in(value_of(configuration, 5)), configuration);
    EXPECT_EQ(configuration_in(value("text")), std::nullopt);
    EXPECT_EQ(configuration_in(Value{Batch{}}), std::nullopt);
    EXPECT_EQ(configuration_in(Value{Batch{BatchKind::configuration, 0, {bytes_of("no configuration")}}}), std::nullopt);
}

TEST(P11Configuration, OneThatWasMadeForAnotherBaseHasNoEffect) {
    EXPECT_TRUE(follows(of(3), *changed(of(3), change(ChangeKind::remove, 1))));
    EXPECT_FALSE(follows(of(3), of(2)));
    Configuration empty;
    empty.id = 2;
    EXPECT_FALSE(follows(of(3), empty));
}

// A leader that is leading, in a cluster without faults, with `spares` nodes that are no members.
struct Growing {
    explicit Growing(std::size_t voters, std::size_t spares, Options options = {}) : cluster(voters + spares, options, voters) {
        cluster.run(milliseconds{2000});
    }
    net::Result<void> ask(ChangeKind kind, std::size_t number) {
        const auto asked = cluster.change(*cluster.leader(), kind, NodeId{number});
        cluster.run(milliseconds{300});
        return asked;
    }
    Cluster cluster;
};

TEST(P11Membership, AClusterGrowsAndShrinksOneByOne) {
    Growing growing{1, 2};
    for (const std::size_t number : {2U, 3U}) {
        ASSERT_TRUE(growing.ask(ChangeKind::add, number));
        growing.cluster.propose(*growing.cluster.leader(), "x");
        growing.cluster.run(milliseconds{200});
        ASSERT_TRUE(growing.ask(ChangeKind::promote, number));
    }
    EXPECT_EQ(growing.cluster.newest_configuration().voters.size(), 3U);
    EXPECT_EQ(growing.cluster.applied(NodeId{3}), (std::vector<std::string>{"x", "x"}));
    for (const std::size_t number : {1U, 2U}) {
        ASSERT_TRUE(growing.ask(ChangeKind::remove, number));
        growing.cluster.run(milliseconds{1500});
        ASSERT_TRUE(growing.cluster.leader().has_value());
    }
    EXPECT_EQ(growing.cluster.leader(), std::optional{NodeId{3}});
    EXPECT_EQ(growing.cluster.contradiction(), "");
}

TEST(P11Membership, ALearnerReceivesAndIsNotCounted) {
    Growing growing{3, 1};
    ASSERT_TRUE(growing.ask(ChangeKind::add, 4));
    const NodeId leader = *growing.cluster.leader();
    std::size_t down = 0;
    for (std::size_t number = 1; number <= 3; ++number) {
        if (NodeId{number} != leader && down++ < 2) growing.cluster.crash(NodeId{number});
    }
    growing.cluster.propose(leader, "not with a learner");
    growing.cluster.run(milliseconds{300});
    EXPECT_TRUE(growing.cluster.applied(leader).empty());
    EXPECT_EQ(growing.cluster.contradiction(), "");
}

TEST(P11Membership, ALearnerThatLagsOrIsAwayGetsNoVote) {
    Growing growing{3, 1};
    const NodeId leader = *growing.cluster.leader();
    growing.cluster.crash(NodeId{4});
    ASSERT_TRUE(growing.ask(ChangeKind::add, 4));
    EXPECT_FALSE(growing.ask(ChangeKind::promote, 4));
    growing.cluster.restart(NodeId{4});
    growing.cluster.run(milliseconds{500});
    ASSERT_EQ(growing.cluster.leader(), std::optional{leader});
    EXPECT_TRUE(growing.ask(ChangeKind::promote, 4));
    EXPECT_NE(find_voter(growing.cluster.newest_configuration(), NodeId{4}), nullptr);
}

TEST(P11Membership, ARemovedLeaderHandsOverAndIsQuietAfterwards) {
    Growing growing{3, 0};
    const NodeId leader = *growing.cluster.leader();
    ASSERT_TRUE(growing.ask(ChangeKind::remove, leader.value));
    ASSERT_TRUE(growing.cluster.leader().has_value());
    EXPECT_NE(growing.cluster.leader(), std::optional{leader});
    EXPECT_FALSE(growing.cluster.status(leader).votes);
    growing.cluster.run(milliseconds{3000});
    EXPECT_EQ(growing.cluster.status(leader).role, Role::follower);
    EXPECT_EQ(growing.cluster.contradiction(), "");
}

TEST(P11Membership, WhoWasRemovedIsNeededUntilAQuorumOfTheOthersKnows) {
    Growing growing{2, 0};
    const NodeId leader = *growing.cluster.leader();
    const NodeId other{3 - leader.value};
    ASSERT_TRUE(growing.cluster.change(leader, ChangeKind::remove, leader));
    while (growing.cluster.newest_configuration().voters.size() == 2) {
        if (!growing.cluster.sync(leader) && !growing.cluster.sync(other)) growing.cluster.deliver(0);
    }
    // The other one has accepted the configuration and dies before it hears that it is chosen.
    growing.cluster.crash(other);
    growing.cluster.run(milliseconds{1000});
    ASSERT_FALSE(growing.cluster.status(leader).votes);
    EXPECT_FALSE(growing.cluster.status(leader).dismissed);
    growing.cluster.restart(other);
    growing.cluster.run(milliseconds{3000});
    EXPECT_EQ(growing.cluster.leader(), std::optional{other});
    EXPECT_TRUE(growing.cluster.status(leader).dismissed);
    EXPECT_FALSE(growing.cluster.status(other).dismissed);
}

// reconfig 395: the voter that was left had heard of its own vote, and a crash took that back. Only who was removed knows.
TEST(P11Membership, AVoterThatDoesNotKnowItVotesIsTold) {
    Growing growing{1, 1};
    const NodeId first{1};
    const NodeId second{2};
    ASSERT_TRUE(growing.ask(ChangeKind::add, 2));
    const ModelDisk learner = growing.cluster.disk(second);
    ASSERT_TRUE(growing.ask(ChangeKind::promote, 2));
    ASSERT_TRUE(growing.cluster.change(first, ChangeKind::remove, first));
    while (growing.cluster.newest_configuration().id != 4) {
        if (!growing.cluster.sync(first) && !growing.cluster.sync(second)) growing.cluster.deliver(0);
    }
    growing.cluster.crash(second);
    growing.cluster.run(milliseconds{500});
    ModelDisk& disk = growing.cluster.disk(second);
    disk.configuration = learner.configuration;
    disk.chosen_through = learner.chosen_through;
    disk.applied_through = learner.applied_through;
    growing.cluster.restart(second);
    ASSERT_FALSE(growing.cluster.status(second).votes);
    EXPECT_FALSE(growing.cluster.status(first).dismissed);
    growing.cluster.run(milliseconds{3000});
    EXPECT_EQ(growing.cluster.leader(), std::optional{second});
    EXPECT_TRUE(growing.cluster.status(first).dismissed);
}

// Who was removed goes for good when it is told: this node must not forget it in a crash then.
TEST(P11Membership, WhoWasRemovedHearsOfItWhenItIsDurable) {
    Solo solo;
    const Configuration without_third = *changed(of(3), change(ChangeKind::remove, 3));
    const AcceptedValue chosen{Slot{1}, ballot(1, 1), value_of(without_third, 0)};
    solo.hear(1, CatchUpData{Slot{1}, {chosen}, Slot{1}, Slot{1}});
    ASSERT_EQ(solo.replica->configuration().voters.size(), 2U);
    const WriteId write = solo.last.write;
    EXPECT_GE(solo.written().size(), 1U);
    solo.hear(3, CatchUpRequest{Slot{1}, Slot{1}});
    EXPECT_TRUE(solo.sent<CatchUpData>(3).empty());
    solo.hear(1, CatchUpRequest{Slot{1}, Slot{1}});
    EXPECT_EQ(solo.sent<CatchUpData>(1).size(), 1U);
    solo.step(Durable{write});
    solo.hear(3, CatchUpRequest{Slot{1}, Slot{1}});
    EXPECT_EQ(solo.sent<CatchUpData>(3).size(), 1U);
}

TEST(P11Membership, WhoeverHasTooFewVotersLeftToTalkToKeepsThem) {
    Growing growing{3, 0};
    const NodeId leader = *growing.cluster.leader();
    const NodeId other{leader.value % 3 + 1};
    growing.cluster.crash(other);
    growing.cluster.run(milliseconds{400});
    const NodeId third{6 - leader.value - other.value};
    EXPECT_FALSE(growing.ask(ChangeKind::remove, third.value));
    EXPECT_TRUE(growing.ask(ChangeKind::remove, other.value));
    EXPECT_EQ(growing.cluster.newest_configuration().voters.size(), 2U);
}

// Node 2 leads alone what nodes 1 and 3 do not answer: what it proposes stays open.
TEST(P11Membership, NothingIsProposedBehindAConfigurationBeforeItIsChosen) {
    Solo solo;
    const Ballot mine = solo.lead();
    solo.hear(2, Accepted{mine, Slot{1}, Slot{1}, {}});
    solo.hear(1, Accepted{mine, Slot{1}, Slot{1}, {}});
    solo.hear(1, HeartbeatAnswer{mine, 1, Slot{1}, solo.wall_ms()});
    ASSERT_TRUE(solo.replica->may_change(change(ChangeKind::add, 4)));
    solo.step(change(ChangeKind::add, 4));
    ASSERT_EQ(solo.sent<Accept>(1).size(), 1U);
    EXPECT_TRUE(configuration_in(solo.sent<Accept>(1).at(0).value).has_value());
    EXPECT_FALSE(solo.replica->may_change(change(ChangeKind::remove, 3)));
    solo.step(Proposed{{bytes_of("waits")}});
    EXPECT_TRUE(solo.sent<Accept>().empty());
    solo.hear(2, Accepted{mine, Slot{2}, Slot{2}, {}});
    solo.hear(1, Accepted{mine, Slot{2}, Slot{2}, {}});
    ASSERT_EQ(solo.sent<Accept>(4).size(), 1U);   // the learner is told, too
    EXPECT_EQ(solo.sent<Accept>(4).at(0).slot, Slot{3});
    EXPECT_EQ(solo.replica->configuration().learners.size(), 1U);
}

// Node 4 accepted something in slot 4 once, when it had no vote. With the vote it might make a quorum there of which this leader knows
// nothing.
TEST(P11Membership, WhatANewcomerHoldsDoesNotComeUnderItsVote) {
    Solo solo;
    const Ballot mine = solo.lead();
    const auto chosen = [&](std::uint64_t slot) {
        solo.hear(2, Accepted{mine, Slot{slot}, Slot{slot}, {}});
        solo.hear(1, Accepted{mine, Slot{slot}, Slot{slot}, {}});
    };
    chosen(1);
    solo.step(change(ChangeKind::add, 4));
    chosen(2);
    solo.hear(4, HeartbeatAnswer{mine, 1, Slot{2}, solo.wall_ms()});
    ASSERT_TRUE(solo.replica->may_change(change(ChangeKind::promote, 4)));
    solo.step(change(ChangeKind::promote, 4));
    ASSERT_EQ(solo.sent<Prepare>(4).size(), 1U);
    Promise promise = Solo::empty_promise(mine, {});
    promise.accepted = {{Slot{4}, ballot(1, 1), value("for nothing")}};
    promise.covered_through = Slot{4};
    solo.hear(4, promise);
    const auto accepts = solo.sent<Accept>(1);
    ASSERT_EQ(accepts.size(), 3U);
    EXPECT_EQ(accepts[0].value.decoded()->kind, BatchKind::no_op);
    EXPECT_EQ(accepts[1].slot, Slot{4});
    EXPECT_EQ(accepts[1].value.decoded()->kind, BatchKind::no_op);
    EXPECT_EQ(accepts[2].slot, Slot{5});
    EXPECT_TRUE(configuration_in(accepts[2].value).has_value());
}

TEST(P11Membership, RecoveryDecidesNothingBehindAnAdoptedConfiguration) {
    Solo solo;
    solo.pass(700);
    const Ballot mine = solo.status().ballot;
    solo.hear(1, PrePrepareAnswer{mine, true, {}, {}, solo.wall_ms()});
    solo.forward_to_self();
    Promise promise = Solo::empty_promise(mine, {});
    const Configuration four = *changed(*changed(of(3), change(ChangeKind::add, 4)), change(ChangeKind::promote, 4));
    Configuration next = four;
    next.id = 2;
    promise.accepted = {{Slot{1}, ballot(1, 1), value_of(next, 0)}, {Slot{2}, ballot(1, 1), value("behind")}};
    promise.covered_through = Slot{2};
    solo.hear(1, promise);
    ASSERT_EQ(solo.sent<Accept>(1).size(), 1U);
    solo.forward_to_self();
    solo.hear(1, Accepted{mine, Slot{1}, Slot{1}, {}});
    // Slot 2 has four voters, and two of them have answered; the newcomer is asked.
    EXPECT_TRUE(solo.sent<Accept>().empty());
    solo.pass(200);
    EXPECT_EQ(solo.sent<Prepare>(4).size(), 1U);
    solo.hear(4, Solo::empty_promise(mine, {}));
    ASSERT_EQ(solo.sent<Accept>(4).size(), 2U);   // "behind", and the no-op that ends recovery
    EXPECT_EQ(solo.sent<Accept>(4).at(0).value, value("behind"));
}

}  // namespace
}  // namespace parley::consensus::testing
