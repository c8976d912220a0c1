// The exhaustive search: nothing to be found in the protocol as it is, and each bug of acceptor and leader found.
#include "sim/exhaustive/small_scope.hpp"

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

TEST(SmallScope, WithLateAnswersOneThatCountsThemShows) {
    if (!can_plant()) GTEST_SKIP() << "this build has no planted bugs";
    plant("candidate_counts_old_promises");
    SmallScopeBounds bounds{3, 0, 0};
    bounds.stale = true;
    bounds.states_max = 100'000;
    const SmallScopeResult result = explore_small_scope(bounds);
    plant("");
    ASSERT_TRUE(result.violation.has_value()) << result.states << " states";
}

TEST(SmallScope, RepeatedMessagesDoNoHarm) {
    SmallScopeBounds bounds{1, 0, 0};
    bounds.repeats = 2;
    const SmallScopeResult result = explore_small_scope(bounds);
    EXPECT_FALSE(result.violation.has_value()) << *result.violation;
    EXPECT_TRUE(result.is_complete);
    EXPECT_GT(result.chosen, 100U);
}

TEST(SmallScope, WithNoticesOneThatIgnoresBallotsShows) {
    if (!can_plant()) GTEST_SKIP() << "this build has no planted bugs";
    plant("chosen_ignores_ballot");
    SmallScopeBounds bounds{2, 0, 0};
    bounds.notices = true;
    const SmallScopeResult result = explore_small_scope(bounds);
    plant("");
    ASSERT_TRUE(result.violation.has_value()) << result.states << " states";
}

}  // namespace
}  // namespace parley::sim
