// The oracle of full disks by itself: what was asked before, or again with room, may be answered; what came without room may not.
#include "sim/oracles/room.hpp"

#include <gtest/gtest.h>

namespace parley::sim {
namespace {

using consensus::Accept;
using consensus::Accepted;
using consensus::Ballot;
using consensus::NodeId;
using consensus::Prepare;
using consensus::Promise;
using consensus::Slot;

constexpr NodeId leader{1};
constexpr NodeId voter{2};
constexpr Ballot ballot{3, leader};
constexpr bool with_room = true;
constexpr bool short_of_room = false;

class RoomOracleTest : public ::testing::Test {
protected:
    void ask_for_vote(Slot slot, bool has_room) { oracle.reached(voter, has_room, Accept{ballot, slot, {}, {}}); }
    void ask_for_promise(bool has_room) {
        Prepare prepare;
        prepare.ballot = ballot;
        oracle.reached(voter, has_room, prepare);
    }
    void vote(NodeId from, Slot first, Slot last) { oracle.sent(from, Accepted{ballot, first, last, {}}); }
    void promise() {
        Promise promise;
        promise.ballot = ballot;
        oracle.sent(voter, promise);
    }
    [[nodiscard]] bool is_clean() const { return !judge.verdict().has_value(); }

    EventQueue queue{1};
    Judge judge{queue};
    RoomOracle oracle{judge};
};

TEST_F(RoomOracleTest, TakesWhatWasAskedWithRoom) {
    ask_for_promise(with_room);
    ask_for_vote(Slot{1}, with_room);
    ask_for_vote(Slot{2}, with_room);
    promise();
    vote(voter, Slot{1}, Slot{2});
    EXPECT_TRUE(is_clean());
}

TEST_F(RoomOracleTest, TakesTheEndOfWhatWasUnderWay) {
    ask_for_promise(with_room);
    ask_for_vote(Slot{1}, with_room);
    ask_for_promise(short_of_room);   // repeated, for the answers wait for the disk
    ask_for_vote(Slot{1}, short_of_room);
    promise();
    vote(voter, Slot{1}, Slot{1});
    EXPECT_TRUE(is_clean());
}

TEST_F(RoomOracleTest, TakesWhatIsAskedAgainOnceThereIsRoom) {
    ask_for_vote(Slot{1}, short_of_room);
    ask_for_vote(Slot{1}, with_room);
    vote(voter, Slot{1}, Slot{1});
    EXPECT_TRUE(is_clean());
}

TEST_F(RoomOracleTest, SeesAVoteForWhatCameWithoutRoom) {
    ask_for_vote(Slot{1}, with_room);
    ask_for_vote(Slot{2}, short_of_room);
    vote(voter, Slot{1}, Slot{1});
    ASSERT_TRUE(is_clean());
    vote(voter, Slot{1}, Slot{2});
    ASSERT_FALSE(is_clean());
    EXPECT_EQ(judge.verdict()->oracle, Oracle::bounds);
}

TEST_F(RoomOracleTest, SeesAPromiseThatWasAskedForWithoutRoom) {
    ask_for_promise(short_of_room);
    promise();
    EXPECT_FALSE(is_clean());
}

// A leader without room ends what it has proposed; its own votes do not travel.
TEST_F(RoomOracleTest, TakesTheLeadersOwnVotes) {
    ask_for_vote(Slot{1}, short_of_room);
    vote(leader, Slot{1}, Slot{1});
    EXPECT_TRUE(is_clean());
}

}  // namespace
}  // namespace parley::sim
