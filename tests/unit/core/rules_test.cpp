// One test, or a few, for each rule of docs/protocol.md that a single replica can show.
#include <set>

#include <gtest/gtest.h>

#include "tests/unit/core/solo.hpp"

namespace parley::consensus::testing {
namespace {

const Ballot one{1, NodeId{1}};

Promise promise_with(Ballot ballot, std::vector<AcceptedValue> accepted, std::vector<Slot> faulty = {}) {
    Promise promise = Solo::empty_promise(ballot, Slot{0});
    promise.covered_through = Slot{9};
    promise.accepted = std::move(accepted);
    promise.faulty = std::move(faulty);
    return promise;
}

// Brings node 2 to the point where it waits for promises; its own one is given already.
Ballot prepare(Solo& solo, const std::string& = {}) {
    solo.pass(700);
    const Ballot mine = solo.status().ballot;
    solo.hear(1, PrePrepareAnswer{mine, true, {}, {}, solo.wall_ms()});
    solo.forward_to_self();
    return mine;
}

TEST(P1OnePhaseOne, PromiseCoversEverySlotFromTheOneAsked) {
    Solo solo;
    solo.hear(1, Accept{one, Slot{3}, value("c"), {}});
    solo.hear(3, Reject{});   // of no meaning
    solo.pass(700);
    const Ballot higher{5, NodeId{3}};
    solo.hear(3, Prepare{higher, Slot{2}});
    const auto promises = solo.sent<Promise>(3);
    ASSERT_EQ(promises.size(), 1U);
    EXPECT_EQ(promises[0].covered_from, Slot{2});
    EXPECT_TRUE(promises[0].last);
    ASSERT_EQ(promises[0].accepted.size(), 1U);
    EXPECT_EQ(promises[0].accepted[0].slot, Slot{3});
}

TEST(P1OnePhaseOne, ChunksCoverWithoutGapOrOverlap) {
    Options options;
    options.message_bytes_max = 64;
    Solo solo{3, options};
    for (std::uint64_t slot = 1; slot <= 6; ++slot) solo.hear(1, Accept{one, Slot{slot}, value("0123456789"), {}});
    solo.pass(700);
    solo.hear(3, Prepare{ballot(5, 3), Slot{1}});
    Slot expected{1};
    const auto chunks = solo.sent<Promise>(3);
    ASSERT_GT(chunks.size(), 2U);
    for (const Promise& chunk : chunks) {
        EXPECT_EQ(chunk.covered_from, expected);
        expected = chunk.covered_through.next();
        EXPECT_EQ(chunk.last, &chunk == &chunks.back());
    }
}

TEST(P1OnePhaseOne, SlotsReportedAsChosenAreFetchedAndNeverProposed) {
    Solo solo;
    const Ballot mine = prepare(solo);
    solo.hear(1, Solo::empty_promise(mine, Slot{2}));
    EXPECT_TRUE(solo.sent<Accept>().empty());
    const auto requests = solo.sent<CatchUpRequest>(1);
    ASSERT_EQ(requests.size(), 1U);
    EXPECT_EQ(requests[0], (CatchUpRequest{Slot{1}, Slot{2}}));
    solo.hear(1, CatchUpData{Slot{1}, {{Slot{1}, one, value("a")}, {Slot{2}, one, value("b")}}, Slot{2}, Slot{1}});
    EXPECT_EQ(solo.last.chosen.size(), 2U);
    const auto accepts = solo.sent<Accept>(1);
    ASSERT_EQ(accepts.size(), 1U);
    EXPECT_EQ(accepts[0].slot, Slot{3});
}

TEST(P1OnePhaseOne, AskEverybodyWhenTheOneThatReportedASlotHasLostIt) {
    Solo solo;
    const Ballot theirs = ballot(9, 1);
    solo.hear(1, Heartbeat{theirs, Slot{1}, 1, 0});
    std::set<std::uint64_t> asked;
    for (int round = 0; round < 4; ++round) {
        for (const std::uint64_t node : {1U, 3U}) {
            if (solo.sent<CatchUpRequest>(node).empty()) continue;
            asked.insert(node);
            if (node == 1) solo.hear(1, CatchUpData{Slot{1}, {}, Slot{1}, Slot{1}});
        }
        solo.pass(200);
    }
    EXPECT_TRUE(asked.contains(3)) << "node 1 alone told of the slot, and node 3 holds it";
}

TEST(P2Adoption, TakesTheValueOfTheHighestBallot) {
    Solo solo{5};
    solo.pass(700);
    const Ballot mine = solo.status().ballot;
    solo.hear(1, PrePrepareAnswer{mine, true, {}, {}, solo.wall_ms()});
    solo.hear(3, PrePrepareAnswer{mine, true, {}, {}, solo.wall_ms()});
    solo.hear(1, promise_with(mine, {{Slot{1}, ballot(0, 1), value("older")}}));
    solo.hear(3, promise_with(mine, {{Slot{1}, ballot(0, 4), value("newer")}}));
    solo.hear(4, promise_with(mine, {}));
    const auto accepts = solo.sent<Accept>(1);
    ASSERT_FALSE(accepts.empty());
    EXPECT_EQ(accepts[0].value, value("newer"));
}

TEST(P2Adoption, FillsAGapWithANoOpOnlyOnAQuorumOfCleanAnswers) {
    Solo solo;
    const Ballot mine = prepare(solo);
    solo.hear(1, promise_with(mine, {{Slot{2}, ballot(0, 1), value("second")}}));
    const auto accepts = solo.sent<Accept>(1);
    ASSERT_GE(accepts.size(), 2U);
    EXPECT_EQ(accepts[0].value.decoded()->kind, BatchKind::no_op);
    EXPECT_EQ(accepts[1].value, value("second"));
}

TEST(P2Adoption, AFaultySlotIsNoAnswer) {
    Solo solo;
    const Ballot mine = prepare(solo);
    solo.hear(1, promise_with(mine, {}, {Slot{1}}));
    EXPECT_EQ(solo.status().role, Role::leader);
    EXPECT_TRUE(solo.sent<Accept>().empty());
    solo.hear(3, promise_with(mine, {{Slot{1}, ballot(0, 1), value("it was this")}}));
    const auto accepts = solo.sent<Accept>(1);
    ASSERT_FALSE(accepts.empty());
    EXPECT_EQ(accepts[0].value, value("it was this"));
}

TEST(P2Adoption, WhenEveryVoterAnsweredAndNoneHasAGoodRecordItIsANoOp) {
    Solo solo;
    const Ballot mine = prepare(solo);
    solo.hear(1, promise_with(mine, {}, {Slot{1}}));
    solo.hear(3, promise_with(mine, {}, {Slot{1}}));
    const auto accepts = solo.sent<Accept>(1);
    ASSERT_FALSE(accepts.empty());
    EXPECT_EQ(accepts[0].value.decoded()->kind, BatchKind::no_op);
}

// reconfig 682: power cuts tore an Accept of the next ballot on the disk of every voter, over what had been acknowledged.
TEST(P2Adoption, WhatLiesUnderADamagedRecordCountsWhenThereIsNoBetterAnswer) {
    InitialState given;
    given.accepted[Slot{1}] = AcceptedValue{Slot{1}, ballot(1, 1), value("acknowledged")};
    given.faulty = {Slot{1}};
    Solo solo{3, {}, given};
    const Ballot mine = prepare(solo);
    solo.hear(1, promise_with(mine, {}, {Slot{1}}));
    EXPECT_TRUE(solo.sent<Accept>().empty()) << "the third may know better";
    solo.hear(3, promise_with(mine, {{Slot{1}, ballot(0, 3), value("stale")}}, {Slot{1}}));
    const auto accepts = solo.sent<Accept>(1);
    ASSERT_FALSE(accepts.empty());
    EXPECT_EQ(accepts[0].value, value("acknowledged"));
}

TEST(P2Adoption, AChunkThatIsMissingIsNoAnswer) {
    Solo solo;
    const Ballot mine = prepare(solo);
    Promise second = promise_with(mine, {{Slot{5}, ballot(0, 1), value("e")}});
    second.covered_from = Slot{4};
    solo.hear(1, second);   // the chunk for 1..3 was lost
    EXPECT_EQ(solo.status().role, Role::candidate);
    Promise first = promise_with(mine, {});
    first.covered_through = Slot{3};
    first.last = false;
    solo.hear(1, first);
    EXPECT_EQ(solo.status().role, Role::leader);
}

TEST(P3Floor, RefusesACandidateBelowIt) {
    InitialState given;
    given.chosen_through = given.applied_through = Slot{20};
    given.floor = Slot{10};
    Solo solo{3, {}, given};
    solo.hear(1, PrePrepare{one, Slot{8}});
    EXPECT_FALSE(solo.sent<PrePrepareAnswer>(1).at(0).granted);
    solo.hear(1, PrePrepare{one, Slot{9}});
    EXPECT_TRUE(solo.sent<PrePrepareAnswer>(1).at(0).granted);
}

TEST(P4FreshBallots, TheRoundIsAboveTheOwnPromiseAfterARestart) {
    InitialState given;
    given.promised = ballot(7, 2);
    Solo solo{3, {}, given};
    const Ballot mine = prepare(solo);
    EXPECT_GT(mine, given.promised);
    EXPECT_EQ(mine.round, 8U);
}

TEST(P4FreshBallots, TheOwnPromiseIsAskedForInTheOutputOfThePrepare) {
    Solo solo;
    solo.pass(700);
    const Ballot mine = solo.status().ballot;
    EXPECT_TRUE(solo.last.writes.empty());
    const Output& output = solo.hear(1, PrePrepareAnswer{mine, true, {}, {}, solo.wall_ms()});
    EXPECT_EQ(solo.sent<Prepare>().size(), 3U);
    ASSERT_EQ(output.writes.size(), 1U);
    EXPECT_EQ(std::get<PromiseWrite>(output.writes[0]).ballot, mine);
}

TEST(P4FreshBallots, LeadingBeginsWhenTheOwnNoOpIsChosen) {
    Solo solo;
    solo.lead();
    ASSERT_EQ(solo.status().role, Role::leader);
    EXPECT_FALSE(solo.status().leading);
    solo.hear(1, Accepted{solo.status().ballot, Slot{1}, Slot{1}, {}});
    EXPECT_TRUE(solo.status().leading);
}

TEST(P5Counting, AVoteCountsOnceAndOnlyOfAVoter) {
    Solo solo{5};
    solo.pass(700);
    const Ballot mine = solo.status().ballot;
    for (const std::uint64_t voter : {1U, 3U}) solo.hear(voter, PrePrepareAnswer{mine, true, {}, {}, solo.wall_ms()});
    solo.forward_to_self();
    for (const std::uint64_t voter : {1U, 3U}) solo.hear(voter, Solo::empty_promise(mine, {}));
    solo.forward_to_self();
    const Accepted vote{mine, Slot{1}, Slot{1}, {}};
    for (int i = 0; i < 5; ++i) solo.hear(1, vote);
    solo.hear(9, vote);
    EXPECT_EQ(solo.status().chosen_through, Slot{0});
    solo.hear(4, vote);
    EXPECT_EQ(solo.status().chosen_through, Slot{1});
}

TEST(P5Counting, AcceptingPromises) {
    Solo solo;
    solo.hear(1, Accept{ballot(4, 1), Slot{1}, value("a"), {}});
    EXPECT_EQ(solo.status().promised, ballot(4, 1));
    solo.hear(3, Accept{ballot(3, 3), Slot{2}, value("b"), {}});
    EXPECT_TRUE(solo.written().empty());
    EXPECT_EQ(solo.sent<Reject>(3).size(), 1U);
}

TEST(P5Counting, ARepeatedAcceptIsAnsweredAndNotWrittenAgain) {
    Solo solo;
    solo.hear(1, Accept{one, Slot{1}, value("a"), {}});
    EXPECT_EQ(solo.written().size(), 1U);
    solo.hear(1, Accept{one, Slot{1}, value("a"), {}});
    EXPECT_TRUE(solo.written().empty());
    EXPECT_EQ(solo.sent<Accepted>(1).size(), 1U);
}

TEST(P5Counting, VotesAgainForAChosenSlotButNeverForAnotherValue) {
    Solo solo;
    solo.hear(1, Accept{one, Slot{1}, value("a"), {}});
    solo.hear(1, Chosen{one, Slot{1}});
    solo.pass(700);
    const Ballot newer = ballot(5, 3);
    solo.hear(3, Accept{newer, Slot{1}, value("other"), {}});
    EXPECT_TRUE(solo.sent<Accepted>().empty());
    solo.hear(3, Accept{newer, Slot{1}, value("a"), {}});
    EXPECT_EQ(solo.sent<Accepted>(3).size(), 1U);
    ASSERT_EQ(solo.written().size(), 1U);
    EXPECT_EQ(solo.written()[0].ballot, newer);
}

TEST(P6Notices, SettleOnlyWhatWasAcceptedAtThatBallot) {
    Solo solo;
    solo.hear(1, Accept{one, Slot{1}, value("a"), {}});
    solo.hear(3, Heartbeat{ballot(2, 3), Slot{1}, 1, 0});
    EXPECT_TRUE(solo.last.chosen.empty());
    solo.hear(1, Chosen{one, Slot{1}});
    EXPECT_EQ(solo.last.chosen.size(), 1U);
}

TEST(P6Notices, AnotherSlotsValueIsFetchedAndWrittenBeforeItIsHandedOut) {
    Solo solo;
    solo.hear(1, Accept{one, Slot{1}, value("mine"), {}});
    const Ballot newer = ballot(2, 3);
    solo.hear(3, Heartbeat{newer, Slot{1}, 1, 0});
    solo.pass(30);
    ASSERT_EQ(solo.sent<CatchUpRequest>(3).size(), 1U);
    solo.hear(3, CatchUpData{Slot{1}, {{Slot{1}, newer, value("theirs")}}, Slot{1}, Slot{1}});
    ASSERT_EQ(solo.last.chosen.size(), 1U);
    EXPECT_EQ(solo.last.chosen[0].value, value("theirs"));
    ASSERT_EQ(solo.written().size(), 1U);
    EXPECT_EQ(solo.written()[0].ballot, newer);
}

TEST(P6Notices, ALeaderThatWasOvertakenStepsDown) {
    Solo solo;
    solo.lead();
    ASSERT_EQ(solo.status().role, Role::leader);
    solo.hear(3, CatchUpData{Slot{1}, {{Slot{1}, ballot(99, 3), value("theirs")}}, Slot{1}, Slot{1}});
    EXPECT_EQ(solo.status().role, Role::follower);
}

TEST(P7Pipeline, CommandsGatherWhileTheOwnWriteIsInFlight) {
    Solo solo;
    const Ballot mine = solo.lead();
    solo.hear(1, Accepted{mine, Slot{1}, Slot{1}, {}});
    solo.hear(2, Accepted{mine, Slot{1}, Slot{1}, {}});
    solo.step(Proposed{{bytes_of("a")}});
    EXPECT_EQ(solo.sent<Accept>(1).size(), 1U);
    solo.step(Proposed{{bytes_of("b")}});
    solo.step(Proposed{{bytes_of("c")}});
    EXPECT_TRUE(solo.sent<Accept>(1).empty());
    solo.hear(2, Accepted{mine, Slot{2}, Slot{2}, {}});
    const auto accepts = solo.sent<Accept>(1);
    ASSERT_EQ(accepts.size(), 1U);
    EXPECT_EQ(texts(accepts[0].value), (std::vector<std::string>{"b", "c"}));
}

TEST(P7Pipeline, NoMoreSlotsAreOpenThanAllowed) {
    Options options;
    options.open_slots_max = 4;
    options.batch_commands_max = 1;
    Solo solo{3, options};
    solo.lead();
    for (int i = 0; i < 20; ++i) solo.step(Proposed{{bytes_of("x")}});
    EXPECT_EQ(solo.status().open_slots, 4U);
    EXPECT_EQ(solo.status().queued_commands, 17U);
}

TEST(P7Pipeline, TheNoticeGoesOutAtOnceWhenIdle) {
    Solo solo;
    solo.lead();
    solo.hear(1, Accepted{solo.status().ballot, Slot{1}, Slot{1}, {}});
    EXPECT_EQ(solo.sent<Chosen>(1).size(), 1U);
    EXPECT_EQ(solo.sent<Chosen>(3).size(), 1U);
}

TEST(P8Elections, AVoterThatHearsItsLeaderGrantsAndPromisesNothing) {
    Solo solo;
    solo.hear(1, Heartbeat{one, {}, 1, 0});
    solo.hear(3, PrePrepare{ballot(5, 3), {}});
    EXPECT_FALSE(solo.sent<PrePrepareAnswer>(3).at(0).granted);
    solo.hear(3, Prepare{ballot(5, 3), Slot{1}});
    EXPECT_TRUE(solo.last.messages.empty());
    EXPECT_TRUE(solo.last.writes.empty());
}

TEST(P8Elections, AClosedConnectionEndsSupportAtOnce) {
    Solo solo;
    solo.hear(1, Heartbeat{one, {}, 1, 0});
    solo.step(PeerDown{NodeId{1}});
    EXPECT_FALSE(solo.status().leader.has_value());
    solo.hear(3, PrePrepare{ballot(5, 3), {}});
    EXPECT_TRUE(solo.sent<PrePrepareAnswer>(3).at(0).granted);
    solo.pass(100);
    EXPECT_EQ(solo.status().role, Role::candidate);
}

TEST(P8Elections, PrePrepareChangesNothing) {
    Solo solo;
    solo.hear(3, PrePrepare{ballot(5, 3), {}});
    EXPECT_TRUE(solo.last.writes.empty());
    EXPECT_EQ(solo.status().promised, Ballot{});
}

TEST(P8Elections, ALeaderWithoutAQuorumStepsDownAndGivesItsCommandsBack) {
    Options options;
    options.open_slots_max = 1;
    Solo solo{3, options};
    solo.lead();
    solo.step(Proposed{{bytes_of("waits"), bytes_of("too")}});
    solo.hear(3, Forward{{bytes_of("theirs")}});
    std::uint32_t refused = 0;
    std::size_t told = 0;
    for (int i = 0; i < 70; ++i) {
        refused += solo.pass(10).refused;
        told += solo.sent<ForwardRefused>(3).size();
    }
    EXPECT_NE(solo.status().role, Role::leader);
    EXPECT_EQ(refused, 2U);
    EXPECT_EQ(told, 1U);
}

TEST(P8Elections, ALeaderWhoseDiskIsStuckHandsOver) {
    Solo solo;
    const Ballot mine = solo.lead();
    for (std::uint64_t round = 1; round <= 230 && solo.status().role == Role::leader; ++round) {
        solo.pass(10);
        if (solo.status().role == Role::leader) solo.hear(1, HeartbeatAnswer{mine, 1, {}, solo.wall_ms()});
    }
    EXPECT_NE(solo.status().role, Role::leader);   // nothing was ever reported Durable
}

TEST(P8Elections, ARejectedLeaderTriesAgainAboveTheOtherPromise) {
    Solo solo;
    solo.lead();
    solo.hear(1, Reject{solo.status().ballot, ballot(40, 3)});
    EXPECT_EQ(solo.status().role, Role::follower);
    solo.step(Durable{solo.last.write});
    solo.pass(110);
    EXPECT_EQ(solo.status().role, Role::candidate);
    EXPECT_GT(solo.status().ballot, ballot(40, 3));
}

TEST(P14LogTime, IsTheMedianAndNeverGoesBack) {
    Solo solo;
    const Ballot mine = solo.lead();
    solo.hear(1, HeartbeatAnswer{mine, 1, {}, solo.wall_ms() + 300});
    solo.hear(3, HeartbeatAnswer{mine, 1, {}, solo.wall_ms() + 200});
    solo.hear(2, Accepted{mine, Slot{1}, Slot{1}, {}});
    solo.hear(1, Accepted{mine, Slot{1}, Slot{1}, {}});
    solo.step(Proposed{{bytes_of("a")}});
    const std::int64_t first = solo.sent<Accept>(1).at(0).value.decoded()->log_time_ms;
    EXPECT_EQ(first, solo.wall_ms() + 200);
    solo.hear(2, Accepted{mine, Slot{2}, Slot{2}, {}});
    solo.hear(1, HeartbeatAnswer{mine, 1, {}, solo.wall_ms() - 4000});
    solo.hear(3, HeartbeatAnswer{mine, 1, {}, solo.wall_ms() - 4000});
    solo.step(Proposed{{bytes_of("b")}});
    EXPECT_EQ(solo.sent<Accept>(1).at(0).value.decoded()->log_time_ms, first);
}

TEST(P14LogTime, ANodeFarOffTheMedianTakesNoBallot) {
    Solo solo{5};
    solo.skew_ms = 60'000;
    solo.pass(700);
    const Ballot mine = solo.status().ballot;
    solo.hear(1, PrePrepareAnswer{mine, true, {}, {}, solo.wall_ms() - 60'000});
    solo.hear(3, PrePrepareAnswer{mine, true, {}, {}, solo.wall_ms() - 60'000});
    EXPECT_TRUE(solo.sent<Prepare>().empty());
    EXPECT_EQ(solo.status().role, Role::follower);
    EXPECT_EQ(solo.status().clock_offset_ms, 60'000);
}

TEST(P14LogTime, ALeaderWhoseClockJumpsStepsDown) {
    Solo solo;
    const Ballot mine = solo.lead();
    solo.hear(1, HeartbeatAnswer{mine, 1, {}, solo.wall_ms()});
    solo.hear(3, HeartbeatAnswer{mine, 1, {}, solo.wall_ms()});
    EXPECT_EQ(solo.status().role, Role::leader);
    solo.skew_ms = 60'000;
    solo.pass(10);
    EXPECT_EQ(solo.status().role, Role::follower);
}

TEST(P15Bounds, CommandsAboveTheQueueAreRefused) {
    Options options;
    options.queued_commands_max = 10;
    options.open_slots_max = 1;
    Solo solo{3, options};
    solo.lead();
    std::vector<net::Bytes> many(25, bytes_of("x"));
    EXPECT_EQ(solo.step(Proposed{many}).refused, 15U);
    solo.hear(1, Forward{many});
    EXPECT_EQ(solo.sent<ForwardRefused>(1).at(0).count, 25U);
}

TEST(P15Bounds, AcceptedRecordsAreBoundedAndTheNextSlotIsAlwaysTaken) {
    Options options;
    options.accepted_slots_max = 3;
    Solo solo{3, options};
    for (std::uint64_t slot = 5; slot <= 9; ++slot) solo.hear(1, Accept{one, Slot{slot}, value("x"), {}});
    EXPECT_TRUE(solo.sent<Accepted>().empty());
    solo.hear(1, Accept{one, Slot{1}, value("x"), {}});
    EXPECT_EQ(solo.sent<Accepted>(1).size(), 1U);
}

TEST(P15Bounds, HostileNumbersAreDropped) {
    Solo solo;
    const Slot huge{~std::uint64_t{0}};
    solo.hear(1, Accept{one, huge, value("x"), huge});
    solo.hear(1, Heartbeat{Ballot{~std::uint64_t{0}, NodeId{1}}, huge, 1, 0});
    solo.hear(1, Prepare{one, Slot{0}});
    solo.hear(1, Accept{ballot(1, 3), Slot{1}, value("x"), {}});   // a ballot of somebody else
    solo.hear(8, Heartbeat{ballot(1, 1), {}, 1, 0});               // nor a stranger's own
    EXPECT_TRUE(solo.last.messages.empty());
    EXPECT_EQ(solo.status().promised, Ballot{});
    EXPECT_EQ(Invariants::broken(*solo.replica), "");
}

TEST(P15Bounds, ARepeatedPrepareGetsNoSecondAnswerWhileTheFirstWaitsForTheDisk) {
    Solo solo;
    solo.hear(3, Prepare{ballot(5, 3), Slot{1}});
    EXPECT_EQ(solo.sent<Promise>(3).size(), 1U);
    solo.hear(3, Prepare{ballot(5, 3), Slot{1}});
    EXPECT_TRUE(solo.sent<Promise>(3).empty());
    solo.step(Durable{solo.last.write});
    solo.hear(3, Prepare{ballot(5, 3), Slot{1}});
    EXPECT_EQ(solo.sent<Promise>(3).size(), 1U);
}

}  // namespace
}  // namespace parley::consensus::testing
