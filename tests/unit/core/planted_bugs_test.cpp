// Each planted bug of the core must be seen by random schedules within a stated number of seeds: the proof that these
// schedules would see a bug of that kind. Only in builds where bugs can be planted.
#include <gtest/gtest.h>

#include "net/ports/marks.hpp"
#include "tests/unit/core/storm.hpp"

namespace parley::consensus::testing {
namespace {

#ifdef PARLEY_PLANTED

struct Planted {
    const char* name;
    std::size_t size;
    Weather weather;
    std::uint64_t seeds_max;
    std::size_t voters = 0;
};

void PrintTo(const Planted& planted, std::ostream* out) { *out << planted.name; }

class PlantedBug : public ::testing::TestWithParam<Planted> {
protected:
    void SetUp() override { net::select_planted(GetParam().name); }
    void TearDown() override { net::select_planted(""); }
};

TEST_P(PlantedBug, IsSeenByRandomSchedules) {
    std::uint64_t caught_by = 0;
    for (std::uint64_t seed = 1; seed <= GetParam().seeds_max && caught_by == 0; ++seed) {
        Storm storm{seed, GetParam().size, GetParam().weather, GetParam().voters};
        storm.blow(GetParam().voters == 0 ? 2500 : 8000);
        if (storm.cluster.contradiction().empty()) storm.calm();
        if (!storm.cluster.contradiction().empty()) caught_by = seed;
    }
    EXPECT_NE(caught_by, 0U) << GetParam().name << " was not seen in " << GetParam().seeds_max << " seeds";
    RecordProperty("seed", static_cast<int>(caught_by));
}

constexpr Weather rough{10, 20, 10, 0, 8};
constexpr Weather crashing{10, 10, 25, 0, 0};
constexpr Weather damaging{10, 10, 15, 80, 8};
constexpr Weather reading{2, 10, 0, 0, 1, 60, 60};
// two_voters_at_once is left to the simulator (profile reconfig): here two learners hardly ever wait for their votes together.
constexpr Weather changing{2, 5, 3, 0, 3, 0, 140, 60};

INSTANTIATE_TEST_SUITE_P(Core, PlantedBug,
                         ::testing::Values(Planted{"acceptor_ignores_promise", 3, rough, 200},
                                           Planted{"quorum_one_short", 3, rough, 50},
                                           Planted{"quorum_counts_duplicates", 3, rough, 200},
                                           Planted{"adopt_lowest_ballot", 3, rough, 600},
                                           Planted{"ballot_reused_after_restart", 3, crashing, 200},
                                           Planted{"chosen_ignores_ballot", 3, rough, 200},
                                           Planted{"noop_over_missing_answer", 3, damaging, 200},
                                           Planted{"read_without_quorum", 3, reading, 200},
                                           Planted{"read_before_recovery", 3, reading, 600},
                                           Planted{"read_answers_not_matched", 3, reading, 600},
                                           Planted{"old_quorum_counted", 6, changing, 400, 3},
                                           Planted{"learner_counted", 6, changing, 400, 3},
                                           Planted{"removed_node_campaigns", 6, changing, 400, 3},
                                           Planted{"proposes_behind_configuration", 6, changing, 400, 3}),
                         [](const auto& instance) { return std::string{instance.param.name}; });

#endif

}  // namespace
}  // namespace parley::consensus::testing
