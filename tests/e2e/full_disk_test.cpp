// Disks that fill up under a running cluster (P16): nothing new is taken in time, everything can be read, and when there is room again it
// goes on by itself. The disk is this machine's: a replica's reserve is set a little below what is free, and a file takes the rest.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/cluster.hpp"

namespace parley::e2e {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

constexpr std::int64_t margin_mb = 1024;   // what else happens on this machine's disk must not matter

class FullDisk : public ::testing::Test {
protected:
    void SetUp() override {
        const Finished registered = ada({"register", "ada", "--password-file", sandbox.write_file("password", "a password")});
        ASSERT_EQ(registered.code, 0) << registered.errors;
        ASSERT_EQ(ada({"send", "general", "before"}).code, 0);
    }
    // Restarts that replica so that its disk counts as full once the filler is there.
    void reserve_what_is_free(int replica) {
        const auto free_mb = static_cast<std::int64_t>(std::filesystem::space(sandbox.folder()).available >> 20U);
        ASSERT_GT(free_mb, 3 * margin_mb) << "this test needs some room on the disk itself";
        cluster.kill(replica);
        // A little more than the reserve is wanted to begin again: the margin covers it, whatever the disk's size.
        configure(cluster.replica_folder(replica), "reserve_mb", (free_mb - margin_mb) / 5 * 4);
        cluster.start(replica);
        ASSERT_TRUE(cluster.wait_until_all_are_up());
    }
    // Takes room without writing: at once, and given back at once.
    void fill_disk() {
        const auto free_mb = static_cast<std::int64_t>(std::filesystem::space(sandbox.folder()).available >> 20U);
        const std::int64_t size = (free_mb / 5 + 3 * margin_mb) << 20U;
        const int file = ::open(filler().c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        ASSERT_GE(file, 0);
        const int failed = ::posix_fallocate(file, 0, size);
        ::close(file);
        if (failed != 0) GTEST_SKIP() << "this file system cannot set room aside";
    }
    void make_room() { std::filesystem::remove(filler()); }
    [[nodiscard]] std::string filler() const { return sandbox.path("filler"); }
    Finished ada(std::vector<std::string> words) {
        const auto where = cluster.reach();
        words.insert(words.end(), where.begin(), where.end());
        return sandbox.as("ada", words);
    }
    bool status_says(const std::string& what) {
        return eventually(seconds{20}, [&] { return cluster.parley({"status"}).output.find(what) != std::string::npos; });
    }
    bool status_is_silent_about_disks() {
        return eventually(seconds{20}, [&] { return cluster.parley({"status"}).output.find("the disk is full") == std::string::npos; });
    }
    void all_hold_the_same() {
        EXPECT_TRUE(eventually(seconds{30}, [&] {
            const auto replicas = cluster.status();
            return std::ranges::all_of(replicas, [&](const ReplicaLine& line) { return line.ok && line.applied == replicas.front().applied; });
        }));
        EXPECT_TRUE(eventually(seconds{30}, [&] { return cluster.parley({"verify"}).code == 0; }));
    }
    static std::size_t times(const std::string& text, const std::string& what) {
        std::size_t found = 0;
        for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
        return found;
    }

    Sandbox sandbox;
    Cluster cluster{sandbox, 3, Watch::by_hand};
};

TEST_F(FullDisk, OfAllReplicasIsToldAndReadsGoOn) {
    for (int replica = 1; replica <= 3; ++replica) ASSERT_NO_FATAL_FAILURE(reserve_what_is_free(replica));
    fill_disk();
    if (IsSkipped()) return;
    ASSERT_TRUE(status_says("Until then nothing new is accepted; what was written can be read")) << cluster.parley({"status"}).output;
    const Finished sent = ada({"send", "general", "meanwhile", "--timeout", "3"});
    EXPECT_NE(sent.code, 0);
    EXPECT_THAT(sent.errors, HasSubstr("the disks of too many replicas are full"));
    const Finished read = ada({"history", "general"});
    EXPECT_EQ(read.code, 0) << read.errors;
    EXPECT_THAT(read.output, HasSubstr("before"));

    make_room();
    ASSERT_TRUE(status_is_silent_about_disks()) << cluster.parley({"status"}).output;
    const Finished after = ada({"send", "general", "after"});
    EXPECT_EQ(after.code, 0) << after.errors;
    const std::string history = ada({"history", "general"}).output;
    EXPECT_EQ(times(history, "after"), 1U);
    EXPECT_LE(times(history, "meanwhile"), 1U);
    all_hold_the_same();
}

TEST_F(FullDisk, OfTheLeaderAloneLetsAnotherLead) {
    const int full = cluster.leader();
    ASSERT_NO_FATAL_FAILURE(reserve_what_is_free(full));
    if (cluster.leader() != full) {
        const Finished moved = cluster.parley({"cluster", "transfer", std::to_string(full)});
        ASSERT_EQ(moved.code, 0) << moved.errors;
    }
    ASSERT_EQ(cluster.leader(), full);
    fill_disk();
    if (IsSkipped()) return;
    ASSERT_TRUE(status_says("Until then the other replicas take what is new")) << cluster.parley({"status"}).output;
    EXPECT_TRUE(eventually(seconds{20}, [&] { return cluster.leader() != full; }));
    for (const std::string text : {"one", "two", "three"}) {
        const Finished sent = ada({"send", "general", text});
        EXPECT_EQ(sent.code, 0) << sent.errors;
    }
    make_room();
    ASSERT_TRUE(status_is_silent_about_disks());
    all_hold_the_same();
    EXPECT_EQ(cluster.process(full).is_running(), true) << "it never stopped";
}

}  // namespace
}  // namespace parley::e2e
