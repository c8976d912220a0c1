// The agreement oracle by itself: what it must see, and what it must not take for a violation.
#include "sim/oracles/agreement.hpp"

#include <gtest/gtest.h>

namespace parley::sim {
namespace {

using consensus::Accept;
using consensus::Accepted;
using consensus::Ballot;
using consensus::NodeId;
using consensus::Promise;
using consensus::Slot;
using consensus::Value;

constexpr NodeId a{1};
constexpr NodeId b{2};
constexpr NodeId c{3};
constexpr Slot slot{7};

Value value(char letter) { return Value{net::Bytes{static_cast<std::byte>(letter)}}; }

class AgreementOracleTest : public ::testing::Test {
protected:
    void propose(Ballot ballot, char letter) { oracle.sent(ballot.node, Accept{ballot, slot, value(letter), {}}); }
    void vote(NodeId voter, Ballot ballot) { oracle.sent(voter, Accepted{ballot, slot, slot, {}}); }
    void take(NodeId node, char letter) { oracle.taken_as_chosen(node, slot, hash_of_value(value(letter))); }
    [[nodiscard]] bool is_clean() const { return !judge.verdict().has_value(); }

    EventQueue queue{1};
    Judge judge{queue};
    AgreementOracle oracle{judge, 3};
};

TEST_F(AgreementOracleTest, TakesOrdinaryOperation) {
    propose({1, a}, 'x');
    vote(b, {1, a});
    take(a, 'x');
    take(b, 'x');
    EXPECT_TRUE(is_clean());
}

TEST_F(AgreementOracleTest, SeesTwoValuesAtOneBallot) {
    propose({1, a}, 'x');
    propose({1, a}, 'y');
    EXPECT_FALSE(is_clean());
}

TEST_F(AgreementOracleTest, SeesAProposalUnderAnothersBallot) {
    oracle.sent(b, Accept{{1, a}, slot, value('x'), {}});
    EXPECT_FALSE(is_clean());
}

TEST_F(AgreementOracleTest, SeesAnotherValueAboveAChosenBallot) {
    propose({1, a}, 'x');
    vote(b, {1, a});
    vote(c, {1, a});
    propose({2, b}, 'y');
    EXPECT_FALSE(is_clean());
}

TEST_F(AgreementOracleTest, SeesWhatNoQuorumAccepted) {
    propose({1, a}, 'x');
    take(a, 'x');
    EXPECT_FALSE(is_clean());
}

TEST_F(AgreementOracleTest, DoesNotCountARepeatedVoteTwice) {
    AgreementOracle five{judge, 5};
    five.sent(a, Accept{{1, a}, slot, value('x'), {}});
    five.sent(b, Accepted{{1, a}, slot, slot, {}});
    five.sent(b, Accepted{{1, a}, slot, slot, {}});
    five.taken_as_chosen(a, slot, hash_of_value(value('x')));
    EXPECT_FALSE(is_clean());
}

TEST_F(AgreementOracleTest, SeesAVoteBelowAPromiseThatDidNotReportIt) {
    propose({1, a}, 'x');
    Promise promise;
    promise.ballot = {2, c};
    promise.covered_from = Slot{1};
    promise.last = true;
    oracle.sent(b, promise);
    vote(b, {1, a});
    EXPECT_FALSE(is_clean());
}

TEST_F(AgreementOracleTest, TakesALateRepeatOfAVoteThatThePromiseReported) {
    propose({1, a}, 'x');
    Promise promise;
    promise.ballot = {2, c};
    promise.covered_from = Slot{1};
    promise.accepted = {{slot, {1, a}, value('x')}};
    promise.last = true;
    oracle.sent(b, promise);
    vote(b, {1, a});
    EXPECT_TRUE(is_clean());
}

// The leader of ballot 1 died before its own vote was on disk, so its value was not chosen there, and another value at
// ballot 2 is right; a third leader may still find the first value at a voter and have it chosen at ballot 3.
TEST_F(AgreementOracleTest, DoesNotTrustTheVoteOfALeaderThatDied) {
    propose({1, a}, 'x');
    vote(b, {1, a});
    propose({2, a}, 'y');
    propose({3, b}, 'x');
    vote(c, {3, b});
    take(c, 'x');
    EXPECT_TRUE(is_clean());
}

}  // namespace
}  // namespace parley::sim
