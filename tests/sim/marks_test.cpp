// Probes and rare ways: silent outside of the simulator, counted and drawn inside.
#include "net/ports/probe.hpp"

#include <gtest/gtest.h>

#include "sim/world.hpp"

namespace parley::sim {
namespace {

TEST(Marks, AreKnownBeforeTheyAreReached) {
    const auto hits = net::mark_hits();
    EXPECT_TRUE(hits.contains("log_tail_torn"));
    EXPECT_TRUE(hits.contains("rare:log_small_unit"));
}

TEST(Marks, ARunCountsThemAndTakesRareWaysOnlyWhenItMay) {
    RunOptions options = draw_options(9, Profile::toy);
    options.rare_ppm = 0;
    const RunResult plain = run_world(9, options);
    for (const auto& [name, hits] : plain.marks) {
        if (name.starts_with("rare:")) { EXPECT_EQ(hits, 0U) << name; }
    }
    std::uint64_t rare = 0;
    std::uint64_t probes = 0;
    options.rare_ppm = 300'000;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const RunResult result = run_world(seed, options);
        EXPECT_FALSE(result.verdict.has_value()) << result.verdict->what;
        for (const auto& [name, hits] : result.marks) (name.starts_with("rare:") ? rare : probes) += hits;
    }
    EXPECT_GT(rare, 0U);
    EXPECT_GT(probes, 0U);
}

}  // namespace
}  // namespace parley::sim
