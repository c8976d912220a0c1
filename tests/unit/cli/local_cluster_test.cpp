// local.json and cluster.json.
#include "chat/cli/local_cluster.hpp"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chat/cli/paths.hpp"
#include "chat/cli/up/cluster_file.hpp"

namespace parley::chat {
namespace {

class LocalClusterFile : public ::testing::Test {
protected:
    void SetUp() override {
        folder_ = (std::filesystem::temp_directory_path() / ("parley-local-" + std::to_string(::getpid()))).string();
        std::filesystem::create_directories(folder_);
        ::setenv("XDG_STATE_HOME", folder_.c_str(), 1);
    }
    void TearDown() override {
        std::filesystem::remove_all(folder_);
        ::unsetenv("XDG_STATE_HOME");
    }
    static LocalCluster cluster() {
        return {{"127.0.0.1:1", "127.0.0.1:2"}, true, "/d/ca.pem", "/d/operator.pem", "/d/operator.key", "/d \"x\"", ::getpid()};
    }
    std::string folder_;
};

TEST_F(LocalClusterFile, GivesBackWhatWasWritten) {
    EXPECT_FALSE(read_local_cluster());
    ASSERT_TRUE(write_local_cluster(cluster()));
    EXPECT_EQ(read_local_cluster(), cluster());
}

TEST_F(LocalClusterFile, IsForItsOwnerAlone) {
    ASSERT_TRUE(write_local_cluster(cluster()));
    struct stat status {};
    ASSERT_EQ(::stat((state_home() + "/local.json").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(LocalClusterFile, OfAProcessThatEndedCountsAsNone) {
    LocalCluster ended = cluster();
    ended.pid = 0x7ffffffe;   // above the largest pid there can be
    ASSERT_TRUE(write_local_cluster(ended));
    EXPECT_FALSE(read_local_cluster());
}

TEST_F(LocalClusterFile, IsForgottenOnlyByItsOwnProcess) {
    ASSERT_TRUE(write_local_cluster(cluster()));
    forget_local_cluster(1);
    EXPECT_TRUE(read_local_cluster());
    forget_local_cluster(::getpid());
    EXPECT_FALSE(read_local_cluster());
}

TEST_F(LocalClusterFile, DamagedCountsAsNone) {
    ASSERT_TRUE(write_local_cluster(cluster()));
    ASSERT_TRUE(replace_file(state_home() + "/local.json", "{\"servers\":3}"));
    EXPECT_FALSE(read_local_cluster());
}

TEST(ClusterFile, GivesBackWhatWasWritten) {
    const Formation formation{5, "127.0.0.1", 7410, false};
    EXPECT_EQ(formation_from_json(to_json(formation), "x").value(), formation);
    EXPECT_FALSE(formation_from_json("{}", "x"));
    EXPECT_FALSE(formation_from_json("{\"replicas\":0,\"listen\":\"a\",\"base_port\":1,\"tls\":true}", "x"));
}

TEST(ClusterFile, ReplicasListenOnPortsInARow) {
    const Formation formation{3, "127.0.0.1", 7400, true};
    EXPECT_EQ(formation.addresses(), (std::vector<std::string>{"127.0.0.1:7400", "127.0.0.1:7401", "127.0.0.1:7402"}));
}

}  // namespace
}  // namespace parley::chat
