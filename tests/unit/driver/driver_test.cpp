// The ordering law: asserting messages and chosen slots wait for the disk, free messages do not, a failed disk is silence.
#include "consensus/core/learner.hpp"
#include "tests/unit/driver/bench.hpp"

namespace parley::consensus::test {
namespace {

using std::chrono::milliseconds;

const Ballot theirs{1, NodeId{1}};

TEST(Driver, AcceptedWaitsForItsRecord) {
    Bench bench;
    bench.disk.set_extra_latency(milliseconds{50});
    bench.accept(1);
    EXPECT_EQ(bench.count<Accepted>(), 0U);
    bench.run_for(milliseconds{40});
    EXPECT_EQ(bench.count<Accepted>(), 0U);
    bench.run_for(milliseconds{40});
    EXPECT_EQ(bench.count<Accepted>(), 1U);
}

TEST(Driver, PromiseWaitsForMeta) {
    Bench bench;
    bench.disk.set_extra_latency(milliseconds{50});
    bench.driver->received(NodeId{1}, Prepare{theirs, Slot{1}});
    bench.run_for(milliseconds{40});
    EXPECT_EQ(bench.count<Promise>(), 0U);
    bench.run_for(milliseconds{160});
    EXPECT_EQ(bench.count<Promise>(), 1U);
}

TEST(Driver, FreeMessagesLeaveWhileTheDiskIsBusy) {
    Bench bench;
    bench.disk.set_extra_latency(milliseconds{500});
    bench.accept(1);
    bench.driver->received(NodeId{1}, Heartbeat{theirs, Slot{0}, 1, 0});
    EXPECT_EQ(bench.count<HeartbeatAnswer>(), 1U);
    EXPECT_EQ(bench.count<Accepted>(), 0U);
}

TEST(Driver, AssertingMessagesKeepTheirOrder) {
    Bench bench;
    bench.disk.set_extra_latency(milliseconds{20});
    for (std::uint64_t slot = 1; slot <= 5; ++slot) bench.accept(slot);
    bench.run_for(milliseconds{200});
    std::vector<std::uint64_t> slots;
    for (const Sent& one : bench.sent) {
        if (const auto* accepted = std::get_if<Accepted>(&one.message)) slots.push_back(accepted->from.value);
    }
    EXPECT_EQ(slots, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
}

TEST(Driver, ChosenSlotsWaitUntilTheyAreDurableHere) {
    Bench bench;
    bench.disk.set_extra_latency(milliseconds{50});
    bench.accept(1);
    bench.driver->received(NodeId{1}, Chosen{theirs, Slot{1}});
    EXPECT_EQ(bench.driver->status().chosen_through, Slot{1});
    EXPECT_TRUE(bench.chosen.empty());
    bench.run_for(milliseconds{100});
    EXPECT_EQ(bench.chosen, std::vector{Slot{1}});
}

TEST(Driver, AChosenSlotComesOnceAlsoAfterARestart) {
    Bench bench;
    bench.accept(1);
    bench.accept(2, 1);
    bench.run_for(milliseconds{50});
    bench.driver->received(NodeId{1}, Chosen{theirs, Slot{2}});
    bench.run_for(milliseconds{50});
    EXPECT_EQ(bench.chosen, (std::vector{Slot{1}, Slot{2}}));
    bench.applied_through = Slot{1};
    bench.restart(sim::CrashKind::process_kill);
    bench.driver->received(NodeId{1}, CatchUpData{Slot{2}, {}, Slot{2}, Slot{1}});
    bench.accept(2, 0);
    bench.run_for(milliseconds{50});
    bench.driver->received(NodeId{1}, Chosen{theirs, Slot{2}});
    bench.run_for(milliseconds{50});
    EXPECT_EQ(bench.chosen, std::vector{Slot{2}});
}

TEST(Driver, HandsOutWhatTheLogHeldAsChosen) {
    Bench bench;
    for (std::uint64_t slot = 1; slot <= 4; ++slot) bench.accept(slot, slot - 1);
    bench.run_for(milliseconds{50});
    bench.accept(5, 4);
    bench.run_for(milliseconds{50});
    bench.restart(sim::CrashKind::process_kill);   // the state machine lost everything
    bench.run_for(milliseconds{20});
    ASSERT_GE(bench.chosen.size(), 3U);
    for (std::size_t i = 0; i < bench.chosen.size(); ++i) EXPECT_EQ(bench.chosen[i], Slot{i + 1});
}

TEST(Driver, ChosenSlotsStayABoundedDistanceAheadOfTheStateMachine) {
    Bench bench;
    bench.apply_at_once = false;
    const std::uint64_t slots = 5000;
    for (std::uint64_t slot = 1; slot <= slots; ++slot) {
        bench.accept(slot, slot - 1);
        if (slot % 100 == 0) bench.run_for(milliseconds{5});
    }
    bench.run_for(milliseconds{50});
    EXPECT_EQ(bench.chosen.size(), 4096U);
    bench.driver->applied(Slot{4096});
    EXPECT_EQ(bench.chosen.size(), slots - 1);
}

TEST(Driver, AFailedDiskIsSilence) {
    Bench bench;
    sim::DiskFault fault;
    fault.kind = sim::DiskFaultKind::sync_error;
    bench.disk.arm(fault);
    bench.accept(1);
    bench.run_for(milliseconds{50});
    ASSERT_EQ(bench.failures.size(), 1U);
    bench.sent.clear();
    bench.driver->received(NodeId{1}, Heartbeat{theirs, Slot{0}, 1, 0});
    bench.accept(2);
    bench.run_for(std::chrono::seconds{3});
    EXPECT_TRUE(bench.sent.empty());
    EXPECT_EQ(bench.failures.size(), 1U);
}

TEST(Driver, AloneItLeadsByItselfAndOrders) {
    Bench bench{1};
    bench.run_for(std::chrono::seconds{1});
    ASSERT_TRUE(bench.driver->status().leading);
    bench.driver->propose({parley::test::bytes_of("one"), parley::test::bytes_of("two")});
    bench.run_for(milliseconds{20});
    EXPECT_EQ(bench.chosen, (std::vector{Slot{1}, Slot{2}}));
    EXPECT_TRUE(bench.sent.empty());
    ASSERT_FALSE(bench.statuses.empty());
    EXPECT_TRUE(bench.statuses.back().leading);
}

// Behind an installed snapshot the log may hold none of the slots whose stamps made it.
TEST(Driver, StampsNothingBelowTheStateMachinesLogTime) {
    Bench bench{1};
    bench.run_for(std::chrono::seconds{1});
    bench.applied_through = Slot{1};
    bench.log_time_ms = bench.loop.wall_now().ms + 60'000;
    bench.restart(sim::CrashKind::process_kill);
    bench.run_for(std::chrono::seconds{1});
    ASSERT_TRUE(bench.driver->status().leading);
    const auto held = bench.log->read(Slot{2}, Slot{2}, 1U << 20U);
    ASSERT_TRUE(held && !held->empty());
    EXPECT_GE(stamped_log_time(held->front().value), bench.log_time_ms);
}

// Node 2 leads, and node 1 is pledged to it.
void lead_on_a_lease(Bench& bench) {
    while (bench.last<PrePrepare>() == nullptr) bench.run_for(milliseconds{10});
    const Ballot mine = bench.last<PrePrepare>()->ballot;
    bench.driver->received(NodeId{1}, PrePrepareAnswer{mine, true, {}, {}, bench.loop.wall_now().ms});
    bench.run_for(milliseconds{20});
    Promise nothing;
    nothing.ballot = mine;
    nothing.floor = nothing.covered_from = Slot{1};
    nothing.last = true;
    bench.driver->received(NodeId{1}, nothing);
    bench.run_for(milliseconds{20});
    bench.driver->received(NodeId{1}, Accepted{mine, Slot{1}, Slot{1}, {}});
    bench.run_for(milliseconds{60});
    ASSERT_TRUE(bench.driver->status().leading);
    ASSERT_NE(bench.last<PledgeAsked>(), nullptr);
    bench.driver->received(NodeId{1}, Pledged{mine, bench.last<PledgeAsked>()->question, 300'000});
}

TEST(Driver, AnAnswerOnALeaseLeavesOnlyWhileTheLeaseLasts) {
    Bench bench{3, true};
    ASSERT_NO_FATAL_FAILURE(lead_on_a_lease(bench));
    bench.driver->received(NodeId{3}, ReadRequest{1});
    EXPECT_EQ(bench.count<ReadSlot>(), 1U);
    // It stands still between the step that found the lease good and the moment in which the answer would leave.
    const auto left = *bench.driver->status().lease_until - bench.loop.now();
    ASSERT_GT(left, milliseconds{200});
    bench.loop.per_look = left * 2 / 3;
    bench.driver->received(NodeId{3}, ReadRequest{2});
    bench.loop.per_look = {};
    EXPECT_EQ(bench.count<ReadSlot>(), 1U);
    // Who asked asks again, and a round is made.
    const std::size_t heartbeats = bench.count<Heartbeat>();
    bench.driver->received(NodeId{3}, ReadRequest{3});
    EXPECT_GT(bench.count<Heartbeat>(), heartbeats);
    bench.driver->received(NodeId{1}, HeartbeatAnswer{bench.driver->status().ballot, bench.last<Heartbeat>()->round, Slot{1}, bench.loop.wall_now().ms});
    EXPECT_EQ(bench.count<ReadSlot>(), 2U);
}

TEST(Driver, RefusesCommandsWhileNobodyLeads) {
    Bench bench;
    bench.driver->propose({parley::test::bytes_of("one")});
    EXPECT_EQ(bench.refused, 1U);
}

TEST(Driver, TellsOnceThatAFollowerHearsALeader) {
    Bench bench;
    for (std::uint64_t round = 1; round <= 5; ++round) {
        bench.driver->received(NodeId{1}, Heartbeat{theirs, Slot{0}, round, 0});
    }
    std::size_t following = 0;
    for (const ReplicaStatus& status : bench.statuses) following += status.leader == NodeId{1} ? 1U : 0U;
    EXPECT_EQ(following, 1U);
}

TEST(Driver, ServesOldSlotsFromTheLog) {
    Bench bench;
    for (std::uint64_t slot = 1; slot <= 4; ++slot) bench.accept(slot, slot - 1);
    bench.run_for(milliseconds{50});
    bench.accept(5, 4);
    bench.run_for(milliseconds{50});
    bench.applied_through = Slot{4};
    bench.restart(sim::CrashKind::process_kill);   // memory is empty now
    bench.driver->received(NodeId{3}, CatchUpRequest{Slot{1}, Slot{3}});
    ASSERT_EQ(bench.count<CatchUpData>(), 1U);
    const auto& data = std::get<CatchUpData>(bench.sent.back().message);
    ASSERT_EQ(data.chosen.size(), 3U);
    EXPECT_EQ(data.chosen.front().slot, Slot{1});
}

// The log gives the record that it holds; until the chosen one is there, that may be a value that was never chosen.
TEST(Driver, ShowsNobodyAnAcceptedValueInPlaceOfTheChosenOne) {
    Bench bench;
    bench.options.memory_bytes_max = 0;   // whoever asks is answered from the log
    bench.restart(sim::CrashKind::process_kill);
    bench.accept(1, 0, "accepted");
    bench.run_for(milliseconds{50});
    bench.disk.set_extra_latency(milliseconds{50});
    const Value chosen{Batch{BatchKind::commands, 0, {parley::test::bytes_of("chosen")}}};
    bench.driver->received(NodeId{3}, CatchUpData{Slot{1}, {AcceptedValue{Slot{1}, Ballot{2, NodeId{3}}, chosen}}, Slot{1}, Slot{1}});
    bench.driver->received(NodeId{1}, CatchUpRequest{Slot{1}, Slot{1}});
    ASSERT_EQ(bench.count<CatchUpData>(), 1U);
    EXPECT_TRUE(std::get<CatchUpData>(bench.sent.back().message).chosen.empty());
    bench.run_for(milliseconds{200});
    bench.driver->received(NodeId{1}, CatchUpRequest{Slot{1}, Slot{1}});
    ASSERT_EQ(bench.count<CatchUpData>(), 2U);
    const auto& data = std::get<CatchUpData>(bench.sent.back().message);
    ASSERT_EQ(data.chosen.size(), 1U);
    EXPECT_EQ(data.chosen.front().value, chosen);
}

TEST(Driver, KeepsItsPromiseOverAPowerCut) {
    Bench bench;
    bench.driver->received(NodeId{3}, Prepare{Ballot{9, NodeId{3}}, Slot{1}});
    bench.run_for(milliseconds{50});
    ASSERT_EQ(bench.count<Promise>(), 1U);
    bench.restart(sim::CrashKind::power_cut);
    bench.accept(1);
    bench.run_for(milliseconds{50});
    EXPECT_EQ(bench.count<Accepted>(), 0U);
    EXPECT_EQ(bench.count<Reject>(), 1U);
}

TEST(Driver, DoesNotMindBeingDestroyedWithAWriteInFlight) {
    Bench bench;
    bench.accept(1);
    bench.driver.reset();
    bench.run_for(milliseconds{100});
    EXPECT_EQ(bench.count<Accepted>(), 0U);
}

}  // namespace
}  // namespace parley::consensus::test
