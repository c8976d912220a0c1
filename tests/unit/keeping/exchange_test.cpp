// Several replicas with real states and stores and a log that all of them apply in their own time: a file is whole only where a quorum of the
// voters has it durable, whatever is lost on the way; and in the end everybody has every whole file.
#include "chat/keeping/file_exchange.hpp"

#include <algorithm>
#include <optional>
#include <random>

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "consensus/core/membership.hpp"
#include "tests/unit/keeping/held_worker.hpp"
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

using consensus::NodeId;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Each job takes a while.
class SlowWorker final : public net::Worker {
public:
    explicit SlowWorker(net::Loop& loop) : loop_(loop) {}
    void run(net::Task job, net::Task done) override {
        loop_.after(milliseconds{2}, [work = std::move(job), then = std::move(done)]() mutable {
            work();
            then();
        });
    }

private:
    net::Loop& loop_;
};

class Replicas;

struct Replica {
    Replica(Replicas& all, std::uint64_t number);
    void apply_all();

    Replicas& replicas;
    std::uint64_t number;
    ScratchFolder folder;
    std::unique_ptr<ChatState> state;
    std::unique_ptr<View> view;
    std::unique_ptr<sim::SimDisk> disk;
    std::unique_ptr<SlowWorker> worker;
    std::unique_ptr<ChunkKeeper> keeper;
    std::unique_ptr<FileExchange> exchange;
    bool is_down = false;       // hears and says nothing
    bool is_behind = false;     // applies nothing
    std::vector<FileChanged> changes;
};

class Replicas {
public:
    Replicas(std::uint64_t voters, std::uint64_t learners, std::uint64_t seed = 1, net::Duration wanted = std::chrono::hours{1})
        : wanted_for(wanted), random_(seed) {
        configuration.id = 2;
        configuration.level = consensus::level_of_files;
        for (std::uint64_t node = 1; node <= voters + learners; ++node) {
            auto& group = node <= voters ? configuration.voters : configuration.learners;
            group.push_back({NodeId{node}, "host:" + std::to_string(node), std::to_string(node)});
        }
        log.push_back(*consensus::value_of(configuration, 1).decoded());
        for (std::uint64_t node = 1; node <= voters + learners; ++node) nodes.push_back(std::make_unique<Replica>(*this, node));
        propose(Unnumbered{Register{"Ann", "hash", token(1), "test"}});
        propose(Unnumbered{OpenSession{token(1), 1}});
        session_ = SessionId{log.size(), 0};
        run_for(milliseconds{100});
    }

