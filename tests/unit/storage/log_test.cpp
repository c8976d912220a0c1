// The running log: what an append costs and when it is answered, segments, reading, failures.
#include <algorithm>

#include "net/ports/marks.hpp"
#include "tests/unit/storage/log_bench.hpp"

namespace parley::consensus::test {
namespace {

using net::ErrorKind;

TEST(Log, NewLogIsEmpty) {
    PlainLog bench;
    const Recovered& found = bench.log->recovered();
    EXPECT_EQ(found.identity.cluster, ClusterId{77});
    EXPECT_EQ(found.identity.node, NodeId{11});
    EXPECT_EQ(found.identity.genesis, test_identity().genesis);
    EXPECT_EQ(found.incarnation, 1U);
    EXPECT_EQ(found.promised, Ballot{});
    EXPECT_EQ(found.chosen_through, Slot{});
    EXPECT_EQ(found.floor, Slot{1});
    EXPECT_TRUE(found.accepted.empty() && found.faulty.empty());
    EXPECT_TRUE(bench.log->read(Slot{1}, Slot{9}, 1000)->empty());
}

TEST(Log, AppendsOutliveAPowerCut) {
    PlainLog bench;
    ASSERT_TRUE(bench.write({PromiseWrite{Ballot{9, NodeId{2}}}, accept_of(1, 3, value_of(1, 100))}));
    ASSERT_TRUE(bench.write({accept_of(2, 3, value_of(2, 5000)), accept_of(1, 4, value_of(3, 1))}));
    bench.restart(sim::CrashKind::power_cut);
    const Recovered& found = bench.log->recovered();
    EXPECT_EQ(found.incarnation, 2U);
    EXPECT_EQ(found.promised, (Ballot{9, NodeId{2}}));
    ASSERT_EQ(found.accepted.size(), 2U);
    EXPECT_EQ(found.accepted.at(Slot{1}), accept_of(1, 4, value_of(3, 1)).accepted);
    EXPECT_EQ(found.accepted.at(Slot{2}), accept_of(2, 3, value_of(2, 5000)).accepted);
}

TEST(Log, AcceptedBallotsArePromises) {
    PlainLog bench;
    ASSERT_TRUE(bench.write({accept_of(1, 7, value_of(1, 10))}));
    bench.restart(sim::CrashKind::power_cut);
    EXPECT_EQ(bench.log->recovered().promised, (Ballot{7, NodeId{5}}));
}

TEST(Log, SmallAppendCostsOneWriteAndOneSync) {
    PlainLog bench;
    const auto disk_before = bench.disk.counters();
    const auto before = bench.log->counters();
    ASSERT_TRUE(bench.write({accept_of(1, 1, value_of(1, 100))}));
    EXPECT_EQ(bench.disk.counters().writes - disk_before.writes, 1U);
    EXPECT_EQ(bench.disk.counters().syncs - disk_before.syncs, 1U);
    EXPECT_EQ(bench.log->counters().appends - before.appends, 1U);
    EXPECT_EQ(bench.log->counters().syncs - before.syncs, 1U);
    EXPECT_EQ(bench.log->counters().bytes - before.bytes, 8192U);
}

TEST(Log, AppendsDuringAWriteShareTheNextSync) {
    PlainLog bench;
    const std::uint64_t before = bench.disk.counters().syncs;
    std::vector<std::uint64_t> answered;
    for (std::uint64_t slot = 1; slot <= 5; ++slot) {
        bench.log->append({accept_of(slot, 1, value_of(slot, 100))}, Slot{}, [&, slot](net::Result<void> result) {
            EXPECT_TRUE(result);
            answered.push_back(slot);
        });
    }
    bench.loop.run();
    EXPECT_EQ(answered, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
    EXPECT_EQ(bench.disk.counters().syncs - before, 2U);
}

TEST(Log, AnswersOnlyAfterTheSync) {
    PlainLog bench;
    bool answered = false;
    bench.log->append({accept_of(1, 1, value_of(1, 100))}, Slot{}, [&](net::Result<void>) { answered = true; });
    while (!answered) {
        const std::uint64_t syncs = bench.log->counters().syncs;
        ASSERT_TRUE(bench.loop.step());
        if (answered) {
            EXPECT_GT(syncs, 0U);
        }
    }
}

TEST(Log, EmptyAppendWaitsForThoseBefore) {
    PlainLog bench;
    std::vector<int> answered;
    bench.log->append({}, Slot{}, [&](net::Result<void>) { answered.push_back(0); });
    bench.log->append({accept_of(1, 1, value_of(1, 10))}, Slot{}, [&](net::Result<void>) { answered.push_back(1); });
    bench.log->append({}, Slot{}, [&](net::Result<void>) { answered.push_back(2); });
    EXPECT_TRUE(answered.empty()) << "answered from inside append()";
    bench.loop.run();
    EXPECT_EQ(answered, (std::vector<int>{0, 1, 2}));
}

TEST(Log, PromiseAloneIsDurableInBothCopies) {
    PlainLog bench;
    const std::uint64_t before = bench.disk.counters().syncs;
    ASSERT_TRUE(bench.write({PromiseWrite{Ballot{4, NodeId{1}}}}));
    EXPECT_EQ(bench.disk.counters().syncs - before, 2U);
    ASSERT_TRUE(bench.write({PromiseWrite{Ballot{3, NodeId{1}}}}));
    EXPECT_EQ(bench.disk.counters().syncs - before, 2U) << "an old promise needs no write";
    bench.restart(sim::CrashKind::power_cut);
    EXPECT_EQ(bench.log->recovered().promised, (Ballot{4, NodeId{1}}));
}

TEST(Log, FillsSegmentsAndReadsAcrossThem) {
    PlainLog bench;
    for (std::uint64_t slot = 1; slot <= 100; ++slot) {
        ASSERT_TRUE(bench.write({accept_of(slot, 1, value_of(slot, 1000 + slot))}, slot - 1));
    }
    EXPECT_GT(bench.disk.list("log")->size(), 10U);
    const auto all = bench.log->read(Slot{1}, Slot{200}, 1U << 20U);
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 100U);
    bench.restart(sim::CrashKind::power_cut);
    EXPECT_EQ(bench.log->recovered().chosen_through, Slot{99});
    EXPECT_EQ(bench.log->recovered().accepted.size(), 1U);
    for (std::uint64_t slot = 1; slot <= 100; ++slot) {
        const auto one = bench.log->read(Slot{slot}, Slot{slot}, 1);
        ASSERT_TRUE(one && one->size() == 1U);
        EXPECT_EQ(one->front(), accept_of(slot, 1, value_of(slot, 1000 + slot)).accepted);
    }
}

TEST(Log, RecordLargerThanASegmentGetsALargerOne) {
    PlainLog bench;
    ASSERT_TRUE(bench.write({accept_of(1, 1, value_of(1, 50000))}));
    ASSERT_TRUE(bench.write({accept_of(2, 1, value_of(2, 300000))}));
    ASSERT_TRUE(bench.write({accept_of(3, 1, value_of(3, 10))}));
    bench.restart(sim::CrashKind::power_cut);
    EXPECT_EQ(bench.log->recovered().accepted.at(Slot{2}), accept_of(2, 1, value_of(2, 300000)).accepted);
    EXPECT_EQ(bench.log->recovered().accepted.size(), 3U);
}

TEST(Log, ReadStopsAtTheLimitAndAtTheFirstGap) {
    PlainLog bench;
    ASSERT_TRUE(bench.write({accept_of(1, 1, value_of(1, 100)), accept_of(2, 1, value_of(2, 100)),
                             accept_of(4, 1, value_of(4, 100))}));
    EXPECT_EQ(bench.log->read(Slot{1}, Slot{4}, 1000)->size(), 2U);
    EXPECT_EQ(bench.log->read(Slot{1}, Slot{4}, 1)->size(), 1U);
    EXPECT_EQ(bench.log->read(Slot{1}, Slot{1}, 1000)->size(), 1U);
    EXPECT_TRUE(bench.log->read(Slot{3}, Slot{4}, 1000)->empty());
}

TEST(Log, ChosenThroughNeedsTheRecords) {
    PlainLog bench;
    ASSERT_TRUE(bench.write({accept_of(1, 1, value_of(1, 10)), accept_of(3, 1, value_of(3, 10))}, 3));
    bench.restart(sim::CrashKind::power_cut);
    EXPECT_EQ(bench.log->recovered().chosen_through, Slot{1});
    EXPECT_TRUE(bench.log->recovered().accepted.contains(Slot{3}));
}

TEST(Log, FailedSyncEndsIt) {
    for (const auto kind : {sim::DiskFaultKind::sync_error, sim::DiskFaultKind::write_error, sim::DiskFaultKind::full}) {
        PlainLog bench;
        ASSERT_TRUE(bench.write({accept_of(1, 1, value_of(1, 10))}));
        bench.disk.arm({kind, 0, 1, "segment-", {}});
        EXPECT_FALSE(bench.write({accept_of(2, 1, value_of(2, 10))}));
        EXPECT_FALSE(bench.write({accept_of(3, 1, value_of(3, 10))})) << "went on after a failure";
        EXPECT_FALSE(bench.write({}));
        EXPECT_FALSE(bench.log->read(Slot{1}, Slot{1}, 100));
        bench.restart(sim::CrashKind::process_kill);
        EXPECT_TRUE(bench.log->recovered().accepted.contains(Slot{1}));
        EXPECT_FALSE(bench.log->recovered().accepted.contains(Slot{3}));
    }
}

TEST(Log, FailureAnswersEveryWaitingAppend) {
    PlainLog bench;
    bench.disk.arm({sim::DiskFaultKind::sync_error, 0, 1, "segment-", {}});
    int failed = 0;
    for (std::uint64_t slot = 1; slot <= 3; ++slot) {
        bench.log->append({accept_of(slot, 1, value_of(slot, 10))}, Slot{},
                          [&](net::Result<void> result) { failed += result ? 0 : 1; });
    }
    bench.loop.run();
    EXPECT_EQ(failed, 3);
}

TEST(Log, MayBeDestroyedWhileAWriteIsInFlight) {
    PlainLog bench;
    bench.log->append({accept_of(1, 1, value_of(1, 10)), PromiseWrite{Ballot{2, NodeId{1}}}}, Slot{},
                      [](net::Result<void>) { FAIL() << "an answer from a dead log"; });
    bench.log.reset();
    bench.loop.run();
}

TEST(Log, CreateRefusesASecondTime) {
    PlainLog bench;
    EXPECT_TRUE(Log::exists(bench.disk, "log"));
    EXPECT_EQ(Log::create(bench.disk, "log", test_identity(), small_segments()).error().kind, ErrorKind::exists);
}

TEST(Log, CreateCutShortCanBeRepeated) {
    int cut = 0;
    for (std::uint64_t k = 0; k < 40; ++k) {
        for (const auto kind : {sim::CrashKind::process_kill, sim::CrashKind::power_cut}) {
            ManualLoop loop;
            sim::SimDisk disk({}, chance_of(k), loop.schedule());
            disk.arm({sim::DiskFaultKind::power_cut, k, 1, "", {}});
            const bool created = Log::create(disk, "a/log", test_identity(), small_segments()).has_value();
            cut += created ? 0 : 1;
            disk.disarm();
            disk.crash(kind);
            disk.restart();
            ASSERT_TRUE(!created || Log::exists(disk, "a/log")) << k;
            if (!Log::exists(disk, "a/log")) {
                const auto again = Log::create(disk, "a/log", test_identity(), small_segments());
                ASSERT_TRUE(again) << k << ": " << again.error().message;
            }
            const auto log = Log::open(disk, loop, "a/log", small_segments());
            ASSERT_TRUE(log) << k << ": " << log.error().message;
            EXPECT_EQ((*log)->recovered().identity.node, NodeId{11});
        }
    }
    EXPECT_GT(cut, 20);
}

TEST(Log, ManyRestartsDoNotLoseOrGrowWithoutEnd) {
    PlainLog bench;
    ASSERT_TRUE(bench.write({accept_of(1, 1, value_of(1, 100))}, 1));
    for (int i = 0; i < 100; ++i) bench.restart(i % 2 == 0 ? sim::CrashKind::process_kill : sim::CrashKind::power_cut);
    EXPECT_EQ(bench.log->recovered().incarnation, 101U);
    EXPECT_EQ(bench.log->read(Slot{1}, Slot{1}, 1)->size(), 1U);
    // Two blocks a restart, fourteen in a small segment.
    EXPECT_LE(bench.disk.list("log")->size(), 2U + 100U / 7U + 3U);
}

}  // namespace
}  // namespace parley::consensus::test
