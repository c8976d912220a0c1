// Every verdict of L3 and L4: what opening makes of damaged records, seals, headers and meta copies.
#include <algorithm>

#include "consensus/storage/format.hpp"
#include "net/ports/marks.hpp"
#include "tests/unit/storage/log_bench.hpp"

namespace parley::consensus::test {
namespace {

using net::ErrorKind;
using storage::block_size;

constexpr const char* first_segment = "log/segment-0000000000000001";

// Unit n (from 0) of single small records: record block, then seal block, from block 2 on.
std::uint64_t record_byte(std::uint64_t unit) { return (2 + 2 * unit) * block_size + storage::record_header_size + 3; }
std::uint64_t record_head_byte(std::uint64_t unit) { return (2 + 2 * unit) * block_size + 20; }
std::uint64_t seal_byte(std::uint64_t unit) { return (3 + 2 * unit) * block_size + 40; }

class LogVerdict : public ::testing::Test {
protected:
    // Slot, round: one unit each.
    void write(std::uint64_t slot, std::uint64_t round, std::uint64_t chosen_through = 0) {
        ASSERT_TRUE(bench.write({accept_of(slot, round, value_of(slot * 100 + round, 50))}, chosen_through));
    }
    void flip(std::uint64_t offset, const std::string& file = first_segment) {
        ASSERT_TRUE(bench.disk.flip_bit(file, offset, 3));
    }
    void reopen() { bench.restart(sim::CrashKind::process_kill); }
    const Recovered& found() { return bench.log->recovered(); }
    [[nodiscard]] bool holds(std::uint64_t slot, std::uint64_t round) {
        const auto records = bench.log->read(Slot{slot}, Slot{slot}, 1);
        return records && records->size() == 1 &&
               records->front() == accept_of(slot, round, value_of(slot * 100 + round, 50)).accepted;
    }
    [[nodiscard]] bool faulty(std::uint64_t slot) { return found().faulty.contains(Slot{slot}); }

