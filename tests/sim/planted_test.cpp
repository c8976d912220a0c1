// Planted bugs: each must be caught within a stated number of seeds of its profile, by a verdict, and the verdict must be
// gone with the bug. Only in builds where bugs can be planted.
#include <gtest/gtest.h>

#include "sim/planted.hpp"
#include "sim/world.hpp"

namespace parley::sim {
namespace {

struct Hunt {
    const char* bug;
    Profile profile;
    std::uint64_t first;      // a little before the seed that catches it today
    std::uint64_t last;
};

void PrintTo(const Hunt& hunt, std::ostream* out) { *out << hunt.bug; }

class PlantedBugHunt : public ::testing::TestWithParam<Hunt> {
protected:
    void SetUp() override {
        if (!can_plant()) GTEST_SKIP() << "this build has no planted bugs";
        plant(GetParam().bug);
    }
    void TearDown() override { plant(""); }
};

TEST_P(PlantedBugHunt, EndsInAVerdict) {
    const Hunt& hunt = GetParam();
    ASSERT_NE(find_planted(hunt.bug), nullptr);
    for (std::uint64_t seed = hunt.first; seed <= hunt.last; ++seed) {
        const RunResult result = run_world(seed, draw_options(seed, hunt.profile));
        if (!result.verdict) continue;
        RecordProperty("seed", static_cast<int>(seed));
        RecordProperty("oracle", name_of(result.verdict->oracle));
        return;
    }
    ADD_FAILURE() << hunt.bug << " was not caught by seeds " << hunt.first << " to " << hunt.last;
}

INSTANTIATE_TEST_SUITE_P(
    Sim, PlantedBugHunt,
    ::testing::Values(Hunt{"quorum_one_short", Profile::toy, 1, 12}, Hunt{"quorum_counts_duplicates", Profile::toy, 1, 12},
                      Hunt{"accepted_before_durable", Profile::toy, 1, 12}, Hunt{"promise_before_durable", Profile::toy, 1, 12},
                      Hunt{"chosen_before_durable", Profile::toy, 1, 30}, Hunt{"log_ack_before_sync", Profile::toy, 1, 12},
                      Hunt{"log_joins_write_in_flight", Profile::toy, 1, 12},
                      Hunt{"session_answers_forgotten", Profile::sqlite, 1, 12}, Hunt{"outbox_after_send", Profile::sqlite, 1, 12},
                      Hunt{"client_renumbers_on_retry", Profile::sqlite, 1, 12},
                      Hunt{"subscription_skips_boundary", Profile::sqlite, 1, 12},
                      Hunt{"reads_not_settled", Profile::sqlite, 1, 12},
                      Hunt{"client_forgets_early", Profile::sqlite, 1, 12}, Hunt{"read_marker_goes_back", Profile::sqlite, 1, 12},
                      Hunt{"apply_skips_number_check", Profile::sqlite, 1, 12},
                      Hunt{"log_skip_directory_sync", Profile::toy, 1, 12}, Hunt{"frame_checksum_unchecked", Profile::toy, 5, 30},
                      Hunt{"acceptor_ignores_promise", Profile::toy, 10, 30}),
    [](const ::testing::TestParamInfo<Hunt>& one) { return std::string{one.param.bug}; });

}  // namespace
}  // namespace parley::sim
