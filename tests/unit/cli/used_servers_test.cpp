// The servers that were used before, in the profiles of a home that is made for the test.
#include "chat/cli/used_servers.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "chat/cli/local_cluster.hpp"
#include "chat/cli/paths.hpp"

namespace parley::chat {
namespace {

namespace fs = std::filesystem;

class UsedServers : public ::testing::Test {
protected:
    void SetUp() override {
        folder_ = (fs::temp_directory_path() / ("parley-used-" + std::to_string(::getpid()))).string();
        fs::create_directories(folder_);
        ::setenv("XDG_STATE_HOME", folder_.c_str(), 1);
        ::setenv("XDG_DATA_HOME", folder_.c_str(), 1);
    }
    void TearDown() override {
        fs::remove_all(folder_);
        ::unsetenv("XDG_STATE_HOME");
        ::unsetenv("XDG_DATA_HOME");
    }
    static std::vector<std::string> names() {
        std::vector<std::string> found;
        for (const UsedServer& server : used_servers("default")) found.push_back(server.profile + "/" + server.store);
        return found;
    }
    std::string folder_;
};

TEST_F(UsedServers, OfAllProfilesTheNewestFirst) {
    ASSERT_TRUE(note_server_used("default", "cluster-a", {"a.example:4711", "b.example:4711"}, "PEM of a", 1000));
    ASSERT_TRUE(note_server_used("work", "cluster-b", {"w.example:4711"}, "", 3000));
    ASSERT_TRUE(note_server_used("default", "cluster-c", {"c.example:4711"}, "PEM of c", 2000));
    EXPECT_EQ(names(), (std::vector<std::string>{"work/cluster-b", "default/cluster-c", "default/cluster-a"}));
    ASSERT_TRUE(note_server_used("default", "cluster-a", {"a.example:4711"}, "PEM of a", 4000));
    const std::vector<UsedServer> all = used_servers("default");
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].store, "cluster-a");
    EXPECT_EQ(all[0].used_ms, 4000);
    EXPECT_EQ(all[0].addresses, std::vector<std::string>{"a.example:4711"});
    EXPECT_EQ(*read_whole_file(all[0].ca), "PEM of a");
    EXPECT_EQ(all[1].ca, "") << "TLS is off there";
}

TEST_F(UsedServers, WhoLoggedInStaysAlsoWhenTheServerMoves) {
    EXPECT_FALSE(note_account_used("default", "cluster-a", "ann"));
    ASSERT_TRUE(note_server_used("default", "cluster-a", {"a.example:4711"}, "", 1000));
    for (const char* name : {"ann", "bob", "ann", "ann"}) ASSERT_TRUE(note_account_used("default", "cluster-a", name));
    ASSERT_TRUE(note_server_used("default", "cluster-a", {"elsewhere.example:4711"}, "", 2000));
    EXPECT_EQ(used_servers("default").at(0).accounts, (std::vector<std::string>{"ann", "bob"}));
}

TEST_F(UsedServers, WhatIsForgottenIsGoneAndNothingElse) {
    ASSERT_TRUE(note_server_used("default", "cluster-a", {"a.example:4711"}, "PEM", 1000));
    ASSERT_TRUE(note_server_used("default", "cluster-b", {"b.example:4711"}, "PEM", 2000));
    std::ofstream(profile_folder("default") + "/cluster-b/account") << "a login";
    ASSERT_TRUE(forget_server("default", "cluster-b"));
    EXPECT_EQ(names(), std::vector<std::string>{"default/cluster-a"});
    EXPECT_TRUE(fs::exists(profile_folder("default") + "/cluster-b/account"));
    EXPECT_FALSE(fs::exists(profile_folder("default") + "/cluster-b/ca.pem"));
    EXPECT_TRUE(forget_server("default", "cluster-b"));
}

TEST_F(UsedServers, TheLocalClusterIsAmongThemAsLongAsItRuns) {
    const LocalCluster local{{"127.0.0.1:1", "127.0.0.1:2"}, true, "/d/ca.pem", "", "", "/d", ::getpid()};
    ASSERT_TRUE(write_local_cluster(local));
    ASSERT_EQ(used_servers("work").size(), 1U);
    EXPECT_EQ(used_servers("work").at(0), (UsedServer{"work", "", local.servers, {}, 0, "/d/ca.pem", true}));
    ASSERT_TRUE(note_server_used("default", "cluster-l", local.servers, "PEM", 1000));
    ASSERT_EQ(used_servers("work").size(), 1U) << "once, with what is known of it";
    EXPECT_TRUE(used_servers("work").at(0).is_local);
    forget_local_cluster(::getpid());
    EXPECT_FALSE(used_servers("work").at(0).is_local);
}

TEST_F(UsedServers, WhatCannotBeReadIsLeftOut) {
    for (const char* text : {"", "parley server 2\nat a.example:1\n", "parley server 1\nused 5\n", "parley server 1\nat nowhere\n", "nothing of ours"}) {
        ASSERT_TRUE(note_server_used("default", "cluster-a", {"a.example:4711"}, "", 1000));
        std::ofstream(profile_folder("default") + "/cluster-a/server") << text;
        EXPECT_TRUE(used_servers("default").empty()) << text;
    }
    std::ofstream(profile_folder("default") + "/cluster-a/server") << "parley server 1\nused 5x\nat a.example:1\nof a later Parley\naccount ann\n";
    ASSERT_EQ(used_servers("default").size(), 1U);
    EXPECT_EQ(used_servers("default").at(0).accounts, std::vector<std::string>{"ann"});
}

}  // namespace
}  // namespace parley::chat
