// The self-check (P13): who is right is what a majority of the voters says of the same slot, and who is wrong hears of it.
#include <gtest/gtest.h>

#include "chat/server/self_check.hpp"
#include "tests/unit/gateway/fake_ports.hpp"

namespace parley::chat::testing {
namespace {

using consensus::NodeId;

constexpr NodeId self{1};
const std::vector<NodeId> three{NodeId{1}, NodeId{2}, NodeId{3}};
const std::vector<NodeId> five{NodeId{1}, NodeId{2}, NodeId{3}, NodeId{4}, NodeId{5}};

constexpr Boundary right(std::uint64_t slot) { return {slot, slot + 1, slot + 2}; }
constexpr Boundary other_result(std::uint64_t slot, std::uint64_t how = 1) { return {slot, slot + 1, slot + 2 + how}; }
constexpr Boundary other_batch(std::uint64_t slot) { return {slot, slot + 9, slot + 2}; }

Judgement judged(const std::vector<Boundary>& own, const BoundaryReports& reports, const std::vector<NodeId>& voters = three) {
    return judge(own, self, reports, voters);
}

TEST(Judge, AMajorityIncludingThisReplicaAgrees) {
    EXPECT_EQ(judged({right(10)}, {{NodeId{2}, {right(10)}}}), (Judgement{Verdict::agrees, 10}));
    EXPECT_EQ(judged({right(10)}, {{NodeId{2}, {right(10)}}, {NodeId{3}, {other_result(10)}}}), (Judgement{Verdict::agrees, 10}));
    EXPECT_EQ(judged({right(10)}, {{NodeId{2}, {right(10)}}, {NodeId{3}, {other_batch(10)}}}), (Judgement{Verdict::agrees, 10}));
    EXPECT_EQ(judge({right(10)}, self, {}, {self}), (Judgement{Verdict::agrees, 10})) << "the only voter";
}

TEST(Judge, TooFewReportsSayNothing) {
    EXPECT_EQ(judged({}, {}), Judgement{});
    EXPECT_EQ(judged({right(10)}, {}), Judgement{});
    EXPECT_EQ(judged({right(10)}, {{NodeId{2}, {right(10)}}}, five), Judgement{});
    EXPECT_EQ(judged({}, {{NodeId{2}, {right(10)}}, {NodeId{3}, {right(10)}}}), Judgement{}) << "it did not get so far";
}

TEST(Judge, OtherResultsThanTheMajorityAreWrong) {
    EXPECT_EQ(judged({other_result(10)}, {{NodeId{2}, {right(10)}}, {NodeId{3}, {right(10)}}}), (Judgement{Verdict::results_differ, 10}));
    EXPECT_EQ(judged({other_result(10)}, {{NodeId{2}, {right(10)}}, {NodeId{3}, {right(10)}}, {NodeId{4}, {other_result(10)}}}, five).verdict, Verdict::disputed)
        << "two against two";
    EXPECT_EQ(judged({other_result(10)}, {{NodeId{2}, {right(10)}}, {NodeId{3}, {right(10)}}, {NodeId{4}, {right(10)}}}, five).verdict, Verdict::results_differ);
}

TEST(Judge, OtherBatchesThanTheMajorityAreWorseThanOtherResults) {
    EXPECT_EQ(judged({other_batch(10)}, {{NodeId{2}, {right(10)}}, {NodeId{3}, {right(10)}}}), (Judgement{Verdict::batches_differ, 10}));
    EXPECT_EQ(judged({other_batch(10)}, {{NodeId{2}, {right(10)}}, {NodeId{3}, {other_result(10)}}}), (Judgement{Verdict::batches_differ, 10}))
        << "the two applied the same, whatever came of it";
}

TEST(Judge, WithoutAMajorityAContradictionIsADispute) {
    EXPECT_EQ(judged({right(10)}, {{NodeId{2}, {other_result(10)}}}), (Judgement{Verdict::disputed, 10}));
    EXPECT_EQ(judged({right(10)}, {{NodeId{2}, {other_batch(10)}}}), (Judgement{Verdict::disputed, 10}));
    EXPECT_EQ(judged({right(10)}, {{NodeId{2}, {other_result(10, 1)}}, {NodeId{3}, {other_result(10, 2)}}}), (Judgement{Verdict::disputed, 10}));
}

TEST(Judge, OnlyReportsOfTheSameSlotAreCompared) {
    EXPECT_EQ(judged({right(10)}, {{NodeId{2}, {right(20)}}, {NodeId{3}, {right(20)}}}), Judgement{});
    EXPECT_EQ(judged({right(10), right(20)}, {{NodeId{2}, {right(10)}}, {NodeId{3}, {right(10)}}}), (Judgement{Verdict::agrees, 10}));
}

TEST(Judge, TheNewestBoundaryThatTellsDecides) {
    const BoundaryReports newer{{NodeId{2}, {other_result(10), right(20)}}, {NodeId{3}, {other_result(10), right(20)}}};
    EXPECT_EQ(judged({right(10), right(20), right(30)}, newer), (Judgement{Verdict::agrees, 20})) << "hashes are chained";
    const BoundaryReports parted{{NodeId{2}, {right(10), right(20)}}, {NodeId{3}, {right(10), right(20)}}};
    EXPECT_EQ(judged({right(10), other_result(20)}, parted), (Judgement{Verdict::results_differ, 20}));
}

TEST(Judge, WhoDoesNotVoteDoesNotCount) {
    EXPECT_EQ(judged({right(10)}, {{NodeId{8}, {other_result(10)}}, {NodeId{9}, {other_result(10)}}}), Judgement{});
    const std::vector<NodeId> others{NodeId{2}, NodeId{3}, NodeId{4}};
    EXPECT_EQ(judge({right(10)}, self, {{NodeId{2}, {right(10)}}}, others), Judgement{}) << "a learner's own word";
    EXPECT_EQ(judge({other_result(10)}, self, {{NodeId{2}, {right(10)}}, {NodeId{3}, {right(10)}}}, others).verdict, Verdict::results_differ);
}

class SelfCheckTest : public ::testing::Test {
protected:
    SelfCheckEvents events() {
        SelfCheckEvents events;
        events.own = [this] { return own; };
        events.tell = [this](const BoundaryReport& report) { told.push_back(report.boundaries); };
        events.judged = [this](const Judgement& judgement) { heard.push_back(judgement.verdict); };
        return events;
    }
    void SetUp() override {
        check.set_voters(three);
        check.start();
    }

