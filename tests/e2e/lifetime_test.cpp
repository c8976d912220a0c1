// Nothing that was started stays behind, however its parent ends.
#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/cluster.hpp"

namespace parley::e2e {
namespace {

using std::chrono::seconds;
using ::testing::IsEmpty;

bool all_gone(const Sandbox& sandbox) {
    return eventually(seconds{10}, [&] { return processes_of_home(sandbox.folder()).empty(); });
}

TEST(Up, LeavesNoProcessWhenItIsKilled) {
    Sandbox sandbox;
    Cluster cluster(sandbox, 3, Watch::supervised);
    ASSERT_EQ(processes_of_home(sandbox.folder()).size(), 4U);
    cluster.up().signal(SIGKILL);
    ASSERT_EQ(cluster.up().wait(seconds{5}), 128 + SIGKILL);
    EXPECT_TRUE(all_gone(sandbox));
    EXPECT_THAT(processes_of_home(sandbox.folder()), IsEmpty());
}

TEST(Up, LeavesNoProcessWhenItIsKilledWhileAReplicaIsFrozen) {
    Sandbox sandbox;
    Cluster cluster(sandbox, 3, Watch::supervised);
    ::kill(cluster.pid_of(2), SIGSTOP);
    cluster.up().signal(SIGKILL);
    ASSERT_EQ(cluster.up().wait(seconds{5}), 128 + SIGKILL);
    EXPECT_TRUE(all_gone(sandbox));
    EXPECT_THAT(processes_of_home(sandbox.folder()), IsEmpty());
}

TEST(Up, ResumesItsFolderWithEverythingInIt) {
    Sandbox sandbox;
    Cluster cluster(sandbox, 3, Watch::supervised);
    sandbox.register_account("ada");
    ASSERT_EQ(sandbox.as("ada", {"send", "general", "before"}).code, 0);
    cluster.up().signal(SIGTERM);
    ASSERT_EQ(cluster.up().wait(seconds{20}), 0);
    EXPECT_TRUE(all_gone(sandbox));
    cluster.start_up();
    const Finished history = sandbox.as("ada", {"history", "general"});
    EXPECT_EQ(history.code, 0) << history.errors;
    EXPECT_THAT(history.output, ::testing::HasSubstr("before"));
}

TEST(Up, BeginsAfreshWhenItsFolderWasRemovedAndNoOldLoginIsInTheWay) {
    Sandbox sandbox;
    Cluster cluster(sandbox, 3, Watch::supervised);
    sandbox.register_account("ada");
    for (int i = 0; i < 5; ++i) ASSERT_EQ(sandbox.as("ada", {"send", "general", "once more"}).code, 0);
    cluster.up().signal(SIGTERM);
    ASSERT_EQ(cluster.up().wait(seconds{20}), 0);
    std::filesystem::remove_all(cluster.data());
    cluster.start_up();
    const Finished who = sandbox.as("ada", {"whoami", "--timeout", "5"});
    EXPECT_EQ(who.code, 1) << who.errors;
    sandbox.register_account("ada");
    const Finished sent = sandbox.as("ada", {"send", "general", "a new start"});
    EXPECT_EQ(sent.code, 0) << sent.errors;
}

// ./dev run on a terminal of its own, with this build's programs.
class DevRun : public ::testing::Test {
protected:
    Process open(const std::string& name) {
        Spawn spawn = sandbox_.command("parley", {}, name);
        spawn.arguments = {std::string(PARLEY_SOURCE) + "/dev", "run"};
        spawn.environment["PARLEY_BIN"] = PARLEY_BIN;
        spawn.environment["PARLEY_DATA"] = sandbox_.path("data");
        spawn.in_terminal = true;
        return Process(spawn);
    }
    bool shows(Process& run, const std::string& name, const std::string& text) {
        return eventually(seconds{40}, [&] {
            run.pump();
            return read_text(sandbox_.path("output/" + name + ".out")).find(text) != std::string::npos;
        });
    }
    // Programs of ours whose command line contains the words.
    std::size_t count_running(const std::string& words) {
        std::size_t count = 0;
        for (const auto& entry : processes_of_home(sandbox_.folder())) {
            count += entry.second.find(std::string(PARLEY_BIN) + words) != std::string::npos ? 1U : 0U;
        }
        return count;
    }
    void wait_for_client(Process& run, const std::string& name) {
        ASSERT_TRUE(shows(run, name, "assword")) << "no form asks for name and password";
    }

    Sandbox sandbox_;
};

TEST_F(DevRun, LeavesNoProcessWhenItIsKilled) {
    Process run = open("run");
    wait_for_client(run, "run");
    EXPECT_EQ(count_running("/parley up"), 1U);
    run.signal(SIGKILL);
    ASSERT_EQ(run.wait(seconds{5}), 128 + SIGKILL);
    EXPECT_TRUE(all_gone(sandbox_));
    EXPECT_THAT(processes_of_home(sandbox_.folder()), IsEmpty());
}

TEST_F(DevRun, LeavesNoProcessWhenItsTerminalIsClosed) {
    Process run = open("run");
    wait_for_client(run, "run");
    run.close_terminal();
    EXPECT_TRUE(run.wait(seconds{20}).has_value());
    EXPECT_TRUE(all_gone(sandbox_));
    EXPECT_THAT(processes_of_home(sandbox_.folder()), IsEmpty());
}

TEST_F(DevRun, ASecondOneOpensAnotherClientAndTheFirstOneStopsTheCluster) {
    Process first = open("first");
    wait_for_client(first, "first");
    Process second = open("second");
    wait_for_client(second, "second");
    EXPECT_EQ(count_running("/parley up"), 1U);
    EXPECT_EQ(count_running("/parley chat"), 2U);
    second.signal(SIGTERM);
    EXPECT_TRUE(second.wait(seconds{20}).has_value());
    EXPECT_EQ(count_running("/parley up"), 1U) << "a guest stopped the cluster";
    first.signal(SIGTERM);
    EXPECT_TRUE(first.wait(seconds{20}).has_value());
    EXPECT_TRUE(shows(first, "first", "stopped; messages are in"));
    EXPECT_TRUE(all_gone(sandbox_));
}

}  // namespace
}  // namespace parley::e2e
