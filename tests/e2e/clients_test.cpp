// Clients that die in the middle of sending: after the command is repeated, or the client opened again, each text is
// there once.
#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/audit.hpp"

namespace parley::e2e {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class DyingClient : public ::testing::Test {
protected:
    DyingClient() : cluster_(sandbox_, 3, Watch::supervised) { sandbox_.register_account("ada"); }

    // How often each text of the room is there.
    std::map<std::string, int> counts() {
        const Histories histories = read_histories(sandbox_, cluster_, 0, "ada", {"general"});
        std::map<std::string, int> found;
        for (const MessageLine& message : histories.at("general")) ++found[message.text];
        return found;
    }

    Sandbox sandbox_;
    Cluster cluster_;
};

TEST_F(DyingClient, SendKilledAtAnyMomentAndRepeatedPostsOnce) {
    const int tries = scaled(24, 8);
    int killed = 0;
    for (int i = 0; i < tries; ++i) {
        const std::string text = "text " + std::to_string(i);
        {
            Process first(sandbox_.command("parley", {"send", "general", text, "--profile", "ada"}, "first-" + std::to_string(i)));
            if (!first.wait(milliseconds{2 + 5 * i})) {
                first.signal(SIGKILL);
                killed += first.wait(seconds{5}) == 128 + SIGKILL ? 1 : 0;
            }
        }
        // A command that had printed its answer before it died is not repeated by anybody.
        if (!lines_of(read_text(sandbox_.path("output/first-" + std::to_string(i) + ".out"))).empty()) continue;
        const Finished again = sandbox_.as("ada", {"send", "general", text, "--json"});
        ASSERT_EQ(again.code, 0) << again.errors;
    }
    EXPECT_GT(killed, 0) << "no command was caught in the middle";
    const auto found = counts();
    for (int i = 0; i < tries; ++i) {
        const std::string text = "text " + std::to_string(i);
        EXPECT_EQ(found.count(text) == 0 ? 0 : found.at(text), 1) << text;
    }
}

// Commands end before the outbox forgets their answered operations; a later send finds several of them settled at once.
TEST_F(DyingClient, SendIsNotHeldUpByWhatEarlierCommandsFinished) {
    sandbox_.register_account("bob");
    sandbox_.register_account("cy");
    for (const char* room : {"red", "green", "blue"}) {
        ASSERT_EQ(sandbox_.as("ada", {"room", "create", room}).code, 0);
        for (const char* name : {"bob", "cy"}) ASSERT_EQ(sandbox_.as("ada", {"room", "invite", room, name}).code, 0);
        const Finished sent = sandbox_.as("ada", {"send", room, "hello"});
        EXPECT_EQ(sent.code, 0) << sent.errors;
    }
}

TEST_F(DyingClient, WhatAKilledSendLeftGoesOutWithTheNextOne) {
    for (int replica = 1; replica <= 3; ++replica) ::kill(cluster_.pid_of(replica), SIGSTOP);
    {
        Process stuck(sandbox_.command("parley", {"send", "general", "left behind", "--profile", "ada"}, "stuck"));
        ASSERT_FALSE(stuck.wait(milliseconds{1500})) << "it was sent to frozen replicas";
        stuck.signal(SIGKILL);
        stuck.wait(seconds{5});
    }
    for (const auto& entry : processes_of_home(sandbox_.folder())) ::kill(entry.first, SIGCONT);
    const Finished next = sandbox_.as("ada", {"send", "general", "and another"});
    ASSERT_EQ(next.code, 0) << next.errors;
    EXPECT_THAT(next.errors, ::testing::HasSubstr("left over"));
    const auto found = counts();
    EXPECT_EQ(found.count("left behind") == 0 ? 0 : found.at("left behind"), 1);
    EXPECT_EQ(found.count("and another") == 0 ? 0 : found.at("and another"), 1);
}

}  // namespace
}  // namespace parley::e2e