    PlainLog bench;
};

TEST_F(LogVerdict, DamagedRecordUnderAGoodSealIsFaulty) {
    for (const auto byte : {record_byte(1), record_head_byte(1)}) {
        PlainLog fresh;
        for (std::uint64_t slot = 1; slot <= 3; ++slot) {
            ASSERT_TRUE(fresh.write({accept_of(slot, 1, value_of(slot, 50))}));
        }
        ASSERT_TRUE(fresh.disk.flip_bit(first_segment, byte, 0));
        fresh.restart(sim::CrashKind::process_kill);
        EXPECT_EQ(fresh.log->recovered().faulty, std::set<Slot>{Slot{2}});
        EXPECT_EQ(fresh.log->recovered().accepted.size(), 2U);
        EXPECT_TRUE(fresh.log->read(Slot{2}, Slot{2}, 1)->empty());
    }
}

TEST_F(LogVerdict, FaultyHidesTheOlderRecord) {
    write(1, 1);
    write(1, 2);
    write(2, 2);
    flip(record_byte(1));
    reopen();
    EXPECT_TRUE(faulty(1));
    EXPECT_FALSE(found().accepted.contains(Slot{1}));
    EXPECT_GE(found().promised, (Ballot{2, NodeId{5}}));
    ASSERT_EQ(found().under_fault.size(), 1U);
    EXPECT_EQ(found().under_fault.at(Slot{1}), accept_of(1, 1, value_of(101, 50)).accepted);
    write(1, 3);
    reopen();
    EXPECT_TRUE(found().under_fault.empty());
}

TEST_F(LogVerdict, FaultyEndsWhenAcceptedHigherOrLearnedChosen) {
    for (const std::uint64_t round : {3U, 1U}) {
        PlainLog fresh;
        ASSERT_TRUE(fresh.write({accept_of(1, 2, value_of(1, 50))}));
        ASSERT_TRUE(fresh.write({accept_of(2, 2, value_of(2, 50))}));
        ASSERT_TRUE(fresh.disk.flip_bit(first_segment, record_byte(0), 0));
        fresh.restart(sim::CrashKind::process_kill);
        ASSERT_TRUE(fresh.log->recovered().faulty.contains(Slot{1}));
        ASSERT_TRUE(fresh.write({accept_of(1, round, value_of(9, 50))}));
        fresh.restart(sim::CrashKind::power_cut);
        EXPECT_TRUE(fresh.log->recovered().faulty.empty());
        EXPECT_EQ(fresh.log->recovered().accepted.at(Slot{1}).ballot.round, round);
    }
}

TEST_F(LogVerdict, FaultStaysUntilRepaired) {
    write(1, 1);
    write(2, 1, 2);
    write(3, 1, 2);
    flip(record_byte(0));
    for (int i = 0; i < 3; ++i) {
        reopen();
        EXPECT_TRUE(faulty(1));
        EXPECT_EQ(found().chosen_through, Slot{2}) << "held or faulty both count";
    }
}

TEST_F(LogVerdict, RecordAndSealLostInTheMiddleAreNamedByTheNextSeal) {
    write(1, 1);
    write(2, 1);
    write(3, 1);
    flip(record_byte(1));
    flip(seal_byte(1));
    reopen();
    EXPECT_TRUE(faulty(2));
    EXPECT_TRUE(holds(1, 1) && holds(3, 1));
}

TEST_F(LogVerdict, RecordAndSealLostAtTheEndAreCut) {
    write(1, 1);
    write(2, 1);
    flip(record_byte(1));
    flip(seal_byte(1));
    reopen();
    EXPECT_TRUE(found().faulty.empty());
    EXPECT_FALSE(found().accepted.contains(Slot{2}));
    write(2, 4);
    write(3, 4);
    reopen();
    EXPECT_TRUE(found().faulty.empty()) << "the cut tail came back";
    EXPECT_TRUE(holds(1, 1) && holds(2, 4) && holds(3, 4));
}

TEST_F(LogVerdict, UnsealedRecordAtTheEndIsKeptAndSealedAgain) {
    write(1, 1);
    write(2, 1);
    flip(seal_byte(1));
    reopen();
    EXPECT_TRUE(holds(1, 1) && holds(2, 1));
    bench.restart(sim::CrashKind::power_cut);
    EXPECT_TRUE(holds(1, 1) && holds(2, 1));
}

TEST_F(LogVerdict, UnsealedRecordInTheMiddleIsKept) {
    write(1, 1);
    write(2, 1);
    write(3, 1);
    flip(seal_byte(1));
    reopen();
    EXPECT_TRUE(found().faulty.empty());
    EXPECT_TRUE(holds(1, 1) && holds(2, 1) && holds(3, 1));
}

TEST_F(LogVerdict, SealsOfTwoUnitsLostAreNoHarmWhileTheRecordsAreWhole) {
    for (std::uint64_t slot = 1; slot <= 4; ++slot) write(slot, 1);
    flip(seal_byte(1));
    flip(seal_byte(2));
    reopen();
    EXPECT_TRUE(found().faulty.empty());
    for (std::uint64_t slot = 1; slot <= 4; ++slot) EXPECT_TRUE(holds(slot, 1)) << slot;
}

TEST_F(LogVerdict, MoreLostThanCanBeNamedIsRefused) {
    for (std::uint64_t slot = 1; slot <= 4; ++slot) write(slot, 1);
    for (const std::uint64_t unit : {1U, 2U}) {
        flip(record_head_byte(unit));
        flip(seal_byte(unit));
    }
    bench.crash(sim::CrashKind::process_kill);
    const auto opened = bench.try_open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::damaged);
    EXPECT_NE(opened.error().message.find("must not vote"), std::string::npos);
}

TEST_F(LogVerdict, OneBadHeaderIsRepaired) {
    write(1, 1);
    flip(30);
    reopen();
    EXPECT_TRUE(holds(1, 1));
    flip(block_size + 30);
    reopen();
    EXPECT_TRUE(holds(1, 1)) << "the first header was not repaired";
}

TEST_F(LogVerdict, BothHeadersBadMakeAllItsSlotsFaulty) {
    write(1, 1);
    write(2, 1);
    flip(30);
    flip(block_size + 30);
    reopen();
    EXPECT_TRUE(faulty(1) && faulty(2));
    write(3, 1);
    reopen();
    EXPECT_TRUE(faulty(1) && faulty(2));
    EXPECT_TRUE(holds(3, 1));
}

TEST_F(LogVerdict, MissingSegmentIsRefused) {
    for (std::uint64_t slot = 1; slot <= 30; ++slot) write(slot, 1);
    ASSERT_TRUE(bench.disk.remove(first_segment));
    ASSERT_TRUE(bench.disk.sync_directory("log"));
    bench.crash(sim::CrashKind::process_kill);
    const auto opened = bench.try_open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::damaged);
}

