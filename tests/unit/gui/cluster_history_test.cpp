// Two minutes of what replicas answer, as curves.
#include <gtest/gtest.h>

#include "gui/model/cluster_history.hpp"

namespace parley::gui::testing {
namespace {

struct One {
    std::string alias;
    std::uint64_t chosen = 0;
    std::uint64_t applied = 0;
    std::int64_t round_trip_us = 1000;
};

ReplicasSeen seen(std::int64_t time_ms, const std::vector<One>& answers) {
    ReplicasSeen made;
    made.time_ms = time_ms;
    for (const One& one : answers) {
        ReplicasSeen::Replica replica;
        replica.report.emplace();
        replica.report->alias = one.alias;
        replica.report->chosen_through = one.chosen;
        replica.report->applied_through = one.applied;
        replica.round_trip_us = one.round_trip_us;
        made.replicas.push_back(std::move(replica));
    }
    return made;
}

// Replicas 1 and 2 from second `from` to `to`, with so many slots chosen a second.
void run(ClusterHistory& history, std::int64_t from, std::int64_t to, std::uint64_t rate) {
    for (std::int64_t second = from; second <= to; ++second) {
        const std::uint64_t slot = 100 + static_cast<std::uint64_t>(second) * rate;
        history.add(seen(second * 1000, {{"1", slot, slot}, {"2", slot - 3, slot - 5, 2500}}));
    }
}

TEST(ClusterHistory, KnowsNoRateFromOneAnswer) {
    ClusterHistory history;
    EXPECT_TRUE(history.empty());
    run(history, 10, 10, 50);
    EXPECT_FALSE(history.empty());
    EXPECT_EQ(history.slots_a_second().newest, std::nullopt);
    run(history, 11, 11, 50);
    EXPECT_EQ(history.slots_a_second().newest, 50);
}

TEST(ClusterHistory, ShowsDelayAndLagOfEachReplica) {
    ClusterHistory history;
    run(history, 10, 12, 50);
    const std::vector<Curve> delays = history.round_trips_ms();
    ASSERT_EQ(delays.size(), 2U);
    EXPECT_EQ(delays[1].name, "2");
    EXPECT_EQ(delays[1].newest, 2.5);
    EXPECT_EQ(history.slots_behind()[0].newest, 0);
    EXPECT_EQ(history.slots_behind()[1].newest, 5);
    ASSERT_EQ(delays[1].pieces.size(), 1U);
    EXPECT_EQ(delays[1].pieces[0].size(), 3U);
    EXPECT_EQ(delays[1].pieces[0].back().x, 1) << "now is at the right";
}

TEST(ClusterHistory, ForgetsWhatIsOlderThanTwoMinutes) {
    ClusterHistory history;
    run(history, 10, 400, 50);
    const Curve rate = history.slots_a_second();
    ASSERT_EQ(rate.pieces.size(), 1U);
    EXPECT_EQ(rate.pieces[0].size(), 121U);
    EXPECT_EQ(rate.pieces[0].front().x, 0);
    run(history, 1000, 1000, 50);
    EXPECT_EQ(history.round_trips_ms()[0].pieces[0].size(), 1U) << "all of before is gone";
}

TEST(ClusterHistory, HoldsABoundedNumberHoweverOftenItIsTold) {
    ClusterHistory history;
    for (std::int64_t ms = 1; ms <= 5000; ++ms) history.add(seen(ms, {{"1", 10, 10}}));
    EXPECT_EQ(history.round_trips_ms()[0].pieces[0].size(), ClusterHistory::samples_max);
}

TEST(ClusterHistory, DoesNotGuessWhatWasBetween) {
    ClusterHistory history;
    run(history, 10, 20, 50);
    run(history, 40, 42, 50);
    EXPECT_EQ(history.round_trips_ms()[0].pieces.size(), 2U);
    const Curve rate = history.slots_a_second();
    ASSERT_EQ(rate.pieces.size(), 2U);
    EXPECT_EQ(rate.pieces[1].size(), 2U) << "no rate over the gap";
}

TEST(ClusterHistory, AReplicaThatDoesNotAnswerLeavesAHole) {
    ClusterHistory history;
    run(history, 10, 11, 50);
    history.add(seen(12'000, {{"1", 700, 700}}));
    EXPECT_EQ(history.round_trips_ms()[1].newest, std::nullopt);
    run(history, 13, 14, 50);
    EXPECT_EQ(history.round_trips_ms()[1].pieces.size(), 2U);
    EXPECT_EQ(history.round_trips_ms()[0].pieces.size(), 1U);
}

TEST(ClusterHistory, WhatIsChosenStaysChosenWhenItsWitnessIsGone) {
    ClusterHistory history;
    history.add(seen(1000, {{"1", 100, 100}, {"2", 90, 90}}));
    history.add(seen(2000, {{"2", 90, 90}}));
    EXPECT_EQ(history.slots_a_second().newest, 0);
    history.add(seen(3000, {{"2", 120, 120}}));
    EXPECT_EQ(history.slots_a_second().newest, 20);
}

TEST(ClusterHistory, NobodyAnsweringIsNotARateOfZero) {
    ClusterHistory history;
    run(history, 10, 12, 50);
    history.add(seen(13'000, {}));
    EXPECT_EQ(history.slots_a_second().newest, std::nullopt);
}

TEST(ClusterHistory, TheSameMomentTwiceCountsOnce) {
    ClusterHistory history;
    run(history, 10, 11, 50);
    run(history, 11, 11, 50);
    EXPECT_EQ(history.round_trips_ms()[0].pieces[0].size(), 2U);
}

TEST(AxisEnd, IsARoundNumberThatHoldsTheValue) {
    EXPECT_EQ(axis_end(0, 10), 10);
    EXPECT_EQ(axis_end(7, 1), 10);
    EXPECT_EQ(axis_end(10, 1), 10);
    EXPECT_EQ(axis_end(11, 1), 20);
    EXPECT_EQ(axis_end(430, 1), 500);
    EXPECT_EQ(axis_end(501, 1), 1000);
    EXPECT_EQ(axis_end(0.3, 0.1), 0.5);
}

}  // namespace
}  // namespace parley::gui::testing
