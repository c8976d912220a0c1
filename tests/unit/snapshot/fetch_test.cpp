// Offers and Fetch talking to each other: several sources, loss, damage, crashes in the middle, images that vanish.
#include <gtest/gtest.h>

#include <functional>
#include <optional>

#include "consensus/snapshot/fetch.hpp"
#include "consensus/snapshot/manifest.hpp"
#include "consensus/snapshot/offers.hpp"
#include "net/ports/marks.hpp"
#include "tests/unit/sim_disk/manual_loop.hpp"

namespace parley::consensus::test {
namespace {

using parley::test::chance_of;
using parley::test::ManualLoop;

constexpr std::uint32_t chunk_size = 100;
constexpr NodeId receiver{9};

net::Bytes state_bytes(std::uint64_t seed, std::size_t size) {
    net::Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(sim::mix(seed, i) & 0xffU);
    return bytes;
}

// Peers 1 and 2 that offer, and one that fetches. What is sent arrives a millisecond later, unless `lose` says otherwise.
struct SnapshotBench {
    struct Source {
        Slot slot{50};
        net::Bytes state = state_bytes(1, 2950);
        Slot floor{40};
        std::size_t made = 0;
        std::size_t chunks_sent = 0;
        std::unique_ptr<Offers> offers;
    };

    SnapshotBench() {
        EXPECT_TRUE(disk.make_directory("state"));
        for (const std::uint64_t node : {1U, 2U}) start_source(node);
    }

    void start_source(std::uint64_t node) {
        Source& source = sources[node];
        OffersEvents events;
        events.send = [this, node, &source](NodeId, const SnapshotMessage& message) {
            source.chunks_sent += std::holds_alternative<ChunkData>(message) ? 1U : 0U;
            deliver([this, node, message] { to_receiver(NodeId{node}, message); });
        };
        events.make = [this, node, &source](net::Function<void(net::Result<MadeImage>)> done) {
            ++source.made;
            loop.post([this, node, &source, made = std::move(done)]() mutable { made(image_of(node, source)); });
        };
        events.floor = [&source] { return source.floor; };
        source.offers = std::make_unique<Offers>(loop, disk, std::move(events));
    }

    net::Result<MadeImage> image_of(std::uint64_t node, const Source& source) {
        const std::string path = "state/image-" + std::to_string(node) + "-" + std::to_string(source.slot.value);
        const auto file = disk.open(path, net::OpenMode::create_new);
        if (!file) return file.error();
        EXPECT_TRUE((*file)->write(0, source.state));
        auto manifest = measure(**file, source.slot, 7, chunk_size);
        if (!manifest) return manifest.error();
        return MadeImage{path, *manifest};
    }

    void start_fetch() {
        FetchEvents events;
        events.send = [this](NodeId to, const SnapshotMessage& message) {
            deliver([this, to, message] {
                if (to == silent) return;
                Offers& offers = *sources.at(to.value).offers;
                if (const auto* image = std::get_if<ImageWanted>(&message)) offers.wanted(receiver, *image);
                if (const auto* chunk = std::get_if<ChunkWanted>(&message)) offers.wanted(receiver, *chunk);
            });
        };
        events.check = [this](const std::string&, const Manifest&, net::Function<void(net::Result<void>)> done) {
            ++checks;
            const bool refuse = refuse_checks > 0 && refuse_checks-- > 0;
            loop.post([refuse, then = std::move(done)]() mutable {
                then(refuse ? net::Result<void>{net::Error{net::ErrorKind::damaged, "not a state"}} : net::Result<void>{});
            });
        };
        events.ready = [this](Slot slot) { ready = slot; };
        events.failed = [this](const net::Error& error) { failed = error.message; };
        events.note = [](const std::string&) {};
        fetch = std::make_unique<Fetch>(loop, disk, FetchOptions{"state", {NodeId{1}, NodeId{2}}}, std::move(events));
        fetch->need(Slot{30}, "a test");
    }

    void to_receiver(NodeId from, SnapshotMessage message) {
        if (!fetch) return;
        if (auto* offered = std::get_if<ImageOffered>(&message)) fetch->received(from, std::move(*offered));
        if (auto* data = std::get_if<ChunkData>(&message)) {
            if (harm) harm(from, *data);
            fetch->received(from, *data);
        }
    }

    void deliver(std::function<void()> task) {
        if (lose && lose()) return;
        loop.after(std::chrono::milliseconds{1}, std::move(task));
    }

    // Until it is ready, for a bounded time.
    bool run(std::chrono::seconds limit = std::chrono::seconds{60}) {
        const net::Instant end = loop.now() + limit;
        while (!ready && failed.empty() && loop.now() < end && loop.step()) {
        }
        return ready.has_value();
    }
    net::Bytes fetched() {
        const auto file = disk.open("state/incoming-ready", net::OpenMode::read_only);
        EXPECT_TRUE(file);
        net::Bytes bytes((*file)->size().value());
        EXPECT_TRUE((*file)->read(0, bytes));
        return bytes;
    }

