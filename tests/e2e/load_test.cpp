// The promise under load and loss: what was acknowledged is on every replica exactly once, in one order, and readers of
// any replica see it without a gap, while leaders are killed and frozen.
#include <csignal>
#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/audit.hpp"

namespace parley::e2e {
namespace {

using std::chrono::seconds;
using ::testing::IsEmpty;

std::vector<std::string> eight_rooms() {
    std::vector<std::string> rooms;
    for (int i = 0; i < 8; ++i) rooms.push_back("room-" + std::to_string(i));
    return rooms;
}

// A cluster with an owner, eight rooms and one reader at each of three replicas.
class Load : public ::testing::Test {
protected:
    void begin(int replicas, Watch watch) {
        cluster_.emplace(sandbox_, replicas, watch);
        prepare("owner");
        for (const std::string& room : rooms_) expect_done("owner", {"room", "create", room});
        for (int i = 1; i <= 3; ++i) start_reader(i);
    }

    void prepare(const std::string& name) { expect_done(name, {"register", name, "--password-file", sandbox_.path("password")}); }

    void expect_done(const std::string& profile, std::vector<std::string> arguments) {
        const auto where = cluster_->reach();
        arguments.insert(arguments.end(), where.begin(), where.end());
        const Finished finished = sandbox_.as(profile, arguments);
        ASSERT_EQ(finished.code, 0) << arguments.front() << ": " << finished.errors;
    }

    void start_reader(int replica) {
        const std::string name = "reader-" + std::to_string(replica);
        prepare(name);
        std::vector<std::string> arguments{"tail", "--from", "1", "--json", "--profile", name};
        for (const std::string& room : rooms_) {
            expect_done(name, {"room", "join", room});
            arguments.push_back(room);
        }
        const auto where = cluster_->reach(replica);
        arguments.insert(arguments.end(), where.begin(), where.end());
        readers_.emplace(replica, Process(sandbox_.command("parley", arguments, name)));
    }

    std::string reader_output(int replica) { return read_text(sandbox_.path("output/reader-" + std::to_string(replica) + ".out")); }

    Writers::Plan plan(int messages) {
        Writers::Plan plan;
        plan.messages = messages;
        plan.rooms = rooms_;
        return plan;
    }

    // Every replica alike, every acknowledgement kept, verify content, every reader complete.
    void expect_promises_kept(const Writers& writers) {
        EXPECT_THAT(writers.problems(), IsEmpty());
        ASSERT_TRUE(cluster_->wait_until_all_are_up());
        std::optional<Histories> first;
        for (int replica = 1; replica <= cluster_->size(); ++replica) {
            const Histories histories = read_histories(sandbox_, *cluster_, replica, "owner", rooms_);
            EXPECT_THAT(complaints_about(histories), IsEmpty()) << "on replica " << replica;
            EXPECT_THAT(missing_from(histories, writers.noted()), IsEmpty()) << "on replica " << replica;
            if (!first) first = histories;
            EXPECT_EQ(difference(histories, *first), "") << "replica " << replica << " differs from replica 1";
        }
        const Finished verified = cluster_->parley({"verify"});
        EXPECT_EQ(verified.code, 0) << verified.output << verified.errors;
        expect_readers_saw(*first);
    }

    void expect_readers_saw(const Histories& expected) {
        std::size_t total = 0;
        for (const auto& entry : expected) total += entry.second.size();
        for (const auto& entry : readers_) {
            const int replica = entry.first;
            eventually(seconds{60}, [&] { return lines_of(reader_output(replica)).size() >= total; });
            const Histories seen = histories_of(message_lines(reader_output(replica)));
            EXPECT_EQ(difference(seen, expected), "") << "the reader at replica " << replica;
        }
    }

    Sandbox sandbox_;
    std::vector<std::string> rooms_ = eight_rooms();
    std::optional<Cluster> cluster_;
    std::map<int, Process> readers_;
};

TEST_F(Load, KeepsEveryPromiseWhileLeadersOfThreeDieAndFreeze) {
    begin(3, Watch::supervised);
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
