// `parley chat` on a terminal of its own: what was typed before the kill is posted once, whenever it was killed.
#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/audit.hpp"

namespace parley::e2e {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class DyingScreen : public ::testing::Test {
protected:
    DyingScreen() : cluster_(sandbox_, 3, Watch::supervised) { sandbox_.register_account("ada"); }

    Process open_chat(const std::string& name) {
        Spawn spawn = sandbox_.command("parley", {"chat", "--profile", "ada"}, name);
        spawn.in_terminal = true;
        return Process(spawn);
    }

    bool shows(Process& chat, const std::string& name, const std::string& text) {
        return eventually(seconds{20}, [&] {
            chat.pump();
            return read_text(sandbox_.path("output/" + name + ".out")).find(text) != std::string::npos;
        });
    }

    int count_of(const std::string& text) {
        const Histories histories = read_histories(sandbox_, cluster_, 0, "ada", {"general"});
        int count = 0;
        for (const MessageLine& message : histories.at("general")) count += message.text == text ? 1 : 0;
        return count;
    }

    Sandbox sandbox_;
    Cluster cluster_;
};

TEST_F(DyingScreen, KilledAtAnyMomentAfterEnterPostsAtMostOnceAndOnceIfItWasTaken) {
    const std::vector<int> pauses_ms{0, 1, 3, 6, 12, 25, 50, 1000};
    for (std::size_t i = 0; i < pauses_ms.size(); ++i) {
        const std::string name = "chat-" + std::to_string(i);
        const std::string text = "typed" + std::to_string(i);
        Process chat = open_chat(name);
        ASSERT_TRUE(shows(chat, name, "general"));
        std::this_thread::sleep_for(milliseconds{300});
        chat.type(text);
        ASSERT_TRUE(shows(chat, name, text)) << "the composer does not show what is typed";
        chat.type("\r");
        std::this_thread::sleep_for(milliseconds{pauses_ms[i]});
        chat.signal(SIGKILL);
        ASSERT_EQ(chat.wait(seconds{5}), 128 + SIGKILL);
    }
    // One more start delivers whatever lies in the outbox.
    Process last = open_chat("last");
    ASSERT_TRUE(shows(last, "last", "general"));
    EXPECT_TRUE(eventually(seconds{20}, [&] {
        last.pump();
        return count_of("typed" + std::to_string(pauses_ms.size() - 1)) == 1;
    }));
    std::this_thread::sleep_for(seconds{1});
    for (std::size_t i = 0; i < pauses_ms.size(); ++i) {
        const int count = count_of("typed" + std::to_string(i));
        EXPECT_LE(count, 1) << "typed" << i;
        if (pauses_ms[i] >= 1000) {
            EXPECT_EQ(count, 1) << "typed" << i;
        }
    }
}

TEST_F(DyingScreen, WhatWasTypedWhileNoReplicaAnsweredIsPostedOnceByTheNextStart) {
    Process chat = open_chat("first");
    ASSERT_TRUE(shows(chat, "first", "general"));
    std::this_thread::sleep_for(milliseconds{500});
    std::vector<pid_t> frozen;
    for (int replica = 1; replica <= 3; ++replica) frozen.push_back(cluster_.pid_of(replica));
    for (const pid_t pid : frozen) ::kill(pid, SIGSTOP);
    chat.type("into the void\r");
    ASSERT_TRUE(shows(chat, "first", "into the void"));
    std::this_thread::sleep_for(seconds{1});
    chat.signal(SIGKILL);
    ASSERT_EQ(chat.wait(seconds{5}), 128 + SIGKILL);
    for (const pid_t pid : frozen) ::kill(pid, SIGCONT);
    ASSERT_TRUE(cluster_.wait_until_all_are_up());
    Process again = open_chat("again");
    ASSERT_TRUE(shows(again, "again", "general"));
    EXPECT_TRUE(eventually(seconds{20}, [&] {
        again.pump();
        return count_of("into the void") >= 1;
    }));
    std::this_thread::sleep_for(seconds{1});
    EXPECT_EQ(count_of("into the void"), 1);
}

}  // namespace
}  // namespace parley::e2e
