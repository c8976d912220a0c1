// Planted bugs: each must be caught within a stated number of seeds of its profile, by a verdict, and the verdict must be
// gone with the bug. Only in builds where bugs can be planted.
#include <gtest/gtest.h>

#include "sim/planted.hpp"
#include "sim/run/commands.hpp"
#include "sim/world.hpp"

namespace parley::sim {
namespace {

// Those that show within a few seeds; `parley-sim planted` runs all of them.
constexpr std::uint64_t seeds_max = 12;

class PlantedBugHunt : public ::testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        if (!can_plant()) GTEST_SKIP() << "this build has no planted bugs";
        plant(GetParam());
    }
    void TearDown() override { plant(""); }
};

TEST_P(PlantedBugHunt, EndsInAVerdict) {
    const PlantedBug* bug = find_planted(GetParam());
    ASSERT_NE(bug, nullptr);
    for (std::uint64_t seed = 1; seed <= seeds_max; ++seed) {
        const RunResult result = run_world(seed, options_of(seed, bug->profile, false, focus_of(*bug)));
        if (!result.verdict) continue;
        RecordProperty("seed", static_cast<int>(seed));
        RecordProperty("oracle", name_of(result.verdict->oracle));
        return;
    }
    ADD_FAILURE() << bug->name << " was not caught by seeds 1 to " << seeds_max;
}

INSTANTIATE_TEST_SUITE_P(Sim, PlantedBugHunt,
                         ::testing::Values("quorum_one_short", "quorum_counts_duplicates", "accepted_before_durable",
                                           "promise_before_durable", "chosen_before_durable", "log_ack_before_sync",
                                           "log_joins_write_in_flight", "log_skip_directory_sync",
                                           "promise_hides_records", "session_answers_forgotten", "outbox_after_send",
                                           "client_renumbers_on_retry", "subscription_skips_boundary",
                                           "reads_not_settled", "client_forgets_early", "read_marker_goes_back",
                                           "apply_skips_number_check", "reply_not_counted", "room_never_comes_back",
                                           "snapshot_ready_unsynced", "install_keeps_old_wal", "log_believes_names"),
                         [](const ::testing::TestParamInfo<const char*>& one) { return std::string{one.param}; });

}  // namespace
}  // namespace parley::sim
