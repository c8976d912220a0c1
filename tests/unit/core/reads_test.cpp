// Rule P9 (and P4 for reads): from which slot on a state holds everything that was acknowledged.
#include <gtest/gtest.h>

#include "tests/unit/core/solo.hpp"

namespace parley::consensus::testing {
namespace {

// A leader whose no-op is chosen at slot 1, with nothing on its way.
Solo leading() {
    Solo solo;
    solo.lead();
    solo.forward_to_self();
    const Ballot mine = solo.status().ballot;
    solo.hear(1, Accepted{mine, Slot{1}, Slot{1}, WriteId{1}});
    EXPECT_TRUE(solo.status().leading);
    return solo;
}

std::uint64_t round_of(const Solo& solo) {
    const auto heartbeats = solo.sent<Heartbeat>(1);
    EXPECT_FALSE(heartbeats.empty());
    return heartbeats.empty() ? 0 : heartbeats.back().round;
}

TEST(P9Reads, ARoundNeedsAQuorumThatAnswersItsOwnHeartbeat) {
    Solo solo = leading();
    const Ballot mine = solo.status().ballot;
    solo.hear(3, ReadRequest{77});
    const std::uint64_t round = round_of(solo);
    EXPECT_TRUE(solo.sent<ReadSlot>().empty()) << "its own voice is no quorum";
    solo.hear(1, HeartbeatAnswer{mine, round - 1, Slot{1}, solo.wall_ms()});
    EXPECT_TRUE(solo.sent<ReadSlot>().empty()) << "the answer to an older heartbeat says nothing about now";
    solo.hear(1, HeartbeatAnswer{ballot(mine.round - 1, 2), round, Slot{1}, solo.wall_ms()});
    EXPECT_TRUE(solo.sent<ReadSlot>().empty()) << "nor does one of another ballot";
    solo.hear(1, HeartbeatAnswer{mine, round, Slot{1}, solo.wall_ms()});
    ASSERT_EQ(solo.sent<ReadSlot>(3).size(), 1U);
    EXPECT_EQ(solo.sent<ReadSlot>(3)[0], (ReadSlot{77, Slot{1}}));
}

TEST(P9Reads, WhoAsksWhileARoundIsOpenJoinsTheNext) {
    Solo solo = leading();
    const Ballot mine = solo.status().ballot;
    solo.hear(3, ReadRequest{77});
    const std::uint64_t first = round_of(solo);
    solo.hear(1, ReadRequest{88});
    EXPECT_TRUE(solo.sent<Heartbeat>().empty());
    solo.hear(1, HeartbeatAnswer{mine, first, Slot{1}, solo.wall_ms()});
    EXPECT_EQ(solo.sent<ReadSlot>(3).size(), 1U);
    EXPECT_TRUE(solo.sent<ReadSlot>(1).empty());
    const std::uint64_t second = round_of(solo);
    EXPECT_GT(second, first);
    solo.hear(3, HeartbeatAnswer{mine, second, Slot{1}, solo.wall_ms()});
    EXPECT_EQ(solo.sent<ReadSlot>(1).at(0).id, 88U);
}

TEST(P9Reads, TheAnswerToALaterHeartbeatConfirmsTheRoundToo) {
    Solo solo = leading();
    const Ballot mine = solo.status().ballot;
    solo.hear(3, ReadRequest{77});
    const std::uint64_t lost = round_of(solo);
    solo.pass(60);
    const std::uint64_t later = round_of(solo);
    EXPECT_GT(later, lost);
    solo.hear(1, HeartbeatAnswer{mine, later, Slot{1}, solo.wall_ms()});
    EXPECT_EQ(solo.sent<ReadSlot>(3).size(), 1U);
}

TEST(P9Reads, NoneIsServedBeforeRecoveryIsOver) {
    Solo solo;
    solo.lead();
    solo.forward_to_self();
    const Ballot mine = solo.status().ballot;
    ASSERT_FALSE(solo.status().leading);
    solo.hear(3, ReadRequest{77});
    solo.hear(1, HeartbeatAnswer{mine, 1, Slot{}, solo.wall_ms()});
    EXPECT_TRUE(solo.sent<ReadSlot>().empty());
    solo.hear(1, Accepted{mine, Slot{1}, Slot{1}, WriteId{1}});   // P4: the no-op is chosen
    const std::uint64_t round = round_of(solo);
    solo.hear(1, HeartbeatAnswer{mine, round, Slot{}, solo.wall_ms()});
    EXPECT_EQ(solo.sent<ReadSlot>(3).at(0).slot, Slot{1});
}

TEST(P9Reads, AFollowerAsksItsLeaderOnceForAllThatWait) {
    Solo solo;
    solo.hear(1, Heartbeat{ballot(5, 1), Slot{}, 1, 0});
    solo.step(ReadAsked{1});
    const auto asked = solo.sent<ReadRequest>(1);
    ASSERT_EQ(asked.size(), 1U);
    solo.step(ReadAsked{2});
    solo.step(ReadAsked{3});
    EXPECT_TRUE(solo.sent<ReadRequest>().empty()) << "one request at a time";
    solo.hear(1, ReadSlot{asked[0].id + 1, Slot{9}});
    EXPECT_FALSE(solo.last.read_slot) << "an answer to something else";
    solo.hear(1, ReadSlot{asked[0].id, Slot{9}});
    ASSERT_TRUE(solo.last.read_slot);
    EXPECT_EQ(solo.last.read_slot->through, 1U) << "the others came later and may need a later slot";
    EXPECT_EQ(solo.last.read_slot->slot, Slot{9});
    const auto next = solo.sent<ReadRequest>(1);
    ASSERT_EQ(next.size(), 1U);
    EXPECT_NE(next[0].id, asked[0].id);
    solo.hear(1, ReadSlot{next[0].id, Slot{9}});
    EXPECT_EQ(solo.last.read_slot->through, 3U);
}

TEST(P9Reads, ALostRequestIsMadeAgainAndANewLeaderIsAskedAtOnce) {
    Solo solo;
    solo.step(ReadAsked{1});
    EXPECT_TRUE(solo.sent<ReadRequest>().empty()) << "whom?";
    solo.hear(1, Heartbeat{ballot(5, 1), Slot{}, 1, 0});
    const auto first = solo.sent<ReadRequest>(1);
    ASSERT_EQ(first.size(), 1U);
    solo.pass(100);
    EXPECT_TRUE(solo.sent<ReadRequest>().empty());
    solo.hear(1, Heartbeat{ballot(5, 1), Slot{}, 2, 0});
    solo.pass(100);
    ASSERT_EQ(solo.sent<ReadRequest>(1).size(), 1U);
    EXPECT_EQ(solo.sent<ReadRequest>(1)[0], first[0]);
    solo.hear(3, Heartbeat{ballot(6, 3), Slot{}, 1, 0});
    EXPECT_EQ(solo.sent<ReadRequest>(3).size(), 1U);
}

}  // namespace
}  // namespace parley::consensus::testing
