// Transfer of leadership: rule P8 of docs/protocol.md.
#include <gtest/gtest.h>

#include "consensus/core/learner.hpp"
#include "tests/unit/core/solo.hpp"

namespace parley::consensus::testing {
namespace {

using std::chrono::milliseconds;

// Node 2 leads, its no-op is chosen, node 3 is asked to take over.
struct Transfer : Solo {
    Transfer() {
        hear(1, Accepted{mine, Slot{1}, Slot{1}, {}});
        hear(2, Accepted{mine, Slot{1}, Slot{1}, {}});
        step(HandOver{NodeId{3}});
    }
    Output& answer(std::uint64_t from, Slot chosen_through) {
        return hear(from, HeartbeatAnswer{mine, 1, chosen_through, wall_ms()});
    }
    const Ballot mine = lead();
};

TEST(P8Transfer, TheTokenWaitsUntilTheOtherKnowsAllAsChosen) {
    Transfer leader;
    EXPECT_EQ(leader.sent<Heartbeat>(3).size(), 1U);
    leader.answer(1, Slot{1});
    leader.answer(3, Slot{0});
    EXPECT_TRUE(leader.sent<TakeOver>().empty());
    leader.answer(3, Slot{1});
    ASSERT_EQ(leader.sent<TakeOver>(3).size(), 1U);
    EXPECT_EQ(leader.sent<TakeOver>(3).at(0).next, ballot(leader.mine.round + 1, 3));
    leader.answer(3, Slot{1});
    EXPECT_TRUE(leader.sent<TakeOver>().empty());
}

TEST(P8Transfer, NothingIsProposedUntilItSucceedsOrItsTimeIsOver) {
    Transfer leader;
    leader.step(Proposed{{bytes_of("waits")}});
    EXPECT_TRUE(leader.sent<Accept>().empty());
    EXPECT_EQ(leader.status().queued_commands, 1U);
    leader.answer(1, Slot{1});
    leader.pass(310);
    EXPECT_FALSE(leader.status().handing_over_to.has_value());
    EXPECT_EQ(leader.sent<Accept>(3).size(), 1U);
}

TEST(P8Transfer, TheLeaderPromisesOnlyItsOwnToken) {
    Transfer leader;
    leader.answer(3, Slot{1});
    const Ballot next = leader.sent<TakeOver>(3).at(0).next;
    leader.hear(1, Prepare{ballot(next.round, 1), Slot{2}, leader.mine});
    leader.hear(3, Prepare{ballot(next.round + 1, 3), Slot{2}, leader.mine});
    leader.hear(3, Prepare{next, Slot{2}});
    EXPECT_EQ(leader.status().role, Role::leader);
    leader.hear(3, Prepare{next, Slot{2}, leader.mine});
    EXPECT_EQ(leader.status().role, Role::follower);
    EXPECT_EQ(leader.sent<Promise>(3).size(), 1U);
}

TEST(P8Transfer, OnlyALeaderHandsOverAndOnlyToAnotherVoter) {
    Solo follower;
    follower.step(HandOver{NodeId{3}});
    EXPECT_TRUE(follower.last.messages.empty());
    Transfer leader;
    leader.pass(310);
    leader.step(HandOver{NodeId{2}});
    EXPECT_FALSE(leader.status().handing_over_to.has_value());
    leader.step(HandOver{NodeId{9}});
    EXPECT_FALSE(leader.status().handing_over_to.has_value());
}

TEST(P8Transfer, AFollowerCampaignsAtOnceWithTheBallotOfTheTokenAndOnce) {
    Solo solo;
    const Ballot led = ballot(4, 1);
    solo.hear(1, Heartbeat{led, {}, 1, 0});
    solo.hear(1, TakeOver{led, ballot(9, 2)});
    EXPECT_EQ(solo.status().role, Role::candidate);
    EXPECT_TRUE(solo.sent<PrePrepare>().empty());
    ASSERT_EQ(solo.sent<Prepare>(3).size(), 1U);
    EXPECT_EQ(solo.sent<Prepare>(3).at(0), (Prepare{ballot(9, 2), Slot{1}, led}));
    solo.hear(1, Reject{ballot(9, 2), ballot(10, 3)});
    ASSERT_EQ(solo.status().role, Role::follower);
    solo.hear(1, Heartbeat{led, {}, 1, 0});
    solo.hear(1, TakeOver{led, ballot(9, 2)});
    EXPECT_EQ(solo.status().role, Role::follower);
}

TEST(P8Transfer, ATokenOfAnotherLeaderThanTheOneFollowedIsOfNoUse) {
    Solo solo;
    solo.hear(1, Heartbeat{ballot(4, 1), {}, 1, 0});
    solo.hear(3, TakeOver{ballot(3, 3), ballot(9, 2)});
    solo.hear(1, TakeOver{ballot(3, 1), ballot(9, 2)});
    EXPECT_EQ(solo.status().role, Role::follower);
    // A voter that hears its leader promises only who names that leader's ballot.
    solo.hear(3, Prepare{ballot(9, 3), Slot{1}, ballot(3, 3)});
    EXPECT_TRUE(solo.sent<Promise>().empty());
    solo.hear(3, Prepare{ballot(9, 3), Slot{1}, ballot(4, 1)});
    EXPECT_EQ(solo.sent<Promise>(3).size(), 1U);
}

// Its own clock is the only one it knows, and may be a wrong one: log time stands until a quorum's are known (P14).
TEST(P8Transfer, WhoTakesOverStampsNothingByItsOwnClockAlone) {
    Solo solo;
    const Ballot led = ballot(4, 1);
    const Ballot mine = ballot(9, 2);
    const std::int64_t right_ms = solo.wall_ms();
    solo.skew_ms = 24 * 3600 * 1000;
    solo.hear(1, Heartbeat{led, {}, 1, 0});
    solo.hear(1, TakeOver{led, mine});
    solo.forward_to_self();
    solo.hear(1, Solo::empty_promise(mine, {}));
    ASSERT_EQ(solo.status().role, Role::leader);
    ASSERT_EQ(solo.sent<Accept>(3).size(), 1U);
    EXPECT_EQ(stamped_log_time(solo.sent<Accept>(3).at(0).value), 0);
    solo.hear(3, HeartbeatAnswer{mine, 0, {}, right_ms});
    EXPECT_EQ(solo.status().role, Role::follower) << "its own clock is wrong";
}

// A healthy cluster that has had time to elect somebody.
struct Led : Cluster {
    explicit Led(std::uint64_t seed) : Cluster(3, Options{}) {
        set_chance(seed);
        run(milliseconds{2000});
    }
    // Whoever leads hands over to that node; true when it leads a tenth of a second later.
    bool hands_over_to(NodeId target) {
        if (!leader()) return false;
        hand_over(*leader(), target);
        run(milliseconds{100});
        return leader() == std::optional{target} && contradiction().empty();
    }
    [[nodiscard]] NodeId next_of(NodeId node) const { return NodeId{node.value % 3 + 1}; }
};

TEST(P8Transfer, AHealthyClusterHandsOverWithinATenthOfASecond) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Led cluster{seed};
        ASSERT_TRUE(cluster.leader().has_value()) << seed;
        EXPECT_TRUE(cluster.hands_over_to(cluster.next_of(*cluster.leader()))) << seed;
    }
}

// A machine that was suspended: its steady clock stood, all wall clocks went on, and it heard them before.
TEST(P8Transfer, WhoWasSuspendedDoesNotTakeItsOwnClockForWrong) {
    Led cluster{1};
    ASSERT_TRUE(cluster.leader().has_value());
    const NodeId first = *cluster.leader();
    ASSERT_TRUE(cluster.hands_over_to(cluster.next_of(first)));
    for (const std::uint64_t node : {1U, 2U, 3U}) cluster.skew_clock(NodeId{node}, 20 * Options{}.clock_skew_max_ms);
    cluster.run(milliseconds{500});
    EXPECT_TRUE(cluster.hands_over_to(first));
}

}  // namespace
}  // namespace parley::consensus::testing