    void propose(std::variant<Unnumbered, Numbered> body) {
        log.push_back(consensus::Batch{consensus::BatchKind::commands, static_cast<std::int64_t>(1'000 * log.size()), {encoded(std::move(body))}});
        for (const auto& node : nodes) loop.after(milliseconds{draw(5)}, [replica = node.get()] { replica->apply_all(); });
    }
    void as_ann(Operation operation) {
        ++number_;
        propose(Numbered{session_, number_, number_, std::move(operation)});
    }
    // Ann begins it; numbers of files are given in order.
    FileId begin(const std::vector<std::uint64_t>& seeds) {
        BeginUpload upload{(seeds.size() - 1) * chunk_bytes + 3'000, {}};
        for (const std::uint64_t seed : seeds) upload.chunks.push_back(chunk_name(seed));
        contents_[FileId{++files_}] = upload.chunks;
        as_ann(upload);
        return FileId{files_};
    }
    void put(std::uint64_t node, std::uint64_t seed) { at(node).keeper->put(chunk_name(seed), net::share(chunk_content(seed)), [](const net::Result<void>&) {}); }
    // Its bytes come to node 1, which confirms it.
    FileId upload(const std::vector<std::uint64_t>& seeds) {
        const FileId file = begin(seeds);
        for (const std::uint64_t seed : seeds) put(1, seed);
        run_for(milliseconds{300});
        EXPECT_TRUE(at(1).exchange->confirm(file));
        return file;
    }

    Replica& at(std::uint64_t node) { return *nodes[node - 1]; }
    bool holds(std::uint64_t node, FileId file) {
        const ChunkStore store(*at(node).disk, "files");
        return std::ranges::all_of(contents_.at(file), [&](const ChunkHash& chunk) { return at(node).disk->is_durable(store.path_of(chunk)); });
    }
    bool is_whole(std::uint64_t node, FileId file) {
        const auto row = at(node).view->file(file).value();
        return row && row->is_whole;
    }
    // Called when some replica learns that the file is whole.
    void check_quorum(FileId file) {
        std::size_t holders = 0;
        for (const auto& voter : configuration.voters) holders += holds(voter.node.value, file) ? 1U : 0U;
        EXPECT_GT(holders, configuration.voters.size() / 2) << "file " << file.value;
    }
    void send(std::uint64_t from, NodeId to, const FileMessage& message) {
        if (at(from).is_down || at(to.value).is_down || draw(1'000) < loss) return;
        const FileMessage arrived = net::decode<FileMessage>(net::encode(message)).value();
        ++sent;
        const int times = draw(1'000) < loss ? 2 : 1;   // as often twice
        for (int i = 0; i < times; ++i) {
            loop.after(milliseconds{1 + draw(30)}, [this, from, to, arrived] {
                if (!at(to.value).is_down) at(to.value).exchange->received(NodeId{from}, arrived);
            });
        }
    }

    template <class Until>
    bool run_until(Until until, net::Duration limit = seconds{60}) {
        const net::Instant end = loop.now() + limit;
        while (!until() && loop.now() < end && loop.step()) {
        }
        return until();
    }
    void run_for(net::Duration duration) {
        run_until([] { return false; }, duration);
    }
    std::uint64_t draw(std::uint64_t below) { return std::uniform_int_distribution<std::uint64_t>(0, below - 1)(random_); }

    test::ManualLoop loop;
    consensus::Configuration configuration;
    std::vector<consensus::Batch> log;        // slot 1 first
    std::vector<std::unique_ptr<Replica>> nodes;
    std::uint64_t loss = 0;                   // of a thousand messages
    std::optional<NodeId> full;               // the links to this one have no room
    net::Duration wanted_for = std::chrono::hours{1};   // a change of voters
    std::uint64_t sent = 0;

private:
    std::mt19937_64 random_;
    SessionId session_;
    std::uint64_t number_ = 0;
    std::uint64_t files_ = 0;
    std::map<FileId, std::vector<ChunkHash>> contents_;
};

Replica::Replica(Replicas& all, std::uint64_t given) : replicas(all), number(given), disk(chunk_disk(given)) {
    state = std::make_unique<ChatState>(folder.file("state.db"), nullptr, Limits{});
    view = View::open(folder.file("state.db"), nullptr).value();
    worker = std::make_unique<SlowWorker>(all.loop);
    ChunkKeeperOptions keeping;
    keeping.scrub_round = {};
    ChunkKeeperEvents kept;
    kept.lost = [this](const ChunkHash&) { exchange->lost(); };
    kept.failed = [](const net::Error& error) { FAIL() << error.message; };
    keeper = std::make_unique<ChunkKeeper>(all.loop, *worker, *disk, std::move(keeping), std::move(kept));
    FileExchangeEvents events;
    events.send = [this](std::span<const NodeId> to, const FileMessage& message) {
        std::vector<NodeId> queued;
        for (const NodeId each : to) {
            if (replicas.full == each) continue;
            replicas.send(number, each, message);
            queued.push_back(each);
        }
        return queued;
    };
    events.propose = [this](const Unnumbered& command) {
        if (!is_down && replicas.draw(1'000) >= replicas.loss) replicas.propose(command);
    };
    events.configuration = [this] { return replicas.configuration; };
    events.peers = [this] {
        std::vector<NodeId> peers;
        for (std::uint64_t node = 1; node <= replicas.nodes.size(); ++node) {
            if (node != number && !replicas.at(node).is_down) peers.push_back(NodeId{node});
        }
        return peers;
    };
    FileExchangeOptions options;
    options.self = NodeId{number};
    options.changing.wanted_for = all.wanted_for;
    exchange = std::make_unique<FileExchange>(all.loop, *view, *keeper, options, std::move(events));
    keeper->start([this] { exchange->start(); });
}

void Replica::apply_all() {
    if (is_behind || is_down) return;
    while (state->applied_through().value < replicas.log.size()) {
        const std::uint64_t slot = state->applied_through().value + 1;
        state->apply(std::vector{consensus::DecodedSlot{consensus::Slot{slot}, replicas.log[slot - 1]}});
        for (const FileChanged& change : effects_of<FileChanged>(state->take_effects())) {
            changes.push_back(change);
            if (change.stage == FileStage::whole) replicas.check_quorum(change.file);
            exchange->changed(change);
        }
    }
}

TEST(FileExchange, BringsAFileToAQuorumAndThenToEverybody) {
    Replicas replicas(3, 1);
    const FileId file = replicas.upload({1, 2, 3});
    ASSERT_TRUE(replicas.run_until([&] { return replicas.is_whole(1, file); }, seconds{5}));
    EXPECT_EQ(replicas.at(1).exchange->confirmations().under_way(), 0U);
    ASSERT_TRUE(replicas.run_until([&] { return replicas.holds(2, file) && replicas.holds(3, file) && replicas.holds(4, file); }, seconds{10}));
    ASSERT_TRUE(replicas.run_until([&] { return std::ranges::all_of(replicas.nodes, [](const auto& node) { return node->exchange->fetch().complete_at() > 0; }); }));
}

TEST(FileExchange, WhatAClientBringsGoesOnFromMemory) {
    Replicas replicas(3, 0);
    const FileId file = replicas.begin({1, 2, 3});
    replicas.run_for(milliseconds{100});
    Replica& first = replicas.at(1);
    ASSERT_TRUE(first.exchange->confirm(file));
    std::size_t taken = 0;
    for (std::uint32_t place = 0; place < 3; ++place) {
        first.exchange->bring({file, place, chunk_name(place + 1)}, chunk_content(place + 1), [&](const net::Result<void>& result) { taken += result ? 1U : 0U; });
    }
    first.exchange->bring({file, 0, chunk_name(1)}, chunk_content(2), [](const net::Result<void>&) {});
    ASSERT_TRUE(replicas.run_until([&] { return taken == 3; }, seconds{2}));
    // Whatever is asked for from here on cannot be read.
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        ASSERT_TRUE(first.disk->flip_bit(ChunkStore(*first.disk, "files").path_of(chunk_name(seed)), 5, 1));
    }
    first.disk->evict();
    EXPECT_TRUE(replicas.run_until([&] { return replicas.holds(2, file) && replicas.holds(3, file); }, seconds{2}));
}

// One that has no room is asked again, and gets it from the disk then.
TEST(FileExchange, WhoseLinkIsFullGetsItLater) {
    Replicas replicas(3, 0);
    const FileId file = replicas.begin({1, 2, 3});
    replicas.run_for(milliseconds{100});
    replicas.full = NodeId{2};
    ASSERT_TRUE(replicas.at(1).exchange->confirm(file));
    for (std::uint32_t place = 0; place < 3; ++place) {
        replicas.at(1).exchange->bring({file, place, chunk_name(place + 1)}, chunk_content(place + 1), [](const net::Result<void>&) {});
    }
    replicas.run_for(seconds{1});
    EXPECT_TRUE(replicas.holds(3, file));
    EXPECT_FALSE(replicas.holds(2, file));
    replicas.full.reset();
    EXPECT_TRUE(replicas.run_until([&] { return replicas.holds(2, file); }, seconds{2})) << "at once, and not when sending again is due";
}

TEST(FileExchange, ManyChunksGoOnTheirWayAFewAtATime) {
    Replicas replicas(3, 0);
    std::vector<std::uint64_t> seeds;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) seeds.push_back(seed);
    const FileId file = replicas.begin(seeds);
    for (const std::uint64_t seed : seeds) replicas.put(1, seed);
    replicas.run_for(seconds{1});
    const std::uint64_t before = replicas.sent;
    replicas.at(1).exchange->confirm(file);
    replicas.run_for(milliseconds{80});   // one round of questions
    EXPECT_LE(replicas.sent - before, 30U);
    ASSERT_TRUE(replicas.run_until([&] { return replicas.is_whole(1, file); }, seconds{20}));
    EXPECT_LE(replicas.sent - before, 60U * 2 + 200U) << "each about once";
}

TEST(FileExchange, WithoutAQuorumNothingIsWhole) {
    Replicas replicas(3, 1);
    replicas.at(2).is_down = replicas.at(3).is_down = true;   // the learner does not count
    const FileId file = replicas.upload({1, 2});
    replicas.run_for(seconds{20});
    EXPECT_FALSE(replicas.is_whole(1, file));
    EXPECT_TRUE(replicas.holds(4, file)) << "it has it, though";
    replicas.at(2).is_down = false;
    replicas.at(2).apply_all();
    EXPECT_TRUE(replicas.run_until([&] { return replicas.is_whole(1, file); }, seconds{10}));
}

// A replica that has the bytes and not yet the intent could still collect them: it does not count.
TEST(FileExchange, WhoHasNotAppliedTheBeginningSaysNothing) {
    Replicas replicas(3, 0);
    replicas.at(2).is_behind = replicas.at(3).is_behind = true;
    for (const std::uint64_t node : {2U, 3U}) replicas.put(node, 1);
    const FileId file = replicas.upload({1});
    replicas.run_for(seconds{10});
    EXPECT_TRUE(replicas.holds(2, file) && replicas.holds(3, file));
    EXPECT_FALSE(replicas.is_whole(1, file));
    replicas.at(3).is_behind = false;
    replicas.at(3).apply_all();
    EXPECT_TRUE(replicas.run_until([&] { return replicas.is_whole(1, file); }, seconds{5}));
}

TEST(FileExchange, ConfirmsAgainWhenTheMembersChanged) {
    Replicas replicas(3, 1);
    const FileId file = replicas.begin({1, 2});
    for (const std::uint64_t seed : {1U, 2U}) replicas.put(1, seed);
    replicas.propose(Unnumbered{ExpectVoters{2, {1, 2, 3, 4}}});
    replicas.at(3).is_down = replicas.at(4).is_down = true;
    replicas.run_for(milliseconds{300});
    replicas.at(1).exchange->confirm(file);
    replicas.run_for(seconds{10});
    EXPECT_FALSE(replicas.is_whole(1, file)) << "two of three, but not three of the four that are expected";
    replicas.at(4).is_down = false;
    replicas.at(4).apply_all();
    EXPECT_TRUE(replicas.run_until([&] { return replicas.is_whole(1, file); }, seconds{10})) << "the learner that is to vote makes it three";
}

TEST(FileExchange, StopsWhenTheUploadIsGivenUp) {
    Replicas replicas(3, 0);
    replicas.at(2).is_down = replicas.at(3).is_down = true;
    const FileId file = replicas.upload({1});
    replicas.run_for(seconds{1});
    EXPECT_EQ(replicas.at(1).exchange->confirmations().under_way(), 1U);
    replicas.as_ann(CancelUpload{file});
    EXPECT_TRUE(replicas.run_until([&] { return replicas.at(1).exchange->confirmations().under_way() == 0; }, seconds{5}));
}

TEST(FileExchange, WhoWasAwayFetchesWhatBecameWholeMeanwhile) {
    Replicas replicas(3, 0);
    replicas.at(3).is_down = true;
    std::vector<FileId> files;
    for (std::uint64_t seed = 1; seed <= 9; seed += 3) files.push_back(replicas.upload({seed, seed + 1, seed + 2}));
    ASSERT_TRUE(replicas.run_until([&] { return std::ranges::all_of(files, [&](FileId file) { return replicas.is_whole(1, file); }); }));
    replicas.at(3).is_down = false;
    replicas.at(3).apply_all();
    EXPECT_EQ(replicas.at(3).exchange->fetch().complete_at(), 0U) << "it knows what it lacks";
    EXPECT_TRUE(replicas.run_until([&] { return std::ranges::all_of(files, [&](FileId file) { return replicas.holds(3, file); }); }));
    EXPECT_TRUE(replicas.run_until([&] { return replicas.at(3).exchange->fetch().complete_at() == replicas.log.size(); }));
    EXPECT_EQ(replicas.at(3).exchange->fetch().seen(), (FilesSeen{3, 3 * (2 * chunk_bytes + 3'000), 0, 0}));
}

TEST(FileExchange, WhatTheDiskChangedIsFetchedAgain) {
    Replicas replicas(3, 0);
    const FileId file = replicas.upload({1});
    ASSERT_TRUE(replicas.run_until([&] { return replicas.holds(3, file) && replicas.is_whole(3, file); }));
    const std::string path = ChunkStore(*replicas.at(3).disk, "files").path_of(chunk_name(1));
    ASSERT_TRUE(replicas.at(3).disk->flip_bit(path, 5, 1));
    replicas.at(3).disk->evict();
    replicas.at(3).keeper->read(chunk_name(1), [](const net::Result<net::Bytes>& bytes) { EXPECT_FALSE(bytes); });
    EXPECT_TRUE(replicas.run_until([&] { return !replicas.at(3).keeper->has(chunk_name(1)); }, seconds{5}));
    EXPECT_TRUE(replicas.run_until([&] { return replicas.at(3).keeper->has(chunk_name(1)); }, seconds{5}));
}

TEST(FileExchange, BytesOfAnotherNameAreAskedForElsewhere) {
    Replicas replicas(3, 0);
    replicas.at(3).is_down = true;
    const FileId file = replicas.upload({1});
    ASSERT_TRUE(replicas.run_until([&] { return replicas.is_whole(1, file); }));
    replicas.at(3).is_down = false;
    replicas.at(3).apply_all();
    replicas.run_until([&] { return false; }, milliseconds{1});
    replicas.at(3).exchange->received(NodeId{1}, BytesSent{chunk_name(1), chunk_content(2)});
    replicas.at(3).exchange->received(NodeId{2}, BytesSent{chunk_name(1), {}});
    replicas.at(3).exchange->received(NodeId{2}, BytesSent{chunk_name(7), chunk_content(8)});
    EXPECT_TRUE(replicas.run_until([&] { return replicas.holds(3, file); }, seconds{10}));
    EXPECT_FALSE(replicas.at(3).keeper->has(chunk_name(7)));
}

// What nobody has is asked for now and then, not all the time.
// A leader that wants to change the voters could otherwise wait for ever where files become whole all the time.
TEST(FileExchange, WhatBecomesWholeAndIsHereDoesNotMakeItLookAgain) {
    Replicas replicas(3, 0);
    ASSERT_TRUE(replicas.run_until([&] { return replicas.at(1).exchange->fetch().complete_at() > 0; }));
    const FileId file = replicas.upload({1, 2});
    ASSERT_TRUE(replicas.run_until([&] { return replicas.is_whole(1, file); }));
    EXPECT_GT(replicas.at(1).exchange->fetch().complete_at(), 0U);
}

TEST(FileExchange, WhatAClientWaitsForComesBeforeTheRest) {
    Replicas replicas(3, 0);
    replicas.at(3).is_down = true;
    std::vector<std::uint64_t> seeds;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) seeds.push_back(seed);
    const FileId file = replicas.begin(seeds);
    for (std::size_t i = 0; i < seeds.size(); i += 20) {
        for (std::size_t j = i; j < i + 20; ++j) replicas.put(1, seeds[j]);
        replicas.run_for(milliseconds{200});
    }
    replicas.at(1).exchange->confirm(file);
    ASSERT_TRUE(replicas.run_until([&] { return replicas.is_whole(1, file); }));
    ChunkHash last{};
    for (const std::uint64_t seed : seeds) last = std::max(last, chunk_name(seed));
    replicas.at(3).is_down = false;
    replicas.at(3).apply_all();
    replicas.run_for(milliseconds{1});
    replicas.at(3).exchange->want(last);
    ASSERT_TRUE(replicas.run_until([&] { return replicas.at(3).keeper->has(last); }, seconds{5}));
    EXPECT_LT(replicas.at(3).keeper->chunks().size(), 60U);
    for (const std::uint64_t seed : seeds) replicas.at(3).exchange->want(chunk_name(seed));   // bounded
    EXPECT_TRUE(replicas.run_until([&] { return replicas.holds(3, file); }));
}

TEST(FileExchange, WhatIsNowhereKeepsNobodyBusy) {
    Replicas replicas(3, 0);
    const FileId file = replicas.begin({1, 2, 3});
    replicas.propose(Unnumbered{ConfirmFile{file, 2, {1, 2}}});   // somebody lies
    const auto whole = [&] { return replicas.is_whole(3, file); };
    ::testing::TestPartResultArray ignored;   // check_quorum would say what is intended here
    {
        ::testing::ScopedFakeTestPartResultReporter reporter(&ignored);
        replicas.run_until(whole, seconds{1});
        replicas.run_for(milliseconds{100});
    }
    EXPECT_TRUE(whole());
    const std::uint64_t before = replicas.sent;
    replicas.run_for(seconds{50});
    EXPECT_LE(replicas.sent - before, 3U * 2 * 3 * 2 * 12) << "three nodes, two others, three chunks, question and answer, every five seconds";
    EXPECT_EQ(replicas.at(3).exchange->fetch().complete_at(), 0U);
    const std::uint64_t size = 2 * chunk_bytes + 3'000;
    EXPECT_EQ(replicas.at(3).exchange->fetch().seen(), (FilesSeen{1, size, 3, size}));
}

TEST(FileExchange, StandsLossAndAbsence) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Replicas replicas(3, 1, seed);
        replicas.loss = 200;
        std::vector<FileId> files;
        for (std::uint64_t i = 0; i < 5; ++i) {
            const std::uint64_t away = 2 + replicas.draw(3);
            replicas.at(away).is_down = true;
            files.push_back(replicas.upload({10 * i, 10 * i + 1 + replicas.draw(3), 99}));
            replicas.run_for(milliseconds{replicas.draw(3'000)});
            replicas.at(away).is_down = false;
            replicas.at(away).apply_all();
        }
        EXPECT_TRUE(replicas.run_until([&] {
            return std::ranges::all_of(files, [&](FileId file) { return replicas.is_whole(1, file) && replicas.holds(2, file) && replicas.holds(3, file) && replicas.holds(4, file); });
        })) << "seed " << seed;
    }
}

std::vector<NodeId> nodes_of(std::initializer_list<std::uint64_t> numbers) {
    std::vector<NodeId> nodes;
    for (const std::uint64_t number : numbers) nodes.push_back(NodeId{number});
    return nodes;
}

TEST(NextVoters, AreReadyAtOnceWhereThereAreNoFiles) {
    Replicas replicas(3, 1);
    bool is_ready = false;
    replicas.at(1).exchange->next_voters().prepare(nodes_of({1, 2, 3, 4}), NodeId{4}, [&] { is_ready = true; });
    EXPECT_TRUE(replicas.run_until([&] { return is_ready; }, seconds{10}));
    EXPECT_EQ(replicas.at(3).view->expected_voters().value()->voters, (std::vector<std::uint64_t>{1, 2, 3, 4}));
}

TEST(NextVoters, ALearnerIsPromotedOnlyWithEveryWholeFile) {
    Replicas replicas(3, 1);
    replicas.at(4).is_down = true;
    const FileId before = replicas.upload({1, 2, 3});
    ASSERT_TRUE(replicas.run_until([&] { return replicas.is_whole(1, before); }));
    bool is_ready = false;
    replicas.at(1).exchange->next_voters().prepare(nodes_of({1, 2, 3, 4}), NodeId{4}, [&] { is_ready = true; });
    replicas.run_for(seconds{10});
    EXPECT_FALSE(is_ready);
    EXPECT_EQ(replicas.at(1).exchange->next_voters().incomplete(), nodes_of({4}));
    replicas.at(3).is_down = true;
    const FileId meanwhile = replicas.upload({4});
    replicas.run_for(seconds{5});
    EXPECT_FALSE(replicas.is_whole(1, meanwhile)) << "two are no quorum of four";
    replicas.at(4).is_down = false;
    replicas.at(4).apply_all();
    ASSERT_TRUE(replicas.run_until([&] { return is_ready; }, seconds{30}));
    EXPECT_TRUE(replicas.holds(4, before));
    ASSERT_TRUE(replicas.run_until([&] { return replicas.is_whole(1, meanwhile); }, seconds{30}));
    EXPECT_TRUE(replicas.holds(4, meanwhile));
}

TEST(NextVoters, AVoterIsRemovedOnlyWhenTheRestHasAQuorumOfEverything) {
    Replicas replicas(3, 0);
    replicas.at(2).is_down = true;
    const FileId file = replicas.upload({1, 2});
    ASSERT_TRUE(replicas.run_until([&] { return replicas.is_whole(1, file); }));
    bool is_ready = false;
    replicas.at(1).exchange->next_voters().prepare(nodes_of({1, 2}), std::nullopt, [&] { is_ready = true; });
    replicas.run_for(seconds{10});
    EXPECT_FALSE(is_ready) << "one of two is no quorum";
    replicas.at(2).is_down = false;
    replicas.at(2).apply_all();
    ASSERT_TRUE(replicas.run_until([&] { return is_ready; }, seconds{30}));
    EXPECT_TRUE(replicas.holds(1, file) && replicas.holds(2, file));
}

TEST(NextVoters, ThatTheStateForgotAreToldAgain) {
    Replicas replicas(3, 1);
    replicas.at(4).is_down = true;
    bool is_ready = false;
    NextVoters& next = replicas.at(1).exchange->next_voters();
    next.prepare(nodes_of({1, 2, 3, 4}), NodeId{4}, [&] { is_ready = true; });
    replicas.run_for(seconds{3});
    replicas.propose(Unnumbered{ExpectVoters{2, {1, 2}}});   // somebody else led for a moment
    replicas.run_for(seconds{5});
    EXPECT_EQ(replicas.at(1).view->expected_voters().value()->voters.size(), 4U);
    EXPECT_FALSE(is_ready);
    next.cancel();
    replicas.at(4).is_down = false;
    replicas.at(4).apply_all();
    replicas.run_for(seconds{10});
    EXPECT_FALSE(is_ready) << "nobody wants it any more";
}

TEST(NextVoters, AreGivenUpWhenNobodySaysItAgain) {
    Replicas replicas(3, 1, 1, seconds{20});
    replicas.at(4).is_down = true;
    const FileId file = replicas.upload({1});
    ASSERT_TRUE(replicas.run_until([&] { return replicas.is_whole(1, file); }));
    NextVoters& next = replicas.at(1).exchange->next_voters();
    std::vector<int> ready;
    next.prepare(nodes_of({1, 2, 3, 4}), NodeId{4}, [&] { ready.push_back(1); });
    replicas.run_for(seconds{21});
    EXPECT_FALSE(next.is_under_way());
    replicas.at(4).is_down = false;
    replicas.at(4).apply_all();
    replicas.run_for(seconds{30});
    EXPECT_TRUE(ready.empty()) << "it was long ago";
    EXPECT_TRUE(replicas.holds(4, file));
}

TEST(NextVoters, WhoSaysItAgainGoesOnWithWhatWasFoundOut) {
    Replicas replicas(3, 1, 1, seconds{20});
    replicas.at(4).is_down = true;
    const FileId file = replicas.upload({1});
    ASSERT_TRUE(replicas.run_until([&] { return replicas.is_whole(1, file) && replicas.holds(3, file); }));
    NextVoters& next = replicas.at(1).exchange->next_voters();
    int ready = 0;
    const auto want = [&] { next.prepare(nodes_of({1, 2, 3, 4}), NodeId{4}, [&] { ++ready; }); };
    for (int i = 0; i < 4; ++i) {
        want();
        replicas.run_for(seconds{10});
    }
    EXPECT_EQ(next.incomplete(), nodes_of({4}));
    want();
    EXPECT_EQ(next.incomplete(), nodes_of({4})) << "who is complete is not asked anew";
    replicas.at(4).is_down = false;
    replicas.at(4).apply_all();
    ASSERT_TRUE(replicas.run_until([&] { return ready > 0; }, seconds{15}));
    replicas.run_for(seconds{5});
    EXPECT_EQ(ready, 1);
}

TEST(NextVoters, StandLoss) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        Replicas replicas(3, 1, seed);
        replicas.loss = 300;
        replicas.at(4).is_down = true;
        const FileId file = replicas.upload({1, 2, 3});
        ASSERT_TRUE(replicas.run_until([&] { return replicas.is_whole(1, file); }));
        replicas.at(4).is_down = false;
        replicas.at(4).apply_all();
        bool is_ready = false;
        replicas.at(1).exchange->next_voters().prepare(nodes_of({1, 2, 3, 4}), NodeId{4}, [&] {
            is_ready = true;
            EXPECT_TRUE(replicas.holds(4, file));
        });
        EXPECT_TRUE(replicas.run_until([&] { return is_ready; })) << "seed " << seed;
    }
}

}  // namespace
}  // namespace parley::chat::testing
