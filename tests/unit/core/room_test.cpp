// Rule P16: without room on its disk a replica begins nothing that has to be written, and goes on with the rest.
#include <gtest/gtest.h>

#include "tests/unit/core/solo.hpp"

namespace parley::consensus::testing {
namespace {

using std::chrono::milliseconds;

TEST(P16Voter, WithoutRoomItVotesForNothingAndSupportsNobody) {
    Solo voter;
    voter.step(RoomChanged{false});
    voter.hear(1, PrePrepare{ballot(5, 1), {}});
    EXPECT_FALSE(voter.sent<PrePrepareAnswer>(1).at(0).granted);
    voter.hear(1, Prepare{ballot(5, 1), Slot{1}});
    EXPECT_TRUE(voter.last.writes.empty());
    EXPECT_TRUE(voter.sent<Promise>().empty());
    voter.hear(1, Accept{ballot(5, 1), Slot{1}, value("a"), {}});
    EXPECT_TRUE(voter.last.writes.empty());
    EXPECT_TRUE(voter.sent<Accepted>().empty());

    voter.step(RoomChanged{true});
    voter.hear(1, Accept{ballot(5, 1), Slot{1}, value("a"), {}});
    EXPECT_EQ(voter.written().size(), 1U);
    EXPECT_EQ(voter.sent<Accepted>(1).size(), 1U);
}

TEST(P16Voter, WithoutRoomItStillFollowsAndConfirmsReads) {
    Solo voter;
    voter.hear(1, Accept{ballot(5, 1), Slot{1}, value("a"), {}});
    voter.step(RoomChanged{false});
    voter.hear(1, Heartbeat{ballot(5, 1), Slot{1}, 7, 0, {}});
    ASSERT_EQ(voter.sent<HeartbeatAnswer>(1).size(), 1U);
    EXPECT_EQ(voter.sent<HeartbeatAnswer>(1).at(0).round, 7U);
    EXPECT_EQ(voter.status().leader, std::optional{NodeId{1}});
    EXPECT_EQ(voter.last.chosen.size(), 1U) << "what it voted for before is applied";
}

TEST(P16Voter, WithoutRoomItTakesNothingAsChosenThatItWouldHaveToWrite) {
    Solo voter;
    voter.step(RoomChanged{false});
    const CatchUpData data{Slot{1}, {AcceptedValue{Slot{1}, ballot(5, 1), value("a")}}, Slot{1}, Slot{1}};
    voter.hear(1, data);
    EXPECT_TRUE(voter.last.writes.empty());
    EXPECT_EQ(voter.status().chosen_through, Slot{});
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(voter.pass(10).messages.empty()) << "nor asks for it";
    voter.step(RoomChanged{true});
    voter.hear(1, data);
    EXPECT_EQ(voter.status().chosen_through, Slot{1});
}

TEST(P16Voter, WithoutRoomItDoesNotCampaignNorTakesOver) {
    Solo voter;
    voter.hear(1, Heartbeat{ballot(5, 1), {}, 1, 0, {}});
    voter.step(RoomChanged{false});
    voter.hear(1, TakeOver{ballot(5, 1), ballot(6, 2)});
    EXPECT_EQ(voter.status().role, Role::follower);
    for (int ms = 0; ms < 3000; ms += 10) {
        voter.pass(10);
        ASSERT_EQ(voter.status().role, Role::follower);
    }
    voter.step(RoomChanged{true});
    voter.pass(700);
    EXPECT_EQ(voter.status().role, Role::candidate);
}

TEST(P16Voter, ACandidateThatLosesItsRoomGivesUp) {
    Solo candidate;
    candidate.pass(700);
    ASSERT_EQ(candidate.status().role, Role::candidate);
    candidate.step(RoomChanged{false});
    candidate.pass(10);
    EXPECT_EQ(candidate.status().role, Role::follower);
}

// Node 2 leads, its no-op is chosen.
struct Leading : Solo {
    Leading() {
        hear(1, Accepted{mine, Slot{1}, Slot{1}, {}});
        hear(2, Accepted{mine, Slot{1}, Slot{1}, {}});
        EXPECT_TRUE(status().leading);
    }
    Output& answer(std::uint64_t from, std::uint64_t round) {
        return hear(from, HeartbeatAnswer{mine, round, Slot{1}, wall_ms()});
    }
    const Ballot mine = lead();
};

TEST(P16Leader, WithoutRoomItSendsCommandsBack) {
    Leading leader;
    leader.step(RoomChanged{false});
    leader.step(Proposed{{bytes_of("own")}});
    EXPECT_EQ(leader.last.refused, 1U);
    EXPECT_TRUE(leader.sent<Accept>().empty());
    leader.hear(3, Forward{{bytes_of("a"), bytes_of("b")}});
    EXPECT_EQ(leader.sent<ForwardRefused>(3).at(0).count, 2U);
    EXPECT_EQ(leader.status().queued_commands, 0U);
    leader.step(RoomChanged{true});
    leader.step(Proposed{{bytes_of("own")}});
    EXPECT_EQ(leader.sent<Accept>(3).size(), 1U);
}

TEST(P16Leader, WhatWaitedForASlotGoesBackToo) {
    Leading leader;
    leader.step(HandOver{NodeId{3}});   // proposes nothing meanwhile
    leader.hear(1, Forward{{bytes_of("a")}});
    ASSERT_EQ(leader.status().queued_commands, 1U);
    leader.step(RoomChanged{false});
    EXPECT_EQ(leader.status().queued_commands, 0U);
    EXPECT_EQ(leader.sent<ForwardRefused>(1).at(0).count, 1U);
}

TEST(P16Leader, WithoutRoomItStaysAndAnswersReads) {
    Leading leader;
    leader.step(RoomChanged{false});
    for (int ms = 0; ms < 2000; ms += 50) {
        leader.pass(50);
        const auto beats = leader.sent<Heartbeat>(1);
        if (!beats.empty()) leader.answer(1, beats.back().round);
        ASSERT_EQ(leader.status().role, Role::leader);
    }
    leader.hear(3, ReadRequest{9});
    const auto beats = leader.sent<Heartbeat>(1);
    ASSERT_EQ(beats.size(), 1U);
    leader.answer(1, beats.at(0).round);
    EXPECT_EQ(leader.sent<ReadSlot>(3).at(0), (ReadSlot{9, Slot{1}}));
}

TEST(P16Leader, WithoutRoomItCanHandOver) {
    Leading leader;
    leader.step(RoomChanged{false});
    leader.step(HandOver{NodeId{3}});
    leader.answer(3, leader.sent<Heartbeat>(3).at(0).round);
    EXPECT_EQ(leader.sent<TakeOver>(3).size(), 1U);
}

TEST(P16Leader, WhatItHasProposedItStillVotesForItself) {
    Leading leader;
    leader.step(Proposed{{bytes_of("under way")}});
    const std::vector<Accept> under_way = leader.sent<Accept>(2);
    ASSERT_EQ(under_way.size(), 1U);
    leader.step(RoomChanged{false});
    leader.hear(2, under_way[0]);
    EXPECT_EQ(leader.written().size(), 1U);
}

}  // namespace
}  // namespace parley::consensus::testing
