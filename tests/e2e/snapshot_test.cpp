// A replica that was down for so long that nobody's log reaches back to it comes back by snapshot, while load goes on.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/cluster.hpp"

namespace parley::e2e {
namespace {

using std::chrono::seconds;

class Snapshot : public ::testing::Test {
protected:
    void write(int replica, const char* for_seconds) {
        std::vector<std::string> words{"load", "--clients", "16", "--size", "8000", "--seconds", for_seconds, "--rooms", "4"};
        const auto where = cluster_.reach(replica);
        words.insert(words.end(), where.begin(), where.end());
        const Finished done = sandbox_.run("parley-bench", words);
        ASSERT_EQ(done.code, 0) << done.errors;
    }
    // As ada, at that replica; 0: at any.
    Finished ada(std::vector<std::string> words, int replica = 0) {
        const auto where = cluster_.reach(replica);
        words.insert(words.end(), where.begin(), where.end());
        return sandbox_.as("ada", words);
    }
    [[nodiscard]] bool holds_first_segment(int replica) const {
        return std::filesystem::exists(cluster_.replica_folder(replica) + "/log/segment-0000000000000001");
    }
    [[nodiscard]] std::uintmax_t written(int replica) const {
        return std::filesystem::file_size(cluster_.replica_folder(replica) + "/state/chat.db");
    }
    [[nodiscard]] bool began_anew(int replica) const {
        return read_text(cluster_.replica_folder(replica) + "/parleyd.log").find("begins anew with a snapshot") !=
               std::string::npos;
    }

    Sandbox sandbox_;
    Cluster cluster_{sandbox_, 3, Watch::by_hand};
};

TEST_F(Snapshot, BringsBackAReplicaThatWasAwayForTooLong) {
    cluster_.use_short_logs();
    const Finished registered = ada({"register", "ada", "--password-file", sandbox_.path("password")});
    ASSERT_EQ(registered.code, 0) << registered.errors;
    ASSERT_EQ(ada({"send", "general", "before"}).code, 0);
    const int away = cluster_.leader() % 3 + 1;
    const int first = away % 3 + 1;
    const int second = first % 3 + 1;
    cluster_.kill(away);
    // More than the logs keep, and more than a leader has in memory for those who lag.
    for (int round = 0; round < 60 && written(first) < std::uintmax_t{64} << 20U; ++round) write(first, "2");
    ASSERT_FALSE(holds_first_segment(first) || holds_first_segment(second)) << "the logs were not cut";

    cluster_.start(away);
    write(first, "2");   // it comes back beside load
    ASSERT_EQ(ada({"send", "general", "after"}).code, 0);
    const bool caught_up = eventually(seconds{90}, [&] {
        const auto replicas = cluster_.status();
        const ReplicaLine& late = replicas.at(static_cast<std::size_t>(away - 1));
        return late.ok && late.applied == replicas.at(static_cast<std::size_t>(first - 1)).applied;
    });
    EXPECT_TRUE(caught_up);
    EXPECT_TRUE(began_anew(away));
    EXPECT_FALSE(began_anew(first) || began_anew(second));
    const Finished verified = cluster_.parley({"verify"});
    EXPECT_EQ(verified.code, 0) << verified.output << verified.errors;
    const Finished history = ada({"history", "general", "--limit", "1000"}, away);   // the writers entered, too
    EXPECT_THAT(history.output, ::testing::HasSubstr("before"));
    EXPECT_THAT(history.output, ::testing::HasSubstr("after"));
}

}  // namespace
}  // namespace parley::e2e