TEST_F(LogVerdict, UnreadableBlockCountsAsBad) {
    write(1, 1);
    write(2, 1);
    write(3, 1);
    bench.crash(sim::CrashKind::process_kill);
    // The read of the whole file fails, then those of its first five blocks but the record of slot 2 are good.
    bench.disk.arm({sim::DiskFaultKind::read_error, 0, 1, "segment-", {}});
    bench.disk.arm({sim::DiskFaultKind::read_error, 5, 1, "segment-", {}});
    const auto opened = bench.try_open();
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_TRUE(faulty(2));
    EXPECT_TRUE(holds(1, 1) && holds(3, 1));
}

TEST_F(LogVerdict, FaultFoundWhileReadingIsNotHandedOut) {
    write(1, 1);
    write(2, 1);
    flip(record_byte(1));
    ASSERT_TRUE(bench.disk.open(first_segment, net::OpenMode::read_only).value()->drop_cache());
    EXPECT_EQ(bench.log->read(Slot{1}, Slot{2}, 1000)->size(), 1U);
}

// ---- meta ----

TEST_F(LogVerdict, OneBadMetaCopyIsRewritten) {
    for (const char* name : {"log/meta-a", "log/meta-b", "log/meta-a", "log/meta-b"}) {
        ASSERT_TRUE(bench.write({PromiseWrite{Ballot{found().promised.round + 1, NodeId{1}}}}));
        const Ballot promised{found().promised.round + 1, NodeId{1}};
        flip(20, name);
        flip(2 * block_size + 20, name);
        reopen();
        EXPECT_EQ(found().promised, promised) << name;
    }
}

TEST_F(LogVerdict, BothMetaCopiesBadAreRefusedWithASentence) {
    ASSERT_TRUE(bench.write({PromiseWrite{Ballot{5, NodeId{1}}}}));
    // Only the newest place of each: going back to the older one would forget the promise.
    const std::uint64_t place = 2 * block_size;
    for (const char* name : {"log/meta-a", "log/meta-b"}) {
        const auto file = bench.disk.open(name, net::OpenMode::read_only).value();
        net::Bytes bytes(4 * block_size);
        ASSERT_TRUE(file->read(0, bytes));
        const auto first = storage::decode_meta(net::ByteView{bytes}.first(place));
        const auto second = storage::decode_meta(net::ByteView{bytes}.subspan(place));
        const bool newest_is_second = second && (!first || second->sequence > first->sequence);
        flip((newest_is_second ? place : 0) + 20, name);
    }
    bench.crash(sim::CrashKind::process_kill);
    const auto opened = bench.try_open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::damaged);
    EXPECT_NE(opened.error().message.find("both copies"), std::string::npos);
}

TEST_F(LogVerdict, MissingMetaCopyIsMadeAgain) {
    ASSERT_TRUE(bench.write({PromiseWrite{Ballot{5, NodeId{1}}}}));
    ASSERT_TRUE(bench.disk.remove("log/meta-a"));
    reopen();
    EXPECT_EQ(found().promised.round, 5U);
    EXPECT_TRUE(bench.disk.exists("log/meta-a"));
}

TEST_F(LogVerdict, LostMetaIsNotTakenForANewLog) {
    write(1, 1);
    ASSERT_TRUE(bench.disk.remove("log/meta-a") && bench.disk.remove("log/meta-b"));
    bench.crash(sim::CrashKind::process_kill);
    ASSERT_FALSE(Log::exists(bench.disk, "log"));
    const auto created = Log::create(bench.disk, "log", test_identity(), small_segments());
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, ErrorKind::damaged);
    EXPECT_TRUE(bench.disk.exists(first_segment));
}

