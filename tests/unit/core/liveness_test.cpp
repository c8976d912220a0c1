// How long a cluster is without a leader, in virtual time, on a network without faults.
#include <gtest/gtest.h>

#include "tests/unit/core/cluster.hpp"

namespace parley::consensus::testing {
namespace {

using std::chrono::milliseconds;

// From the leader's death to the next leader that leads; nothing after five seconds.
std::optional<milliseconds> gap_after_death(std::uint64_t seed, std::size_t size, bool connections_close) {
    Cluster cluster{size, Options{}};
    cluster.set_chance(seed);
    for (int i = 0; i < 200 && !cluster.leader(); ++i) cluster.run(milliseconds{10});
    if (!cluster.leader()) return std::nullopt;
    cluster.run(milliseconds{200});
    const NodeId dead = *cluster.leader();
    cluster.crash(dead);
    const net::Instant death = cluster.now();
    for (std::size_t number = 1; connections_close && number <= size; ++number) cluster.peer_down(NodeId{number}, dead);
    for (int i = 0; i < 500 && !cluster.leader(); ++i) cluster.run(milliseconds{10});
    if (!cluster.leader() || !cluster.contradiction().empty()) return std::nullopt;
    return std::chrono::duration_cast<milliseconds>(cluster.now() - death);
}

struct Gaps {
    milliseconds median{};
    milliseconds longest{};
};

Gaps gaps(std::size_t size, bool connections_close) {
    std::vector<milliseconds> all;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const auto gap = gap_after_death(seed, size, connections_close);
        EXPECT_TRUE(gap.has_value()) << "seed " << seed;
        all.push_back(gap.value_or(milliseconds{5000}));
    }
    std::ranges::sort(all);
    return Gaps{all[all.size() / 2], all.back()};
}

TEST(Failover, IsFastWhenTheConnectionsClose) {
    for (const std::size_t size : {3U, 5U}) {
        const Gaps found = gaps(size, true);
        EXPECT_LT(found.median, milliseconds{150}) << size;
        EXPECT_LT(found.longest, milliseconds{1000}) << size;
    }
}

TEST(Failover, TakesTheTimeOutWhenTheLeaderJustFallsSilent) {
    const Gaps found = gaps(3, false);
    EXPECT_LT(found.median, milliseconds{700});
    EXPECT_LT(found.longest, milliseconds{2000});
}

TEST(FirstElection, NeedsNoMoreThanAFewTimeOuts) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Cluster cluster{5, Options{}};
        cluster.set_chance(seed);
        cluster.run(milliseconds{2000});
        EXPECT_TRUE(cluster.leader().has_value()) << seed;
    }
}

TEST(IdleCluster, KeepsOneLeaderAndOneBallot) {
    Cluster cluster{3, Options{}};
    cluster.run(milliseconds{2000});
    ASSERT_TRUE(cluster.leader().has_value());
    const Ballot before = cluster.status(*cluster.leader()).ballot;
    cluster.run(std::chrono::seconds{20});
    ASSERT_TRUE(cluster.leader().has_value());
    EXPECT_EQ(cluster.status(*cluster.leader()).ballot, before);
}

}  // namespace
}  // namespace parley::consensus::testing
