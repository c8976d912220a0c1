// The oracle of log time by itself: how far a stamp may be off the true time, by how many clocks are wrong, and that none goes back.
#include "sim/oracles/log_time.hpp"

#include <gtest/gtest.h>

#include "sim/oracles/agreement.hpp"

namespace parley::sim {
namespace {

using consensus::Accept;
using consensus::Ballot;
using consensus::NodeId;
using consensus::Slot;

constexpr std::int64_t now_ms = 1'800'000'000'000;
constexpr std::int64_t hour_ms = 3'600'000;
constexpr NodeId a{1};
constexpr NodeId b{2};
constexpr NodeId c{3};

consensus::Value stamped(std::int64_t time_ms) { return consensus::Value{consensus::Batch{consensus::BatchKind::commands, time_ms, {}}}; }

class LogTimeOracleTest : public ::testing::Test {
protected:
    LogTimeOracleTest() {
        consensus::Configuration genesis;
        for (const NodeId node : {a, b, c}) {
            genesis.voters.push_back({node, "host", "name"});
            offsets[node] = 0;
        }
        configurations.begin(genesis, 100);
        agreement.govern_by(configurations);
        oracle.true_ms = [] { return now_ms; };
        oracle.offsets = [this] { return offsets; };
        oracle.leads = [this](NodeId) { return leads; };
    }
    void propose(std::uint64_t slot, std::int64_t time_ms, Ballot ballot = {1, a}) { oracle.sent(ballot.node, Accept{ballot, Slot{slot}, stamped(time_ms), {}}); }
    [[nodiscard]] bool is_clean() const { return !judge.verdict().has_value(); }

    std::map<NodeId, std::int64_t> offsets;
    bool leads = true;
    EventQueue queue{1};
    Judge judge{queue};
    AgreementOracle agreement{judge, 3};
    ConfigurationOracle configurations{judge, agreement};
    LogTimeOracle oracle{judge, configurations};
};

TEST_F(LogTimeOracleTest, WithinFiveSecondsIsRight) {
    propose(1, now_ms - 4900);
    propose(2, now_ms + 4900);
    EXPECT_TRUE(is_clean());
    propose(3, now_ms + 5100);
    EXPECT_FALSE(is_clean());
}

TEST_F(LogTimeOracleTest, OneWrongClockOfThreeCannotPutItAhead) {
    offsets[b] = hour_ms;
    propose(1, now_ms + hour_ms, {1, b});
    EXPECT_FALSE(is_clean());
}

TEST_F(LogTimeOracleTest, OneWrongClockOfThreeMayHoldItBackWhereItLeadsItself) {
    offsets[b] = -hour_ms;
    propose(1, now_ms - hour_ms, {1, b});
    EXPECT_TRUE(is_clean()) << "with one other only, the lower of two clocks counts";
    propose(1, now_ms - hour_ms, {2, a});
    EXPECT_FALSE(is_clean()) << "and then the other does not lead";
}

TEST_F(LogTimeOracleTest, AMajorityOfWrongClocksMayAndWhatFollowsStandsThere) {
    offsets[b] = offsets[c] = hour_ms;
    propose(1, now_ms + hour_ms, {1, b});
    propose(2, now_ms + hour_ms, {1, b});
    EXPECT_TRUE(is_clean());
    offsets[b] = offsets[c] = 0;
    propose(3, now_ms + hour_ms, {2, a});
    EXPECT_TRUE(is_clean()) << "it never goes back";
}

TEST_F(LogTimeOracleTest, NoStampGoesBackWithinALeadership) {
    propose(1, now_ms);
    propose(2, now_ms - 1);
    EXPECT_FALSE(is_clean());
}

TEST_F(LogTimeOracleTest, NorBehindWhatWasAppliedUnlessTheLeaderWasOvertaken) {
    oracle.applied(Slot{1}, stamped(now_ms));
    propose(3, now_ms - 1, {2, b});
    EXPECT_FALSE(is_clean());
}

TEST_F(LogTimeOracleTest, WhoWasOvertakenKnowsNothingOfIt) {
    propose(2, now_ms, {2, b});
    oracle.applied(Slot{2}, stamped(now_ms));
    propose(3, now_ms - 1, {1, a});
    EXPECT_TRUE(is_clean());
}

TEST_F(LogTimeOracleTest, WhatIsFoundKeepsItsOwnStamp) {
    leads = false;
    propose(1, now_ms);
    propose(2, now_ms - hour_ms);
    EXPECT_TRUE(is_clean());
}

}  // namespace
}  // namespace parley::sim
