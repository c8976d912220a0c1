// Compaction: which segments may go, what is still known afterwards, and that opening reads only what is left.
#include <algorithm>

#include "net/ports/marks.hpp"
#include "tests/unit/storage/log_bench.hpp"

namespace parley::consensus::test {
namespace {

LogOptions without_reserve() {
    LogOptions options = small_segments();
    options.keep_slots = 0;
    return options;
}

// A record of 3 KiB takes 8 KiB with its seal: seven fill a segment.
struct CompactedLog : PlainLog {
    explicit CompactedLog(const LogOptions& wanted) {
        options = wanted;
        restart(sim::CrashKind::process_kill);
    }
    void fill(std::uint64_t from, std::uint64_t through, std::uint64_t round = 1) {
        for (std::uint64_t slot = from; slot <= through; ++slot) {
            ASSERT_TRUE(write({accept_of(slot, round, value_of(slot, 3000))}, slot));
        }
    }
    Slot compact(std::uint64_t gate, std::uint64_t hold) {
        log->compact(Slot{gate}, Slot{hold});
        loop.run();
        return log->floor();
    }
    Slot compact(std::uint64_t gate) { return compact(gate, no_hold.value); }
    [[nodiscard]] std::size_t segments() {
        const auto names = disk.list("log");
        return static_cast<std::size_t>(
            std::ranges::count_if(*names, [](const std::string& name) { return name.starts_with("segment-"); }));
    }
};

TEST(Compaction, LetsGoOfWholeSegmentsBelowTheGate) {
    CompactedLog bench{without_reserve()};
    bench.fill(1, 60);
    const Slot floor = bench.compact(30);
    EXPECT_GT(floor, Slot{20});
    EXPECT_LE(floor, Slot{31});
    EXPECT_TRUE(bench.log->read(floor.previous(), floor, 1)->empty());
    EXPECT_EQ(bench.log->read(floor, Slot{60}, 1U << 20U)->size(), 61 - floor.value);
}

TEST(Compaction, TellsTheNewFloorOnceItIsDurable) {
    CompactedLog bench{without_reserve()};
    bench.fill(1, 60);
    std::vector<Slot> told;
    bench.log->on_floor_moved([&told](Slot floor) { told.push_back(floor); });
    bench.log->compact(Slot{30}, Slot{30});
    EXPECT_TRUE(told.empty()) << "told before meta can be durable";
    bench.loop.run();
    EXPECT_EQ(told, std::vector<Slot>{bench.log->floor()});
    bench.restart(sim::CrashKind::power_cut);
    EXPECT_EQ(bench.log->recovered().floor, told.front());
}

TEST(Compaction, KeepsTheNewestSlots) {
    LogOptions options = without_reserve();
    options.keep_slots = 40;
    CompactedLog bench{options};
    bench.fill(1, 60);
    EXPECT_LE(bench.compact(60), Slot{21});
    EXPECT_GT(bench.log->floor(), Slot{10});
}

TEST(Compaction, KeepsNoMoreBytesThanItIsTold) {
    LogOptions options = without_reserve();
    options.keep_slots = 1000;
    options.keep_bytes = std::uint64_t{4} * options.segment_size;
    CompactedLog bench{options};
    bench.fill(1, 60);
    EXPECT_GT(bench.compact(60), Slot{30});
    EXPECT_LE(bench.segments(), 5U) << "and one more that is kept to be used again";
}

TEST(Compaction, HoldsWhatASnapshotOnItsWayNeeds) {
    CompactedLog bench{without_reserve()};
    bench.fill(1, 60);
    EXPECT_LE(bench.compact(60, 20), Slot{21});
    EXPECT_GT(bench.compact(60, 60), Slot{40});
}

TEST(Compaction, HoldsOnlyUpToALimit) {
    LogOptions options = without_reserve();
    options.hold_bytes = std::uint64_t{4} * options.segment_size;
    CompactedLog bench{options};
    bench.fill(1, 60);
    EXPECT_GT(bench.compact(60, 5), Slot{20});
}

TEST(Compaction, NeverLetsGoOfTheSegmentInUse) {
    CompactedLog bench{without_reserve()};
    bench.fill(1, 3);
    EXPECT_EQ(bench.compact(3), Slot{1});
}

TEST(Compaction, FilesAreUsedAgain) {
    CompactedLog bench{without_reserve()};
    std::size_t most = 0;
    for (std::uint64_t slot = 1; slot <= 200; ++slot) {
        bench.fill(slot, slot);
        bench.compact(slot);
        most = std::max(most, bench.segments());
    }
    EXPECT_LE(most, 4U);
    bench.restart(sim::CrashKind::power_cut);
    const Slot floor = bench.log->floor();
    EXPECT_GT(floor, Slot{180});
    EXPECT_EQ(bench.log->read(floor, Slot{200}, 1U << 20U)->size(), 201 - floor.value);
}

// Accepted at round 9, for which nobody wrote a promise to meta, and then all of that let go.
Ballot promise_after_compaction() {
    CompactedLog bench{without_reserve()};
    bench.fill(1, 30, 9);
    bench.fill(31, 60, 3);   // learned as chosen, at the ballot that chose it
    EXPECT_GT(bench.compact(45), Slot{31});
    bench.restart(sim::CrashKind::power_cut);
    return bench.log->recovered().promised;
}

TEST(Compaction, PromisesOutliveTheRecordsThatMadeThem) {
    EXPECT_EQ(promise_after_compaction(), (Ballot{9, NodeId{5}}));
}

#ifdef PARLEY_PLANTED
TEST(Compaction, ForgottenBallotWouldShow) {
    net::select_planted("compaction_forgets_ballot");
    const Ballot promised = promise_after_compaction();
    net::select_planted("");
    EXPECT_EQ(promised, (Ballot{3, NodeId{5}}));
}
#endif

TEST(Compaction, WhatWasLetGoCountsAsChosen) {
    CompactedLog bench{without_reserve()};
    for (std::uint64_t slot = 1; slot <= 60; ++slot) {
        ASSERT_TRUE(bench.write({accept_of(slot, 1, value_of(slot, 3000))}, 0));   // no seal tells of it
    }
    ASSERT_TRUE(bench.write({}, 60));
    const Slot floor = bench.compact(30);
    bench.restart(sim::CrashKind::power_cut);
    EXPECT_EQ(bench.log->recovered().chosen_through, floor.previous());
    EXPECT_EQ(bench.log->recovered().accepted.size(), 61 - floor.value);
}

TEST(Compaction, LogThatBeginsLaterClaimsNothingBelow) {
    CompactedLog bench{without_reserve()};
    bench.fill(1, 10);
    ASSERT_TRUE(bench.write({accept_of(700, 4, value_of(7, 10)), accept_of(701, 4, value_of(8, 10))}, 10));
    bench.restart(sim::CrashKind::process_kill);
    ASSERT_TRUE(bench.log->begin_at(Slot{701}));
    const auto check = [&bench] {
        EXPECT_EQ(bench.log->recovered().floor, Slot{701});
        EXPECT_EQ(bench.log->recovered().chosen_through, Slot{700});
        EXPECT_EQ(bench.log->recovered().promised, (Ballot{4, NodeId{5}}));
        ASSERT_EQ(bench.log->recovered().accepted.size(), 1U);
        EXPECT_TRUE(bench.log->recovered().accepted.contains(Slot{701}));
        EXPECT_TRUE(bench.log->read(Slot{10}, Slot{10}, 1)->empty());
    };
    check();
    bench.restart(sim::CrashKind::power_cut);
    check();
}

TEST(Compaction, LogNeverBeginsEarlierAgain) {
    CompactedLog bench{without_reserve()};
    bench.fill(1, 60);
    const Slot floor = bench.compact(30);
    ASSERT_TRUE(bench.log->begin_at(Slot{5}));
    EXPECT_EQ(bench.log->floor(), floor);
}

TEST(Compaction, OpeningReadsOnlyWhatIsLeft) {
    CompactedLog bench{without_reserve()};
    bench.fill(1, 200);
    const auto reads_of_opening = [&bench] {
        bench.crash(sim::CrashKind::process_kill);
        const std::uint64_t before = bench.disk.counters().reads;
        bench.open();
        return bench.disk.counters().reads - before;
    };
    const std::uint64_t all = reads_of_opening();
    bench.compact(200);
    EXPECT_LT(reads_of_opening() * 4, all);
}

}  // namespace
}  // namespace parley::consensus::test
