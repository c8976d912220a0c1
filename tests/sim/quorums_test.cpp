// The quorum oracle by itself: only answers at the very ballot count, and only once they have come.
#include "sim/oracles/quorums.hpp"

#include <gtest/gtest.h>

namespace parley::sim {
namespace {

using consensus::Accept;
using consensus::Accepted;
using consensus::Ballot;
using consensus::NodeId;
using consensus::Promise;
using consensus::Slot;

constexpr NodeId a{1};
constexpr NodeId b{2};
constexpr NodeId c{3};
constexpr NodeId d{4};
constexpr Slot slot{1};

class QuorumOracleTest : public ::testing::Test {
protected:
    void promise(NodeId voter, Ballot ballot, bool last = true) {
        Promise promise;
        promise.ballot = ballot;
        promise.last = last;
        oracle.reached(voter, ballot.node, promise);
    }
    void propose(Ballot ballot) { oracle.sent(ballot.node, Accept{ballot, slot, {}, {}}); }
    void vote(NodeId voter, Ballot ballot) { oracle.reached(voter, ballot.node, Accepted{ballot, slot, slot, {}}); }
    [[nodiscard]] bool is_clean() const { return !judge.verdict().has_value(); }

    EventQueue queue{1};
    Judge judge{queue};
    QuorumOracle oracle{judge, 5};
};

TEST_F(QuorumOracleTest, TakesOrdinaryOperation) {
    promise(b, {1, a});
    promise(c, {1, a});
    propose({1, a});
    vote(b, {1, a});
    vote(c, {1, a});
    oracle.applied(b, slot);
    EXPECT_TRUE(is_clean());
}

TEST_F(QuorumOracleTest, SeesALeaderThatCountsPromisesToAnEarlierAttempt) {
    promise(b, {1, a});
    promise(c, {1, a});
    promise(d, {2, a});
    propose({2, a});
    EXPECT_FALSE(is_clean());
}

TEST_F(QuorumOracleTest, SeesALeaderThatDoesNotWaitForTheEndOfAPromise) {
    promise(b, {1, a});
    promise(c, {1, a}, false);
    propose({1, a});
    EXPECT_FALSE(is_clean());
}

TEST_F(QuorumOracleTest, SeesVotesOfTwoBallotsCountedTogether) {
    vote(b, {1, a});
    vote(c, {2, a});
    oracle.applied(a, slot);
    EXPECT_FALSE(is_clean());
}

TEST_F(QuorumOracleTest, SeesARepeatedVoteCountedTwice) {
    vote(b, {1, a});
    vote(b, {1, a});
    oracle.applied(a, slot);
    EXPECT_FALSE(is_clean());
}

}  // namespace
}  // namespace parley::sim
