// The lab: links between replicas are cut and slowed down and processes killed and frozen while people write; nothing is lost, and a
// frozen replica is not taken for a dead one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/load.hpp"

namespace parley::e2e {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

class Lab : public Load {
protected:
    void SetUp() override { begin(3, Watch::supervised, {"--lab"}); }

    Finished lab(std::vector<std::string> words) {
        words.insert(words.begin(), "lab");
        return sandbox_.parley(words);
    }
    void order(const std::vector<std::string>& words) {
        const Finished done = lab(words);
        ASSERT_EQ(done.code, 0) << words.front() << ": " << done.errors;
    }
    static std::string name(int replica) { return std::to_string(replica); }
};

TEST_F(Lab, PromisesAreKeptWhateverIsBroken) {
    for (const int replica : {1, 2, 3}) start_reader(replica, replica);
    const int total = scaled(8'000, 800);
    Writers writers(sandbox_, *cluster_, plan(total));
    const auto write_through = [&](int quarter) {
        writers.allow(total * quarter / 4);
        ASSERT_TRUE(writers.wait_for(total * quarter / 4, seconds{60})) << "in quarter " << quarter;
        order({"heal"});
        ASSERT_TRUE(cluster_->wait_until_all_are_up()) << "after quarter " << quarter;
    };

    const int first = cluster_->leader();
    for (int other = 1; other <= 3; ++other) {
        if (other != first) order({"cut", name(first), name(other)});
    }
    ASSERT_NO_FATAL_FAILURE(write_through(1));
    EXPECT_NE(cluster_->leader(), first) << "cut off, it cannot have led on";

    order({"slow", "1", "2", "40"});
    order({"slow", "2", "3", "40"});
    ASSERT_NO_FATAL_FAILURE(write_through(2));

    const int killed = cluster_->leader();
    order({"kill", name(killed)});
    EXPECT_THAT(lab({"show"}).output, HasSubstr(name(killed) + " dead"));
    const Finished refused = lab({"pause", name(killed)});
    EXPECT_EQ(refused.code, 1) << "what is dead does not freeze";
    EXPECT_THAT(refused.errors, HasSubstr("does not run"));
    ASSERT_NO_FATAL_FAILURE(write_through(3));

    const int frozen = cluster_->leader();
    const pid_t process = cluster_->pid_of(frozen);
    order({"pause", name(frozen)});
    ASSERT_NO_FATAL_FAILURE(write_through(4));
    EXPECT_EQ(cluster_->pid_of(frozen), process) << "it was frozen, not dead";
    EXPECT_THAT(lab({"show"}).output, HasSubstr("nothing is broken"));

    writers.stop();
    expect_promises_kept(writers);
}

// What clients asked and were told under faults, judged by a checker that knows nothing else.
TEST_F(Lab, WhatIsRecordedUnderFaultsIsALinearizableLog) {
    const std::string history = sandbox_.path("history.jsonl");
    const Finished recorded = sandbox_.run("parley-bench", {"record", history, "--seconds", std::to_string(scaled(20, 8)), "--json"});
    ASSERT_EQ(recorded.code, 0) << recorded.errors;
    EXPECT_THAT(recorded.output, HasSubstr("\"unanswered\":0"));
    const Finished judged = sandbox_.run("parley-sim", {"check", history});
    EXPECT_EQ(judged.code, 0) << judged.output;
    EXPECT_THAT(judged.output, HasSubstr("every append once, in an order that its times allow"));
}

TEST_F(Lab, OrdersThatMakeNoSenseAreRefused) {
    EXPECT_EQ(lab({"kill", "4"}).code, 1);
    EXPECT_EQ(lab({"cut", "1", "1"}).code, 1);
    EXPECT_EQ(lab({"slow", "1", "2", "soon"}).code, 1);
    EXPECT_EQ(lab({"kill"}).code, 2);
    EXPECT_EQ(lab({"shake"}).code, 2);
    EXPECT_THAT(lab({"show"}).output, HasSubstr("nothing is broken"));
}

TEST(WithoutLab, OrdersSayHowToGetOne) {
    Sandbox sandbox;
    EXPECT_THAT(sandbox.parley({"lab", "show"}).errors, HasSubstr("parley up --lab"));
    const Cluster cluster(sandbox, 1, Watch::supervised);
    const Finished refused = sandbox.parley({"lab", "heal"});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.errors, HasSubstr("has no lab"));
}

}  // namespace
}  // namespace parley::e2e
