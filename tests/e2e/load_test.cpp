// The promise under load and loss: what was acknowledged is on every replica exactly once, in one order, and readers of
// any replica see it without a gap, while leaders are killed and frozen.
#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "tests/e2e/load.hpp"

namespace parley::e2e {
namespace {

using std::chrono::seconds;

TEST_F(Load, KeepsEveryPromiseWhileLeadersOfThreeDieAndFreeze) {
    begin(3, Watch::supervised);
    for (const int replica : {1, 2, 3}) start_reader(replica, replica);
    const int total = scaled(20'000, 700);
    Writers writers(sandbox_, *cluster_, plan(total));
    // Seven stages; each but the last has its fault in the middle, while everybody writes.
    for (int stage = 1; stage <= 7; ++stage) {
        ASSERT_TRUE(cluster_->wait_until_all_are_up()) << "before stage " << stage;
        const int leader = cluster_->leader();
        writers.allow(total * stage / 7);
        ASSERT_TRUE(writers.wait_for(total * (2 * stage - 1) / 14, seconds{60})) << "in stage " << stage;
        if (stage <= 5) cluster_->kill(leader);
        if (stage == 6) cluster_->freeze(leader, seconds{3});
        ASSERT_TRUE(writers.wait_for(total * stage / 7, seconds{60})) << "after the fault of stage " << stage;
    }
    writers.stop();
    EXPECT_EQ(writers.noted().size(), static_cast<std::size_t>(total));
    expect_promises_kept(writers);
}

TEST_F(Load, KeepsEveryPromiseWhileTwoOfFiveAreDownAtOnce) {
    begin(5, Watch::by_hand);
    for (const int replica : {1, 2, 3}) start_reader(replica, replica);
    const int total = scaled(20'000, 600);
    Writers writers(sandbox_, *cluster_, plan(total));
    for (int stage = 1; stage <= 6; ++stage) {
        ASSERT_TRUE(cluster_->wait_until_all_are_up()) << "before stage " << stage;
        const int leader = cluster_->leader();
        const int other = leader % cluster_->size() + 1;
        writers.allow(total * (3 * stage - 1) / 18);
        ASSERT_TRUE(writers.wait_for(total * (3 * stage - 2) / 18, seconds{60})) << "in stage " << stage;
        if (stage == 6) {
            cluster_->freeze(leader, seconds{3});
        } else {
            cluster_->kill(leader);
            cluster_->kill(other);
        }
        ASSERT_TRUE(writers.wait_for(total * (3 * stage - 1) / 18, seconds{60})) << "with two down in stage " << stage;
        // The last third of the stage is written while they catch up.
        writers.allow(total * stage / 6);
        if (stage < 6) {
            cluster_->start(leader);
            cluster_->start(other);
        }
        ASSERT_TRUE(writers.wait_for(total * stage / 6, seconds{60})) << "at the end of stage " << stage;
    }
    writers.stop();
    EXPECT_EQ(writers.noted().size(), static_cast<std::size_t>(total));
    expect_promises_kept(writers);
}

TEST_F(Load, LosesNothingAcknowledgedWhenAllThreeAreKilledAtOnce) {
    begin(3, Watch::by_hand);
    for (const int replica : {1, 2, 3}) start_reader(replica, replica);
    const int total = scaled(6'000, 300);
    Writers writers(sandbox_, *cluster_, plan(total));
    for (int round = 1; round <= 3; ++round) {
        writers.allow(total * round / 3);
        ASSERT_TRUE(writers.wait_for(total * (2 * round - 1) / 6, seconds{60})) << "in round " << round;
        for (int replica = 1; replica <= 3; ++replica) ::kill(cluster_->pid_of(replica), SIGKILL);
        for (int replica = 1; replica <= 3; ++replica) {
            ASSERT_EQ(cluster_->process(replica).wait(seconds{10}), 128 + SIGKILL);
            cluster_->start(replica);
        }
        ASSERT_TRUE(writers.wait_for(total * round / 3, seconds{60})) << "after round " << round;
    }
    writers.stop();
    expect_promises_kept(writers);
}

}  // namespace
}  // namespace parley::e2e