TEST_F(LogVerdict, LogOfAnotherNodeIsNotBelieved) {
    write(1, 1);
    write(2, 1);
    PlainLog other;
    ASSERT_TRUE(Log::create(other.disk, "foreign", LogIdentity{ClusterId{77}, NodeId{12}, {}}, small_segments()));
    const auto mine = bench.disk.open(first_segment, net::OpenMode::read_only).value();
    net::Bytes bytes(mine->size().value());
    ASSERT_TRUE(mine->read(0, bytes));
    const auto theirs =
        other.disk.open("foreign/segment-0000000000000001", net::OpenMode::read_write).value();
    ASSERT_TRUE(theirs->write(0, bytes));
    const auto opened = Log::open(other.disk, other.loop, "foreign", small_segments());
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_TRUE((*opened)->recovered().accepted.empty());
}

// ---- every byte ----

TEST(LogFlip, NoSingleByteLosesAnythingSilently) {
    ManualLoop loop;
    LogOptions options;
    options.segment_size = std::uint64_t{10} * block_size;
    options.prepare_chunk = options.segment_size;
    sim::SimDisk original({}, chance_of(1), loop.schedule());
    ASSERT_TRUE(Log::create(original, "log", test_identity(), options));
    const std::vector<AcceptWrite> writes{accept_of(1, 1, value_of(1, 50)), accept_of(2, 2, value_of(2, 50)),
                                          accept_of(1, 3, value_of(3, 50))};
    {
        auto log = *Log::open(original, loop, "log", options);
        for (const AcceptWrite& write : writes) {
            bool done = false;
            log->append({write, PromiseWrite{Ballot{write.accepted.ballot.round, NodeId{9}}}}, Slot{},
                        [&](net::Result<void> result) { done = result.has_value(); });
            loop.run();
            ASSERT_TRUE(done);
        }
    }
    std::size_t opened_count = 0;
    std::size_t faulty_count = 0;
    for (const std::string& name : *original.list("log")) {
        const auto size = original.open("log/" + name, net::OpenMode::read_only).value()->size().value();
        // What is written lies in the first bytes of each block; of the zeros behind it every 97th stands for all.
        const auto next = [](std::uint64_t at) {
            if (at % block_size < 500) return at + 1;
            return std::min(at + 97, (at / block_size + 1) * block_size);
        };
        for (std::uint64_t at = 0; at < size; at = next(at)) {
            const auto disk = original.copy_durable();
            ASSERT_TRUE(disk->flip_bit("log/" + name, at, static_cast<unsigned>(at % 8)));
            const auto opened = Log::open(*disk, loop, "log", options);
            ASSERT_TRUE(opened) << name << " byte " << at << ": " << opened.error().message;
            ++opened_count;
            const Recovered& found = (*opened)->recovered();
            ASSERT_GE(found.promised, (Ballot{3, NodeId{9}})) << name << " byte " << at;
            for (const AcceptWrite& write : {writes[1], writes[2]}) {
                const Slot slot = write.accepted.slot;
                if (found.faulty.contains(slot)) {
                    ++faulty_count;
                    ASSERT_FALSE(found.accepted.contains(slot));
                } else {
                    ASSERT_TRUE(found.accepted.contains(slot)) << name << " byte " << at << " lost slot " << slot.value;
                    ASSERT_EQ(found.accepted.at(slot), write.accepted) << name << " byte " << at;
                }
            }
        }
    }
    EXPECT_GT(opened_count, 5000U);
    EXPECT_GT(faulty_count, 200U);
}

#ifdef PARLEY_PLANTED
TEST(PlantedLogVerdict, IgnoredFaultLetsTheOlderRecordComeBack) {
    net::select_planted("log_recover_ignores_faulty");
    PlainLog bench;
    ASSERT_TRUE(bench.write({accept_of(1, 1, value_of(1, 50))}));
    ASSERT_TRUE(bench.write({accept_of(1, 2, value_of(2, 50))}));
    ASSERT_TRUE(bench.disk.flip_bit(first_segment, record_byte(1), 0));
    bench.restart(sim::CrashKind::process_kill);
    net::select_planted("");
    EXPECT_EQ(bench.log->recovered().accepted.at(Slot{1}).ballot.round, 1U) << "the planted bug does nothing";
}
#endif

}  // namespace
}  // namespace parley::consensus::test
