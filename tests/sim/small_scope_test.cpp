// The exhaustive search: nothing to be found in the protocol as it is, and each bug of acceptor and leader found.
#include "sim/exhaustive/small_scope.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "sim/planted.hpp"

namespace parley::sim {
namespace {

TEST(SmallScope, OneAttemptWithACrashIsClean) {
    const SmallScopeResult result = explore_small_scope({1, 0, 1});
    EXPECT_FALSE(result.violation.has_value()) << *result.violation;
    EXPECT_TRUE(result.is_complete);
    EXPECT_GT(result.chosen, 100U);
}

TEST(SmallScope, TwoAttemptsAreCleanAsFarAsATestLooks) {
    SmallScopeBounds bounds{2, 0, 1};
    bounds.states_max = 60'000;
    const SmallScopeResult result = explore_small_scope(bounds);
    EXPECT_FALSE(result.violation.has_value()) << *result.violation;
    EXPECT_GT(result.chosen, 10'000U);
}

class SmallScopeFinds : public ::testing::TestWithParam<const char*> {};

TEST_P(SmallScopeFinds, ThePlantedBug) {
    if (!can_plant()) GTEST_SKIP() << "this build has no planted bugs";
    plant(GetParam());
    SmallScopeBounds bounds{2, 0, 1};
    bounds.states_max = 200'000;
    const SmallScopeResult result = explore_small_scope(bounds);
    plant("");
    ASSERT_TRUE(result.violation.has_value()) << result.states << " states";
    EXPECT_FALSE(result.path.empty());
}

INSTANTIATE_TEST_SUITE_P(Sim, SmallScopeFinds,
                         ::testing::Values("acceptor_ignores_promise", "promise_hides_records", "quorum_one_short",
                                           "ballot_reused_after_restart"),
                         [](const ::testing::TestParamInfo<const char*>& one) { return std::string{one.param}; });

// Bugs that need more than the default bounds allow, each with as little of it as it needs.
struct WiderBounds {
    const char* bug;
    SmallScopeBounds bounds;
};

WiderBounds wider(const char* bug, int ballots, void (*widen)(SmallScopeBounds&)) {
    SmallScopeBounds bounds{ballots, 0, 0};
    bounds.states_max = 250'000;
    widen(bounds);
    return {bug, bounds};
}

class WiderScopeFinds : public ::testing::TestWithParam<WiderBounds> {};

TEST_P(WiderScopeFinds, ThePlantedBugAndNothingWithoutIt) {
    if (!can_plant()) GTEST_SKIP() << "this build has no planted bugs";
    plant(GetParam().bug);
    const SmallScopeResult result = explore_small_scope(GetParam().bounds);
    plant("");
    ASSERT_TRUE(result.violation.has_value()) << result.states << " states";
    EXPECT_FALSE(result.path.empty());
    SmallScopeBounds bounds = GetParam().bounds;
    bounds.states_max = std::min<std::uint64_t>(bounds.states_max, 2 * result.states);
    const SmallScopeResult without = explore_small_scope(bounds);
    EXPECT_FALSE(without.violation.has_value()) << *without.violation;
}

INSTANTIATE_TEST_SUITE_P(
    Sim, WiderScopeFinds,
    ::testing::Values(wider("candidate_counts_old_promises", 3, [](SmallScopeBounds& bounds) { bounds.stale = true; }),
                      wider("adopt_lowest_ballot", 3, [](SmallScopeBounds&) {}),
                      wider("chosen_ignores_ballot", 2, [](SmallScopeBounds& bounds) { bounds.notices = true; }),
                      wider("noop_over_missing_answer", 2, [](SmallScopeBounds& bounds) { bounds.damaged = 1; }),
                      wider("quorum_counts_duplicates", 1, [](SmallScopeBounds& bounds) { bounds.voters = 5, bounds.down = 2, bounds.repeats = 1; }),
                      wider("leader_counts_other_ballots", 2, [](SmallScopeBounds& bounds) { bounds.voters = 5, bounds.down = 2, bounds.stale = true; }),
                      wider("floor_not_checked", 3, [](SmallScopeBounds& bounds) { bounds.down = 1, bounds.pre_prepare = true, bounds.let_go = 1; })),
    [](const ::testing::TestParamInfo<WiderBounds>& one) { return std::string{one.param.bug}; });

TEST(SmallScope, RepeatedMessagesDoNoHarm) {
    SmallScopeBounds bounds{1, 0, 0};
    bounds.repeats = 2;
    const SmallScopeResult result = explore_small_scope(bounds);
    EXPECT_FALSE(result.violation.has_value()) << *result.violation;
    EXPECT_TRUE(result.is_complete);
    EXPECT_GT(result.chosen, 100U);
}

}  // namespace
}  // namespace parley::sim
