// The fault budget: damage stays with fewer than half of the voters and always leaves a trace.
#include "sim/fault_budget.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/unit/storage/log_bench.hpp"

namespace parley::sim {
namespace {

using consensus::test::accept_of;
using consensus::test::PlainLog;
using consensus::test::value_of;

LogBlock block(std::uint64_t number, std::uint64_t unit, LogPart part = LogPart::record) {
    return LogBlock{"log/segment-1", number, unit, part};
}

TEST(FaultBudget, DamagesAMinorityOfTheVoters) {
    const std::vector<std::pair<std::size_t, std::size_t>> voters_and_damaged{{1, 0}, {2, 0}, {3, 1},
                                                                              {4, 1}, {5, 2}, {7, 3}};
    for (const auto& [voters, most] : voters_and_damaged) {
        FaultBudget budget{voters};
        std::size_t granted = 0;
        for (std::size_t replica = 0; replica < voters; ++replica) granted += budget.grant(replica) ? 1U : 0U;
        EXPECT_EQ(granted, most) << voters << " voters";
    }
}

TEST(FaultBudget, TheSameReplicaMayBeHitAgain) {
    FaultBudget budget{3};
    EXPECT_TRUE(budget.grant(2));
    EXPECT_TRUE(budget.grant(2));
    EXPECT_FALSE(budget.grant(0));
    EXPECT_TRUE(budget.is_damaged(2));
    EXPECT_FALSE(budget.is_damaged(0));
}

TEST(FaultBudget, KeepsOneWitnessOfEveryUnit) {
    FaultBudget budget{3};
    EXPECT_TRUE(budget.grant_block(0, block(10, 4)));
    EXPECT_FALSE(budget.grant_block(0, block(11, 4, LogPart::seal)));  // the record's own seal
    EXPECT_FALSE(budget.grant_block(0, block(13, 5, LogPart::seal)));  // the seal that repeats it
    EXPECT_TRUE(budget.grant_block(0, block(30, 12)));
}

TEST(FaultBudget, OneOfTwoHeaders) {
    FaultBudget budget{3};
    EXPECT_TRUE(budget.grant_block(0, block(0, 0, LogPart::header)));
    EXPECT_FALSE(budget.grant_block(0, block(1, 0, LogPart::header)));
}

TEST(FaultBudget, WhatIsLostIsDamagedAndHitNoMore) {
    FaultBudget budget{3};
    EXPECT_TRUE(budget.grant_loss(1));
    EXPECT_TRUE(budget.is_lost(1));
    EXPECT_TRUE(budget.is_damaged(1));
    EXPECT_FALSE(budget.grant(1));
    EXPECT_FALSE(budget.grant_loss(0));
}

TEST(LogBlocks, TellRecordsSealsAndUnitsOfARealLogApart) {
    PlainLog plain;
    for (std::uint64_t slot = 1; slot <= 3; ++slot) {
        ASSERT_TRUE(plain.write({accept_of(slot, 1, value_of(slot, slot == 2 ? 9000 : 100))}));
    }
    std::vector<std::pair<LogPart, std::uint64_t>> found;
    for (const LogBlock& each : log_blocks(plain.disk)) {
        if (each.part != LogPart::header) found.emplace_back(each.part, each.unit);
    }
    using P = LogPart;
    const std::vector<std::pair<LogPart, std::uint64_t>> expected{{P::record, 0}, {P::seal, 0},   {P::record, 1},
                                                                  {P::record, 1}, {P::record, 1}, {P::seal, 1},
                                                                  {P::record, 2}, {P::seal, 2}};
    EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace parley::sim