    ManualLoop loop;
    sim::SimDisk disk{{}, chance_of(3), loop.schedule()};
    std::map<std::uint64_t, Source> sources;
    std::unique_ptr<Fetch> fetch;
    std::function<bool()> lose;
    std::function<void(NodeId, ChunkData&)> harm;
    NodeId silent;   // takes what is sent to it and says nothing
    std::optional<Slot> ready;
    std::string failed;
    int checks = 0;
    int refuse_checks = 0;
};

TEST(Snapshot, EqualImagesAreFetchedFromAllWhoHaveThem) {
    SnapshotBench bench;
    bench.start_fetch();
    ASSERT_TRUE(bench.run());
    EXPECT_EQ(bench.ready, Slot{50});
    EXPECT_EQ(bench.fetched(), bench.sources[1].state);
    EXPECT_GT(bench.sources[1].chunks_sent, 8U);
    EXPECT_GT(bench.sources[2].chunks_sent, 8U);
    EXPECT_EQ(bench.checks, 1);
}

TEST(Snapshot, TheNewestImageIsTaken) {
    SnapshotBench bench;
    bench.sources[2].slot = Slot{60};
    bench.sources[2].state = state_bytes(2, 1234);
    bench.start_fetch();
    ASSERT_TRUE(bench.run());
    EXPECT_EQ(bench.ready, Slot{60});
    EXPECT_EQ(bench.fetched(), bench.sources[2].state);
    EXPECT_EQ(bench.sources[1].chunks_sent, 0U);
}

TEST(Snapshot, LossOnlyDelays) {
    SnapshotBench bench;
    bench.lose = [count = 0]() mutable { return ++count % 3 == 0; };
    bench.start_fetch();
    ASSERT_TRUE(bench.run());
    EXPECT_EQ(bench.fetched(), bench.sources[1].state);
}

TEST(Snapshot, DamagedChunkIsFetchedElsewhere) {
    SnapshotBench bench;
    bench.harm = [](NodeId from, ChunkData& data) {
        if (from == NodeId{1}) data.bytes[5] ^= std::byte{1};
    };
    bench.start_fetch();
    ASSERT_TRUE(bench.run());
    EXPECT_EQ(bench.fetched(), bench.sources[2].state);
    EXPECT_LE(bench.sources[1].chunks_sent, 4U) << "it was asked again though it lies";
}

TEST(Snapshot, GoesOnWhereAnEarlierProcessStopped) {
    SnapshotBench bench;
    bench.start_fetch();
    for (int i = 0; i < 100000 && bench.sources[1].chunks_sent < 6; ++i) ASSERT_TRUE(bench.loop.step());
    ASSERT_FALSE(bench.ready);
    bench.fetch.reset();
    bench.loop.clear();
    std::size_t before = bench.sources[1].chunks_sent + bench.sources[2].chunks_sent;
    bench.start_fetch();
    ASSERT_TRUE(bench.run());
    EXPECT_EQ(bench.fetched(), bench.sources[1].state);
    EXPECT_LT(bench.sources[1].chunks_sent + bench.sources[2].chunks_sent - before, 30U) << "everything came again";
}

TEST(Snapshot, PowerCutInTheMiddleLeavesNothingWrong) {
    for (int steps = 20; steps < 400; steps += 7) {
        SnapshotBench bench;
        bench.start_fetch();
        for (int i = 0; i < steps && !bench.ready; ++i) bench.loop.step();
        bench.disk.crash(sim::CrashKind::power_cut);
        bench.fetch.reset();
        bench.loop.clear();
        bench.disk.restart();
        if (bench.disk.exists("state/incoming-ready")) {
            EXPECT_EQ(bench.fetched(), bench.sources[1].state) << "after " << steps;
            continue;
        }
        bench.sources.clear();
        for (const std::uint64_t node : {1U, 2U}) {
            bench.sources[node].slot = Slot{50 + static_cast<std::uint64_t>(steps)};
            bench.start_source(node);
        }
        bench.ready.reset();
        ASSERT_TRUE(bench.disk.make_directory("state"));
        bench.start_fetch();
        ASSERT_TRUE(bench.run()) << bench.failed << " after " << steps;
        EXPECT_EQ(bench.fetched(), bench.sources[1].state);
    }
}

TEST(Snapshot, ImageThatVanishesIsReplacedByANewerOne) {
    SnapshotBench bench;
    bench.start_fetch();
    for (int i = 0; i < 100000 && bench.sources[1].chunks_sent < 3; ++i) ASSERT_TRUE(bench.loop.step());
    for (const std::uint64_t node : {1U, 2U}) {
        bench.sources[node].slot = Slot{90};
        bench.sources[node].state = state_bytes(8, 700);
        bench.start_source(node);
    }
    ASSERT_TRUE(bench.run());
    EXPECT_EQ(bench.ready, Slot{90});
    EXPECT_EQ(bench.fetched(), state_bytes(8, 700));
}

TEST(Snapshot, ImageOfOneWhoNeverComesBackIsReplacedByAnothers) {
    SnapshotBench bench;
    bench.sources[2].slot = Slot{60};   // the newest, so it is taken first
    bench.sources[2].state = state_bytes(8, 2950);
    bench.start_fetch();
    for (int i = 0; i < 100000 && bench.sources[2].chunks_sent < 2; ++i) ASSERT_TRUE(bench.loop.step());
    bench.silent = NodeId{2};
    ASSERT_TRUE(bench.run());
    EXPECT_EQ(bench.ready, Slot{50});
}

TEST(Snapshot, WhatIsNoStateIsNotBelieved) {
    SnapshotBench bench;
    bench.refuse_checks = 1;
    bench.start_fetch();
    ASSERT_TRUE(bench.run());
    EXPECT_EQ(bench.checks, 2) << "fetched again from the start";
}

TEST(Snapshot, StopsWhenTheSlotCameAnotherWay) {
    SnapshotBench bench;
    bench.start_fetch();
    bench.fetch->need_no_more();
    EXPECT_FALSE(bench.run());
    EXPECT_EQ(bench.sources[1].chunks_sent + bench.sources[2].chunks_sent, 0U);
    bench.fetch->need(Slot{30}, "a test");
    EXPECT_TRUE(bench.run());
}

TEST(Offers, NewImageOnlyWhenTheOldOneHelpsNobody) {
    SnapshotBench bench;
    SnapshotBench::Source& source = bench.sources[1];
    const auto ask = [&bench, &source](std::uint64_t next) {
        source.offers->wanted(receiver, ImageWanted{Slot{next}});
        bench.loop.run_for(std::chrono::seconds{1});
    };
    ask(30);
    ask(50);
    EXPECT_EQ(source.made, 1U);
    source.slot = Slot{80};
    ask(51);   // it ends before what is wanted
    EXPECT_EQ(source.made, 2U);
    source.slot = Slot{90};
    source.floor = Slot{82};   // the log goes on behind 81 only
    ask(51);
    EXPECT_EQ(source.made, 3U);
}

TEST(Offers, LogIsHeldWhileSomebodyFetches) {
    SnapshotBench bench;
    Offers& offers = *bench.sources[1].offers;
    EXPECT_FALSE(offers.held());
    offers.wanted(receiver, ImageWanted{Slot{30}});
    bench.loop.run_for(std::chrono::seconds{1});
    EXPECT_EQ(offers.held(), Slot{50});
    bench.loop.run_for(std::chrono::minutes{1});
    EXPECT_FALSE(offers.held());
}

TEST(Offers, AnImageThatTheLogHasPassedIsRemovedWhenNobodyFetchesIt) {
    SnapshotBench bench;
    auto& source = bench.sources.at(1);
    source.offers->wanted(receiver, ImageWanted{Slot{30}});
    const auto stays = [&](std::chrono::seconds time) {
        bench.loop.run_for(time);
        return bench.disk.exists("state/image-1-50");
    };
    EXPECT_TRUE(stays(std::chrono::seconds{200})) << "whoever lies below the floor is helped by it still";
    source.floor = Slot{51};
    EXPECT_TRUE(stays(std::chrono::seconds{200})) << "the log goes on where it ends";
    source.offers->wanted(receiver, ImageWanted{Slot{30}});
    source.floor = Slot{52};
    EXPECT_TRUE(stays(std::chrono::seconds{25})) << "somebody asked for it just now";
    EXPECT_FALSE(stays(std::chrono::seconds{40}));
    source.slot = Slot{80};
    source.offers->wanted(receiver, ImageWanted{Slot{30}});
    bench.loop.run_for(std::chrono::seconds{1});
    EXPECT_EQ(source.made, 2U);
    EXPECT_TRUE(bench.disk.exists("state/image-1-80"));
}

TEST(Manifest, OnlySaneOnesAreTaken) {
    const Manifest good{Slot{5}, 1, 250, 100, std::vector<ImageHash>(3)};
    EXPECT_TRUE(good.sane());
    const auto with = [&good](const std::function<void(Manifest&)>& change) {
        Manifest changed = good;
        change(changed);
        return changed.sane();
    };
    EXPECT_FALSE(with([](Manifest& m) { m.chunks.pop_back(); }));
    EXPECT_FALSE(with([](Manifest& m) { m.chunk_size = 0; }));
    EXPECT_FALSE(with([](Manifest& m) { m.chunk_size = Manifest::chunk_size_max + 1; m.size = 3 * std::uint64_t{m.chunk_size}; }));
    EXPECT_FALSE(with([](Manifest& m) { m.size = ~std::uint64_t{0}; }));
    EXPECT_FALSE(with([](Manifest& m) { m.slot = Slot{}; }));
}

#ifdef PARLEY_PLANTED
TEST(Snapshot, UncheckedChunkWouldShow) {
    SnapshotBench bench;
    bench.harm = [](NodeId, ChunkData& data) { data.bytes[5] ^= std::byte{1}; };
    net::select_planted("snapshot_chunk_unchecked");
    bench.start_fetch();
    bench.run();
    net::select_planted("");
    ASSERT_TRUE(bench.ready);
    EXPECT_NE(bench.fetched(), bench.sources[1].state);
}
#endif

}  // namespace
}  // namespace parley::consensus::test
