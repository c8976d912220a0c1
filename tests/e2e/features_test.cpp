// Search, presence and administration from the command line, against real replicas: what one process says, another sees.
#include <chrono>
#include <csignal>

#include <gtest/gtest.h>

#include "tests/e2e/cluster.hpp"

namespace parley::e2e {
namespace {

using std::chrono::seconds;

class Features : public ::testing::Test {
protected:
    Features() : cluster_(sandbox_, 3, Watch::supervised) {
        sandbox_.register_account("ada");
        sandbox_.register_account("bob");
    }
    Finished done(const std::string& profile, const std::vector<std::string>& arguments) {
        Finished finished = sandbox_.as(profile, arguments);
        EXPECT_EQ(finished.code, 0) << finished.errors;
        return finished;
    }
    // Texts found, newest first, asked of one replica or of any.
    std::vector<std::string> found(const std::string& profile, const std::string& query, int replica = 0) {
        std::vector<std::string> arguments{"search", query, "--json"};
        for (const std::string& word : cluster_.reach(replica)) arguments.push_back(word);
        std::vector<std::string> texts;
        for (const MessageLine& line : message_lines(done(profile, arguments).output)) texts.push_back(line.text);
        return texts;
    }
    using Texts = std::vector<std::string>;

    Sandbox sandbox_;
    Cluster cluster_;
};

TEST_F(Features, OnesOwnPostIsFoundAtOnceOnEveryReplica) {
    for (int i = 0; i < 5; ++i) {
        const std::string text = "kettle " + std::to_string(i);
        done("ada", {"send", "general", text});
        const Texts texts = found("ada", "kettle");
        ASSERT_EQ(texts.size(), static_cast<std::size_t>(i) + 1);
        EXPECT_EQ(texts.front(), text);
    }
    done("ada", {"send", "@bob", "kettle in private"});
    sandbox_.register_account("eve");
    for (int replica = 1; replica <= 3; ++replica) {
        EXPECT_TRUE(eventually(seconds{5}, [&] { return found("bob", "kettle", replica).size() == 6; })) << replica;
        EXPECT_EQ(found("eve", "kettle", replica).size(), 5U) << replica;
        EXPECT_EQ(found("bob", "kettle in:@ada", replica), Texts{"kettle in private"});
    }
}

TEST_F(Features, AReplicaWhoseIndexIsGoneMakesItAgain) {
    done("ada", {"send", "general", "teapot"});
    EXPECT_TRUE(eventually(seconds{10}, [&] { return !read_text(cluster_.replica_folder(1) + "/state/search.db").empty(); }));
    cluster_.kill(1);
    sandbox_.write_file("data/1/state/search.db", std::string(50'000, 'x'));
    ASSERT_TRUE(cluster_.wait_until_all_are_up());
    EXPECT_TRUE(eventually(seconds{20}, [&] { return found("ada", "teapot", 1) == Texts{"teapot"}; }));
}

TEST_F(Features, PeopleWhoFollowARoomAreOnline) {
    const auto presence_of_bob = [&] { return done("ada", {"users", "bob", "--json"}).output; };
    // Whoever spoke a moment ago is kept for a while.
    EXPECT_TRUE(eventually(seconds{10}, [&] { return presence_of_bob().find("offline") != std::string::npos; }));
    {
        Process tail(sandbox_.command("parley", {"tail", "general", "--profile", "bob"}, "tail"));
        EXPECT_TRUE(eventually(seconds{10}, [&] { return presence_of_bob().find("online") != std::string::npos; }));
        tail.signal(SIGKILL);
        tail.wait(seconds{5});
    }
    EXPECT_TRUE(eventually(seconds{10}, [&] { return presence_of_bob().find("offline") != std::string::npos; }));
}

TEST_F(Features, AdministratorsLookAfterAccounts) {
    EXPECT_EQ(sandbox_.as("bob", {"admin", "disable", "ada"}).code, 1);
    EXPECT_EQ(sandbox_.as("bob", {"admin", "users"}).code, 1);
    done("ada", {"admin", "disable", "bob"});
    EXPECT_NE(sandbox_.as("bob", {"send", "general", "still here"}).code, 0);
    EXPECT_NE(done("ada", {"admin", "users", "bob", "--json"}).output.find("\"disabled\":true"), std::string::npos);
    done("ada", {"admin", "enable", "bob"});
    const std::string file = sandbox_.write_file("fresh", "a fresh password\n");
    done("ada", {"admin", "reset-password", "bob", "--password-file", file});
    EXPECT_EQ(sandbox_.parley({"login", "bob", "--profile", "bob", "--password-file", file}).code, 0);
    const auto lines = lines_of(done("ada", {"admin", "audit", "--json"}).output);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_NE(lines.front().find("reset-password"), std::string::npos) << "newest first";
}

TEST_F(Features, ARoomIsExportedWhole) {
    for (int i = 0; i < 3; ++i) done("ada", {"send", "general", "line " + std::to_string(i)});
    const auto lines = message_lines(done("ada", {"export", "general"}).output);
    ASSERT_GE(lines.size(), 4U);
    for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(lines[i].number, i + 1);
    EXPECT_EQ(lines.back().text, "line 2");
    EXPECT_EQ(done("ada", {"history", "general", "--since", "2020-01-01", "--json"}).output, done("ada", {"export", "general"}).output);
    EXPECT_EQ(sandbox_.as("ada", {"history", "general", "--since", "soon"}).code, 2);
}

}  // namespace
}  // namespace parley::e2e
