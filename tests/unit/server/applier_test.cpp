// The Applier: effects at once and in order, the database behind them, and never a reader that sees less than it was told.
#include <gtest/gtest.h>

#include "chat/server/applier.hpp"
#include "net/archive/archive.hpp"
#include "sim/disk/sim_disk.hpp"
#include "sim/disk/vfs.hpp"
#include "tests/unit/gateway/fake_ports.hpp"
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

using namespace std::chrono_literals;

// Slots first to last, each of which registers one person.
std::vector<consensus::ChosenSlot> slots(std::uint64_t first, std::uint64_t last) {
    std::vector<consensus::ChosenSlot> chosen;
    for (std::uint64_t slot = first; slot <= last; ++slot) {
        const Register command{"person" + std::to_string(slot), "hash", token(slot), "test"};
        const consensus::DecodedSlot decoded = slot_of(slot, {encoded(Unnumbered{command}, slot)}, 1'000);
        chosen.push_back({decoded.slot, consensus::Value{decoded.batch}});
    }
    return chosen;
}

class ApplierTest : public ::testing::Test {
protected:
    void SetUp() override { begin({}); }

    void begin(ApplierOptions options) {
        applier.reset();
        applier = std::make_unique<Applier>(loop, *state, options, events());
        view->before_each_read([this] { return applier->settle(); });
    }

    ApplierEvents events() {
        ApplierEvents events;
        events.applied = [this](consensus::Slot through, const std::vector<Effect>& effects) {
            told.push_back(through.value);
            answers += effects.size();
            if (on_applied) on_applied();
        };
        events.failed = [this](const net::Error& error) { failures.push_back(error.message); };
        return events;
    }

    // What somebody sees who opens the file without asking the Applier.
    [[nodiscard]] std::uint64_t committed() const { return View::open(path, nullptr).value()->applied_through().value(); }

    ScratchFolder folder;
    std::string path = folder.file("state.db");
    Clock clock{1};
    FakeLoop loop{clock};
    std::unique_ptr<ChatState> state = std::make_unique<ChatState>(path, nullptr, Limits{});
    std::unique_ptr<View> view = View::open(path, nullptr).value();
    std::unique_ptr<Applier> applier;
    std::vector<std::uint64_t> told;
    std::size_t answers = 0;
    std::vector<std::string> failures;
    std::function<void()> on_applied;
};

TEST_F(ApplierTest, EffectsComeBeforeTheCommit) {
    applier->take(slots(1, 3));
    clock.run_for(1ms);
    EXPECT_EQ(told, std::vector<std::uint64_t>{3});
    EXPECT_GE(answers, 3U);
    EXPECT_EQ(state->executed_through(), consensus::Slot{3});
    EXPECT_EQ(committed(), 0U);
}

TEST_F(ApplierTest, TheDatabaseFollowsWithinTheTimeAllowed) {
    applier->take(slots(1, 3));
    clock.run_for(ApplierOptions{}.commit_within + 1ms);
    EXPECT_EQ(committed(), 3U);
    applier->take(slots(4, 4));
    clock.run_for(ApplierOptions{}.commit_within + 1ms);
    EXPECT_EQ(committed(), 4U) << "the time runs anew";
}

TEST_F(ApplierTest, AReaderSeesWhatTheEffectsTold) {
    std::vector<std::uint64_t> seen;
    on_applied = [&] { seen.push_back(view->applied_through().value()); };
    applier->take(slots(1, 2));
    clock.run_for(1ms);
    applier->take(slots(3, 5));
    clock.run_for(1ms);
    EXPECT_EQ(seen, told);
    EXPECT_EQ(seen, (std::vector<std::uint64_t>{2, 5}));
}

TEST_F(ApplierTest, AFullTransactionIsCommittedBeforeItsTime) {
    begin({.commands_per_turn_max = 4, .commands_per_transaction_max = 8, .commit_within = 1h});
    applier->take(slots(1, 20));
    clock.run_for(1ms);
    EXPECT_EQ(told.back(), 20U);
    EXPECT_GT(told.size(), 4U) << "the Loop's other work had its turns";
    EXPECT_GE(committed(), 16U);
}

TEST_F(ApplierTest, ACleanEndCommits) {
    applier->take(slots(1, 3));
    clock.run_for(1ms);
    applier.reset();
    EXPECT_EQ(committed(), 3U);
}

TEST_F(ApplierTest, WhatDoesNotDecodeStopsTheReplicaOnce) {
    applier->take({{consensus::Slot{1}, consensus::Value{net::Bytes{std::byte{0xFF}}}}});
    clock.run_for(1ms);
    applier->take(slots(1, 1));
    clock.run_for(1s);
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_NE(failures.front().find("slot 1"), std::string::npos) << failures.front();
    EXPECT_TRUE(told.empty());
}

TEST(Applier, ACommitThatFailsIsToldOnceAndFailsTheRead) {
    sim::register_vfs(false);
    sim::reseed_sqlite(1);
    sim::SimDisk disk(sim::SimDiskOptions{}, [](std::string_view, std::uint64_t place) { return place; },
                      [](net::Duration, net::Task task) { task(); });
    Clock clock{1};
    FakeLoop loop{clock};
    ChatState state(disk.native_path("state.db"), sim::vfs_name, {});
    const auto view = View::open(disk.native_path("state.db"), sim::vfs_name).value();
    std::vector<std::string> failures;
    ApplierEvents events;
    events.applied = [](consensus::Slot, const std::vector<Effect>&) {};
    events.failed = [&](const net::Error& error) { failures.push_back(error.message); };
    Applier applier(loop, state, {}, std::move(events));
    view->before_each_read([&] { return applier.settle(); });
    disk.arm({sim::DiskFaultKind::full, 0, 1'000'000, "", {}});

    applier.take(slots(1, 1));
    clock.run_for(1ms);
    EXPECT_TRUE(failures.empty()) << "nothing was written yet";
    EXPECT_FALSE(view->applied_through());
    EXPECT_FALSE(view->applied_through()) << "what the failed commit took back was told already";
    clock.run_for(1s);
    EXPECT_EQ(failures.size(), 1U);
    applier.take(slots(2, 2));
    clock.run_for(1s);
    EXPECT_EQ(failures.size(), 1U);
    EXPECT_EQ(state.applied_through(), consensus::Slot{0});
}

}  // namespace
}  // namespace parley::chat::testing