    Clock clock{1};
    FakeLoop loop{clock};
    std::vector<Boundary> own{right(10)};
    std::vector<std::vector<Boundary>> told;
    std::vector<Verdict> heard;
    SelfCheck check{loop, self, 1s, events()};
};

TEST_F(SelfCheckTest, TellsItsBoundariesAgainAndAgain) {
    clock.run_for(3500ms);
    EXPECT_EQ(told, std::vector<std::vector<Boundary>>(4, own));
    EXPECT_TRUE(heard.empty());
}

TEST_F(SelfCheckTest, ABoundaryIsToldAtOnceAndOnce) {
    own.push_back(right(20));
    check.advanced();
    check.advanced();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told.back(), own);
}

TEST_F(SelfCheckTest, ADisputeEndsWhenAMajorityAgrees) {
    EXPECT_TRUE(check.heard(NodeId{2}, {{other_result(10)}}));
    EXPECT_TRUE(check.is_disputed());
    EXPECT_TRUE(check.heard(NodeId{3}, {{right(10)}}));
    EXPECT_FALSE(check.is_disputed());
    EXPECT_EQ(heard, (std::vector{Verdict::disputed, Verdict::agrees}));
    own.push_back(right(20));
    clock.run_for(2s);
    EXPECT_EQ(heard.size(), 2U) << "said once";
    EXPECT_EQ(check.newest(), (Judgement{Verdict::agrees, 10}));
}

TEST_F(SelfCheckTest, ADisputeIsNotLeftBehind) {
    EXPECT_TRUE(check.heard(NodeId{2}, {{other_result(10)}}));
    own = {right(20)};
    clock.run_for(2s);
    EXPECT_TRUE(check.is_disputed()) << "nobody tells of slot 10 any more, and nobody agreed on slot 20";
    EXPECT_TRUE(check.heard(NodeId{3}, {{right(20)}}));
    EXPECT_EQ(heard, (std::vector{Verdict::disputed, Verdict::agrees}));
}

TEST_F(SelfCheckTest, IsToldOnceThatItIsWrong) {
    own = {other_result(10)};
    EXPECT_TRUE(check.heard(NodeId{2}, {{right(10)}}));
    EXPECT_TRUE(check.heard(NodeId{3}, {{right(10)}}));
    EXPECT_TRUE(check.heard(NodeId{3}, {{right(10)}}));
    const std::size_t told_before = told.size();
    clock.run_for(5s);
    EXPECT_EQ(heard, (std::vector{Verdict::disputed, Verdict::results_differ}));
    EXPECT_EQ(told.size(), told_before) << "a wrong state is not told any more";
}

TEST_F(SelfCheckTest, ABoundaryThatIsReachedLaterIsComparedThen) {
    EXPECT_TRUE(check.heard(NodeId{2}, {{right(20)}}));
    EXPECT_TRUE(check.heard(NodeId{3}, {{right(20)}}));
    EXPECT_TRUE(heard.empty());
    own = {right(10), other_result(20)};
    clock.run_for(1s);
    EXPECT_EQ(heard, (std::vector{Verdict::results_differ}));
}

TEST_F(SelfCheckTest, RefusesWhatMakesNoSense) {
    EXPECT_FALSE(check.heard(NodeId{2}, {std::vector<Boundary>(boundaries_kept + 1, right(10))}));
    EXPECT_FALSE(check.heard(NodeId{2}, {{right(20), right(10)}}));
    EXPECT_FALSE(check.heard(NodeId{2}, {{right(20), right(20)}}));
    EXPECT_TRUE(check.heard(NodeId{2}, {}));
}

TEST_F(SelfCheckTest, ForgetsWhoVotesNoMore) {
    EXPECT_TRUE(check.heard(NodeId{9}, {{other_result(10)}})) << "no voter: not kept";
    EXPECT_TRUE(check.heard(NodeId{2}, {{other_result(10)}}));
    check.set_voters({NodeId{1}, NodeId{3}, NodeId{9}});
    EXPECT_TRUE(check.heard(NodeId{3}, {{right(10)}}));
    EXPECT_EQ(heard.back(), Verdict::agrees);
}

}  // namespace
}  // namespace parley::chat::testing
