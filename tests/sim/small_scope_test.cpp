// The exhaustive search: nothing to be found in the protocol as it is, and each bug of acceptor and leader found.
#include "sim/exhaustive/small_scope.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "sim/exhaustive/planted_scope.hpp"
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

class SmallScopeFinds : public ::testing::TestWithParam<PlantedScope> {};

TEST_P(SmallScopeFinds, ThePlantedBugAndNothingWithoutIt) {
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

// Those that a test has time for and that end in a verdict; `parley-sim exhaustive --planted all` searches the others, too.
std::vector<PlantedScope> quick_scopes() {
    std::vector<PlantedScope> quick;
    for (const PlantedScope& scope : planted_scopes()) {
        if (scope.is_quick && std::string_view{scope.bug} != "accept_promises_nothing") quick.push_back(scope);
    }
    return quick;
}

INSTANTIATE_TEST_SUITE_P(Sim, SmallScopeFinds, ::testing::ValuesIn(quick_scopes()),
                         [](const ::testing::TestParamInfo<PlantedScope>& one) { return std::string{one.param.bug}; });

TEST(SmallScope, EveryPlantedBugOfTheCoreHasItsBoundsOrAReason) {
    for (const PlantedBug& bug : planted_bugs()) {
        if (std::string_view{bug.where} != "consensus/core") continue;
        EXPECT_NE(find_planted_scope(bug.name) != nullptr, beyond_small_scope(bug).has_value()) << bug.name;
    }
    for (const PlantedScope& scope : planted_scopes()) EXPECT_NE(find_planted(scope.bug), nullptr) << scope.bug;
}

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
