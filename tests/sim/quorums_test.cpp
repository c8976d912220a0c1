// The quorum oracle by itself: only answers of voters at the very ballot count, and only once they have come.
#include "sim/oracles/quorums.hpp"

#include <gtest/gtest.h>

#include "consensus/core/membership.hpp"
#include "sim/oracles/agreement.hpp"

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
constexpr NodeId e{5};
constexpr NodeId learner{6};
constexpr Slot slot{1};

class QuorumOracleTest : public ::testing::Test {
protected:
    QuorumOracleTest() {
        for (const NodeId node : {a, b, c, d, e}) genesis.voters.push_back({node, "host", "name"});
        genesis.learners.push_back({learner, "host", "name"});
        configurations.begin(genesis, 100);
        agreement.govern_by(configurations);
    }
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
    AgreementOracle agreement{judge, 5};
    ConfigurationOracle configurations{judge, agreement};
    QuorumOracle oracle{judge, configurations};
    consensus::Configuration genesis;
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

TEST_F(QuorumOracleTest, SeesALearnerCounted) {
    promise(b, {1, a});
    promise(learner, {1, a});
    propose({1, a});
    EXPECT_FALSE(is_clean());
}

TEST_F(QuorumOracleTest, CountsTheVotersOfTheSlot) {
    const auto fewer = consensus::changed(genesis, {consensus::ChangeKind::remove, {e, {}, {}}});
    ASSERT_TRUE(fewer);
    const consensus::Value value = consensus::value_of(*fewer, 0);
    configurations.value_seen(slot, value);
    EXPECT_EQ(configurations.governing(slot.next()), nullptr) << "not chosen yet";
    agreement.sent(a, Accept{{1, a}, slot, value, {}});
    for (const NodeId voter : {a, b, c}) agreement.sent(voter, Accepted{{1, a}, slot, slot, {}});
    ASSERT_NE(configurations.governing(slot.next()), nullptr);
    EXPECT_EQ(configurations.governing(slot.next())->voters.size(), 4U);
    for (const NodeId voter : {b, e}) oracle.reached(voter, a, Accepted{{1, a}, slot.next(), slot.next(), {}});
    oracle.applied(a, slot.next());
    EXPECT_FALSE(is_clean()) << "who was removed is no voter there";
}

}  // namespace
}  // namespace parley::sim
