// Random schedules over a bag of messages: loss, repeats, reorder, crashes, damaged records, slow disks. Whatever
// happens, no slot has two values; when the faults end, everything proposed by then has a fate and all agree.
#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/unit/core/storm.hpp"

namespace parley::consensus::testing {
namespace {

void expect_agreement(Storm& storm, std::uint64_t seed) {
    ASSERT_EQ(storm.cluster.contradiction(), "") << "seed " << seed;
    storm.calm();
    ASSERT_EQ(storm.cluster.contradiction(), "") << "seed " << seed;
    ASSERT_TRUE(storm.cluster.leader().has_value()) << "seed " << seed;
    const ReplicaStatus one = storm.cluster.status(*storm.cluster.leader());
    for (std::size_t number = 1; number <= storm.cluster.size(); ++number) {
        if (!storm.cluster.is_member(NodeId{number})) continue;
        const ReplicaStatus other = storm.cluster.status(NodeId{number});
        ASSERT_EQ(one.chosen_through, other.chosen_through) << "seed " << seed;
    }
}

class RandomSchedule : public ::testing::TestWithParam<std::size_t> {};

// How many seeds by default; PARLEY_SCHEDULE_SEEDS asks for more.
std::uint64_t seeds() {
    const char* wanted = std::getenv("PARLEY_SCHEDULE_SEEDS");
    return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 60;
}

void expect_agreement(std::size_t size, Weather weather, int actions) {
    for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
        Storm storm{seed, size, weather};
        storm.blow(actions);
        expect_agreement(storm, seed);
        if (::testing::Test::HasFatalFailure()) return;
    }
}

TEST_P(RandomSchedule, AgreesUnderReorderAlone) { expect_agreement(GetParam(), Weather{}, 1500); }
TEST_P(RandomSchedule, AgreesUnderLossAndRepeats) { expect_agreement(GetParam(), Weather{15, 20, 0, 0, 0}, 1500); }
TEST_P(RandomSchedule, AgreesUnderCuts) { expect_agreement(GetParam(), Weather{5, 5, 0, 0, 10}, 2000); }
TEST_P(RandomSchedule, AgreesUnderCrashesOfAnyNumber) { expect_agreement(GetParam(), Weather{8, 10, 12, 0, 4}, 2000); }
TEST_P(RandomSchedule, AgreesWithDamagedRecordsOnAMinority) {
    expect_agreement(GetParam(), Weather{5, 5, 15, 60, 4}, 2000);
}

TEST_P(RandomSchedule, ReadsSeeWhatWasAcknowledged) {
    std::size_t answered = 0;
    const std::uint64_t last = (seeds() + 2) / 3;   // these weathers are slow
    for (std::uint64_t seed = 1; seed <= last; ++seed) {
        Storm storm{seed, GetParam(), Weather{2, 10, 1, 0, 1, 60, 60}};
        storm.blow(2000);
        expect_agreement(storm, seed);
        if (::testing::Test::HasFatalFailure()) return;
        answered += storm.cluster.reads_answered();
    }
    EXPECT_GT(answered, 10 * last);
}

// Voters of any number change while messages get lost and nodes die.
TEST_P(RandomSchedule, AgreesWhileItsMembersChange) {
    std::uint64_t changes = 0;
    for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
        Storm storm{seed, GetParam() + 2, Weather{2, 5, 2, 0, 2, 0, 140, 60}, GetParam()};
        storm.blow(8000);
        expect_agreement(storm, seed);
        if (::testing::Test::HasFatalFailure()) return;
        changes += storm.cluster.newest_configuration().id - 1;
    }
    EXPECT_GT(changes, seeds() / 6);   // the more voters, the rarer does this weather let a change through
}

INSTANTIATE_TEST_SUITE_P(Sizes, RandomSchedule, ::testing::Values(1, 3, 4, 5));

TEST(RandomScheduleProgress, CommandsAreReallyChosenInStorms) {
    std::size_t applied = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Storm storm{seed, 3, Weather{5, 5, 3, 0, 2}};
        storm.blow(4000);
        storm.calm();
        applied += storm.cluster.applied(NodeId{1}).size();
    }
    EXPECT_GT(applied, 200U);
}

}  // namespace
}  // namespace parley::consensus::testing
