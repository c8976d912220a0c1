// Bad input of every kind gets its own error and harms nobody else: hostile peers, mistakes of users, a full disk.
#include <csignal>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/asio/authority.hpp"
#include "tests/e2e/audit.hpp"
#include "tests/e2e/hostile.hpp"

namespace parley::e2e {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class BadInput : public ::testing::Test {
protected:
    BadInput() : cluster_(sandbox_, 3, Watch::supervised) { sandbox_.register_account("ada"); }

    std::vector<pid_t> pids() {
        std::vector<pid_t> found;
        for (const ReplicaLine& replica : cluster_.status()) found.push_back(replica.pid);
        return found;
    }
    std::vector<std::uint64_t> refused() {
        std::vector<std::uint64_t> counts;
        for (const ReplicaLine& replica : cluster_.status()) counts.push_back(replica.refused_links);
        return counts;
    }

    Sandbox sandbox_;
    Cluster cluster_;
};

TEST_F(BadInput, HostilePeersAreClosedAndCountedAndHarmNobody) {
    const auto pids_before = pids();
    const auto refused_before = refused();
    for (const std::string& server : cluster_.servers()) {
        EXPECT_TRUE(is_closed_after(server, "GET / HTTP/1.1\r\nHost: parley\r\n\r\n")) << "plain text";
        EXPECT_TRUE(is_closed_after(server, garbage(65'536))) << "garbage";
        // A record that looks like the start of a TLS handshake and is not.
        EXPECT_TRUE(is_closed_after(server, std::string("\x16\x03\x01\x02\x00\x01", 6) + garbage(512))) << "half a hello";
    }
    std::vector<SilentConnection> silent;
    for (int i = 0; i < 40; ++i) silent.emplace_back(cluster_.servers()[static_cast<std::size_t>(i) % 3]);
    const Finished sent = sandbox_.as("ada", {"send", "general", "still here", "--json"});
    EXPECT_EQ(sent.code, 0) << sent.errors;
    EXPECT_EQ(pids(), pids_before) << "a replica was restarted";
    const auto refused_after = refused();
    for (std::size_t i = 0; i < refused_after.size(); ++i) EXPECT_GE(refused_after[i], refused_before[i] + 3) << "replica " << i + 1;
}

TEST_F(BadInput, AnUnknownAuthorityIsRefusedAndTheOptionNamed) {
    const std::string other = sandbox_.write_file("other.pem", net::Authority::create("another cluster").certificate_pem());
    const Finished wrong = sandbox_.as("bob", {"login", "ada", "--password-file", sandbox_.path("password"), "--servers",
                                               cluster_.servers()[0], "--ca", other});
    EXPECT_EQ(wrong.code, 1);
    EXPECT_THAT(wrong.errors, HasSubstr("--ca"));
    Sandbox stranger;
    const Finished unknown = stranger.parley({"status", "--servers", cluster_.servers()[0]});
    EXPECT_EQ(unknown.code, 1);
    EXPECT_THAT(unknown.errors, HasSubstr("--ca FILE"));
    EXPECT_EQ(sandbox_.as("ada", {"send", "general", "hi"}).code, 0);
}

TEST_F(BadInput, EveryMistakeHasItsOwnSentenceAndChangesNothing) {
    const std::string wrong_password = sandbox_.write_file("wrong", "not the password\n");
    const std::string right = sandbox_.path("password");
    const std::string too_long(16 * 1024 + 1, 'x');
    const std::string long_file = sandbox_.write_file("long", too_long);
    const auto before = read_histories(sandbox_, cluster_, 0, "ada", {"general"});
    const std::vector<std::vector<std::string>> mistakes{
        {"login", "ada", "--password-file", wrong_password, "--profile", "other"},
        {"register", "ada", "--password-file", right, "--profile", "other"},
        {"send", "nowhere", "hi", "--profile", "ada"},
        {"send", "general", too_long, "--profile", "ada"},
        {"send", "general", "   ", "--profile", "ada"},
        {"send", "@nobody", "hi", "--profile", "ada"},
        {"delete", "general/4000", "--profile", "ada"},
        {"send", "general", "hi", "--profile", "nobody-logged-in"},
    };
    std::set<std::string> sentences;
    for (const auto& mistake : mistakes) {
        const Finished finished = sandbox_.parley(mistake);
        EXPECT_EQ(finished.code, 1) << mistake[0] << " " << mistake[1] << ": " << finished.errors;
        EXPECT_THAT(finished.output, IsEmpty());
        EXPECT_THAT(finished.errors, Not(IsEmpty()));
        EXPECT_TRUE(sentences.insert(finished.errors).second) << "said twice: " << finished.errors;
    }
    EXPECT_EQ(read_histories(sandbox_, cluster_, 0, "ada", {"general"}), before);
}

TEST_F(BadInput, UsageAndUnreachableHaveTheirOwnCodes) {
    EXPECT_EQ(sandbox_.parley({"send"}).code, 2);
    EXPECT_EQ(sandbox_.parley({"no-such-command"}).code, 2);
    const Finished nobody = sandbox_.as("ada", {"send", "general", "hi", "--servers", "127.0.0.1:1", "--ca", cluster_.ca(), "--timeout", "1"});
    EXPECT_EQ(nobody.code, 3) << nobody.errors;
    EXPECT_THAT(nobody.errors, HasSubstr("The message is kept"));
    const Finished behind = sandbox_.as("ada", {"send", "general", "and hello", "--servers", "127.0.0.1:1", "--ca", cluster_.ca(), "--timeout", "1"});
    EXPECT_EQ(behind.code, 3) << behind.errors;
    EXPECT_THAT(behind.errors, HasSubstr("this one was not taken")) << "what becomes of it is said, too";
}

TEST_F(BadInput, ASecondUpOnTheSameFolderSaysSoAndLeaves) {
    const auto before = pids();
    const Finished second = sandbox_.parley({"up", "--data", cluster_.data()});
    EXPECT_EQ(second.code, 1);
    EXPECT_THAT(second.errors, HasSubstr("in use"));
    EXPECT_EQ(pids(), before);
}

TEST(FullDisk, StopsThatReplicaWithOneSentenceAndTheOthersGoOn) {
    Sandbox sandbox;
    Cluster cluster(sandbox, 3, Watch::by_hand);
    cluster.process(3).signal(SIGTERM);
    ASSERT_EQ(cluster.process(3).wait(seconds{10}), 0);
    constexpr std::uint64_t file_size_max = std::uint64_t{1} << 20U;
    cluster.start(3, file_size_max);
    Writers::Plan plan;
    plan.text_bytes = 2'000;   // so that the log alone outgrows the limit, however many posts share a block
    plan.messages = scaled(4'000, 1'500);
    plan.rooms = {"general"};
    Writers writers(sandbox, cluster, plan);
    writers.allow(plan.messages);
    EXPECT_TRUE(writers.wait_for(plan.messages, seconds{90}));
    EXPECT_EQ(cluster.process(3).wait(seconds{10}), 1);
    const auto said = lines_of(read_text(sandbox.path("output/replica-3.err")));
    ASSERT_THAT(said, Not(IsEmpty()));
    EXPECT_THAT(said.back(), HasSubstr("parleyd")) << said.back();
    writers.stop();
    EXPECT_THAT(writers.problems(), IsEmpty());
    // With room again it comes back and agrees.
    cluster.start(3);
    ASSERT_TRUE(cluster.wait_until_all_are_up());
    const Finished verified = cluster.parley({"verify"});
    EXPECT_EQ(verified.code, 0) << verified.output << verified.errors;
}

}  // namespace
}  // namespace parley::e2e
