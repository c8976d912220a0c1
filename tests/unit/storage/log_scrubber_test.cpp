// The log's scrubber: damage that nobody reads is found within a round, whatever it hit, and goes with the segment that it hit.
#include <array>
#include <string>
#include <vector>

#include "consensus/storage/format.hpp"
#include "consensus/storage/scrubber.hpp"
#include "tests/unit/storage/log_bench.hpp"

namespace parley::consensus::test {
namespace {

using storage::block_size;

// Jobs run at once, what follows comes as a post.
class WorkerAtHand final : public net::Worker {
public:
    explicit WorkerAtHand(net::Loop& loop) : loop_(loop) {}
    void run(net::Task job, net::Task done) override {
        job();
        loop_.post(std::move(done));
    }

private:
    net::Loop& loop_;
};

struct ScrubbedLog : PlainLog {
    ScrubbedLog() {
        options.keep_slots = 1'000'000;   // so that only damage lets go of anything
        restart(sim::CrashKind::process_kill);
    }
    // A record of 3 KiB takes 8 KiB with its seal: seven fill a segment.
    void fill(std::uint64_t from, std::uint64_t through) {
        for (std::uint64_t slot = from; slot <= through; ++slot) {
            ASSERT_TRUE(write({accept_of(slot, 1, value_of(slot, 3000))}, slot));
        }
    }
    void scrub() {
        WorkerAtHand worker{loop};
        LogScrubber scrubber{loop, worker, *log, {}, [this](const std::string& line) { notes.push_back(line); }};
        scrubber.start();
        while (scrubber.rounds() == 0 && loop.step()) {
        }
        EXPECT_EQ(scrubber.rounds(), 1U);
    }
    void compact(std::uint64_t gate) {
        log->compact(Slot{gate}, no_hold);
        loop.run();
    }
    static std::string segment(std::uint64_t use) { return "log/" + storage::segment_name(use); }

    std::vector<std::string> notes;
};

TEST(LogScrubber, LeavesAWholeLogAlone) {
    ScrubbedLog bench;
    bench.scrub();
    bench.fill(1, 3);
    bench.scrub();
    bench.fill(4, 30);
    bench.scrub();
    bench.restart(sim::CrashKind::power_cut);
    bench.fill(31, 33);
    bench.scrub();
    EXPECT_TRUE(bench.notes.empty()) << bench.notes.front();
    bench.compact(33);
    EXPECT_EQ(bench.log->floor(), Slot{1});
}

// What a crash leaves behind the last seal was cut and is no damage.
TEST(LogScrubber, TakesNoTornTailForDamage) {
    for (std::uint64_t cut = 0; cut < 40; ++cut) {
        ScrubbedLog bench;
        bench.fill(1, 10);
        for (std::uint64_t slot = 11; slot < 14; ++slot) {
            bench.log->append({accept_of(slot, 1, value_of(slot, 3000))}, Slot{10}, [](net::Result<void>) {});
        }
        for (std::uint64_t step = 0; step < cut % 8; ++step) bench.loop.step();
        bench.restart(cut % 2 == 0 ? sim::CrashKind::power_cut : sim::CrashKind::process_kill);
        const bool is_faulty = !bench.log->recovered().faulty.empty();   // a tear that looks like rot counts as rot
        bench.scrub();
        bench.fill(14, 16);
        bench.scrub();
        EXPECT_EQ(bench.notes.empty(), !is_faulty) << cut;
    }
}

TEST(LogScrubber, FindsAFlipInEveryBlockAndLetsItGo) {
    constexpr std::array<std::uint64_t, 5> in_record{0, 20, 60, 500, 3000};
    constexpr std::array<std::uint64_t, 5> elsewhere{0, 5, 9, 20, 26};
    for (std::uint64_t block = 0; block < 16; ++block) {
        const bool is_record = block >= storage::first_unit_block && block % 2 == 0;
        for (const std::uint64_t at : is_record ? in_record : elsewhere) {
            ScrubbedLog bench;
            bench.fill(1, 20);
            ASSERT_TRUE(bench.disk.flip_bit(ScrubbedLog::segment(1), block * block_size + at, 3));
            bench.scrub();
            ASSERT_EQ(bench.notes.size(), 1U) << "block " << block << ", byte " << at;
            EXPECT_NE(bench.notes.front().find("segment 1 "), std::string::npos) << bench.notes.front();
            bench.scrub();
            EXPECT_EQ(bench.notes.size(), 1U) << "said once";
            bench.compact(6);
            EXPECT_EQ(bench.log->floor(), Slot{1}) << "slot 7 is nowhere else";
            bench.compact(20);
            EXPECT_EQ(bench.log->floor(), Slot{8}) << "the others stay";
        }
    }
}

TEST(LogScrubber, TheSegmentInUseIsLeftForAnother) {
    ScrubbedLog bench;
    bench.fill(1, 2);
    ASSERT_TRUE(bench.disk.scramble(ScrubbedLog::segment(1), 4 * block_size, block_size, 5));
    bench.scrub();
    ASSERT_EQ(bench.notes.size(), 1U);
    bench.compact(2);
    EXPECT_EQ(bench.log->floor(), Slot{1}) << "nothing was written elsewhere yet";
    bench.fill(3, 3);
    bench.compact(3);
    bench.restart(sim::CrashKind::power_cut);
    EXPECT_EQ(bench.log->recovered().floor, Slot{3});
    EXPECT_EQ(bench.log->read(Slot{3}, Slot{3}, 1)->size(), 1U);
}

TEST(LogScrubber, MendsTheCopyOfMetaThatRots) {
    for (const char* name : {storage::meta_name_a, storage::meta_name_b}) {
        ScrubbedLog bench;
        ASSERT_TRUE(bench.write({PromiseWrite{Ballot{9, NodeId{5}}}}));
        const std::string file = std::string{"log/"} + name;
        ASSERT_TRUE(bench.disk.scramble(file, 0, 2 * storage::meta_place_blocks * block_size, 7));
        bench.scrub();
        EXPECT_EQ(bench.notes.size(), 1U);
        // Now the other one: without the mend nobody would know any more what was promised.
        const std::string other = std::string{"log/"} + (name == std::string{storage::meta_name_a} ? storage::meta_name_b : storage::meta_name_a);
        ASSERT_TRUE(bench.disk.scramble(other, 0, 2 * storage::meta_place_blocks * block_size, 8));
        bench.restart(sim::CrashKind::power_cut);
        EXPECT_EQ(bench.log->recovered().promised, (Ballot{9, NodeId{5}}));
        ASSERT_TRUE(bench.write({PromiseWrite{Ballot{10, NodeId{5}}}}));
        bench.restart(sim::CrashKind::power_cut);
        EXPECT_EQ(bench.log->recovered().promised, (Ballot{10, NodeId{5}}));
    }
}

}  // namespace
}  // namespace parley::consensus::test
