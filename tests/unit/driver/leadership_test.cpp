// Whether another voter should lead, and which: for want of room, and for its priority.
#include "consensus/driver/leadership.hpp"

#include <gtest/gtest.h>

namespace parley::consensus {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr NodeId one{1};
constexpr NodeId two{2};
constexpr NodeId three{3};

// The leader is node 1.
struct Bench {
    Leadership leadership{one, {}};
    Configuration configuration;
    net::Instant now{};
    bool leads = true;
    bool must_leave = false;
    std::vector<NodeId> able{two, three};

    Bench() {
        for (const NodeId node : {one, two, three}) configuration.voters.push_back(Member{node, "", ""});
    }
    void prefer(std::vector<Priority> priorities) {
        configuration.priorities = std::move(priorities);
        ++configuration.id;
    }
    std::optional<Successor> look() { return leadership.successor({leads, must_leave, able}, configuration, now); }
    // Looks once a second; who is named then leads.
    std::optional<Successor> pass(net::Duration time) {
        for (const net::Instant end = now + time; now < end;) {
            now += seconds{1};
            const auto successor = look();
            if (!successor) continue;
            leadership.begun(*successor, now);
            return successor;
        }
        return std::nullopt;
    }
    // Somebody else leads for so long, and then this replica again.
    void led_by_another(net::Duration time) {
        leads = false;
        EXPECT_EQ(pass(time), std::nullopt);
        leads = true;
    }
    // Seconds until it makes way again.
    std::int64_t waits() {
        const net::Instant begin = now;
        EXPECT_TRUE(pass(minutes{30}));
        return (now - begin) / seconds{1};
    }
};

TEST(Leadership, StaysWhereNobodyIsPreferred) {
    Bench bench;
    EXPECT_EQ(bench.pass(minutes{5}), std::nullopt);
    bench.prefer({{one, 80}, {two, 70}});
    EXPECT_EQ(bench.pass(minutes{5}), std::nullopt);
}

TEST(Leadership, GoesToTheHighestPriorityAndAmongEqualsToTheLowestNode) {
    Bench bench;
    bench.prefer({{two, 60}, {three, 80}});
    EXPECT_EQ(bench.pass(minutes{1}), (Successor{three, true}));
    Bench equals;
    equals.prefer({{two, 80}, {three, 80}});
    EXPECT_EQ(equals.pass(minutes{1}), (Successor{two, true}));
    Bench lowered;
    lowered.prefer({{one, 0}});
    EXPECT_EQ(lowered.pass(minutes{1}), (Successor{two, true}));
}

TEST(Leadership, GoesWhenTheOtherWasAbleForTenSecondsWithoutABreak) {
    Bench bench;
    bench.prefer({{two, 80}});
    EXPECT_EQ(bench.pass(seconds{10}), std::nullopt);
    bench.able = {three};
    EXPECT_EQ(bench.pass(seconds{1}), std::nullopt);
    bench.able = {two, three};
    EXPECT_EQ(bench.pass(seconds{10}), std::nullopt);
    EXPECT_EQ(bench.pass(seconds{1}), (Successor{two, true}));
}

TEST(Leadership, WhatAReplicaSawBeforeItLedCountsForNothing) {
    Bench bench;
    bench.prefer({{two, 80}});
    bench.led_by_another(minutes{1});
    EXPECT_EQ(bench.waits(), 11);
}

TEST(Leadership, TheHighestThatIsAbleIsTaken) {
    Bench bench;
    bench.prefer({{two, 60}, {three, 80}});
    bench.able = {two};
    EXPECT_EQ(bench.pass(minutes{1}), (Successor{two, true}));
}

TEST(Leadership, WaitsTwiceAsLongEachTimeItComesBackSoon) {
    Bench bench;
    bench.prefer({{two, 80}});
    EXPECT_EQ(bench.waits(), 11);
    for (const std::int64_t pause : {20, 40, 80, 160, 320, 600, 600}) {
        bench.led_by_another(seconds{5});
        EXPECT_EQ(bench.waits(), pause - 5);
    }
}

TEST(Leadership, ThatNobodyTookItCountsAsComingBack) {
    Bench bench;
    bench.prefer({{two, 80}});
    EXPECT_EQ(bench.waits(), 11);
    EXPECT_EQ(bench.waits(), 20);
    EXPECT_EQ(bench.waits(), 40);
}

TEST(Leadership, WhoLedForAMinuteIsPreferredAsBefore) {
    Bench bench;
    bench.prefer({{two, 80}});
    bench.waits();
    bench.led_by_another(seconds{5});
    EXPECT_EQ(bench.waits(), 15);
    bench.led_by_another(minutes{2});
    EXPECT_EQ(bench.waits(), 11);
}

TEST(Leadership, OtherPrioritiesEndTheWait) {
    Bench bench;
    bench.prefer({{two, 80}});
    bench.waits();
    bench.waits();
    bench.prefer({{two, 80}, {three, 90}});
    EXPECT_EQ(bench.pass(seconds{11}), (Successor{three, true}));
}

TEST(Leadership, WantOfRoomGoesToOneAfterTheOtherThePreferredFirst) {
    Bench bench;
    bench.must_leave = true;
    EXPECT_EQ(bench.pass(seconds{1}), (Successor{two, false}));
    EXPECT_EQ(bench.pass(seconds{1}), (Successor{three, false}));
    EXPECT_EQ(bench.pass(seconds{1}), (Successor{two, false}));
    Bench ranked;
    ranked.must_leave = true;
    ranked.prefer({{one, 100}, {three, 80}});
    EXPECT_EQ(ranked.pass(seconds{1}), (Successor{three, false}));
    EXPECT_EQ(ranked.pass(seconds{1}), (Successor{two, false}));
    ranked.able.clear();
    EXPECT_EQ(ranked.pass(seconds{5}), std::nullopt);
}

}  // namespace
}  // namespace parley::consensus
