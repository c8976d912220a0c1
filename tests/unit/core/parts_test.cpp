// The small parts by themselves: quorums, promise sets, clocks, the command queue, chance.
#include <gtest/gtest.h>

#include "consensus/core/chance.hpp"
#include "consensus/core/clocks.hpp"
#include "consensus/core/command_queue.hpp"
#include "consensus/core/learner.hpp"
#include "consensus/core/promises.hpp"
#include "consensus/core/quorum.hpp"
#include "tests/unit/core/solo.hpp"

namespace parley::consensus::testing {
namespace {

Voters voters(std::size_t size) {
    Configuration configuration;
    for (std::size_t number = 1; number <= size; ++number) configuration.voters.push_back(Member{NodeId{number}, "", ""});
    return Voters{configuration};
}

TEST(Voters, AnyTwoQuorumsShareOne) {
    for (std::size_t size = 1; size <= 9; ++size) EXPECT_GT(2 * voters(size).quorum(), size);
    EXPECT_EQ(voters(3).quorum(), 2U);
    EXPECT_EQ(voters(4).quorum(), 3U);
}

TEST(Tally, CountsDistinctVotersOnly) {
    const Voters three = voters(3);
    Tally tally;
    tally.add(NodeId{1}, three);
    tally.add(NodeId{1}, three);
    tally.add(NodeId{7}, three);
    EXPECT_FALSE(tally.reached(three));
    tally.add(NodeId{3}, three);
    EXPECT_TRUE(tally.reached(three));
}

TEST(PromiseSet, ChunksInAnyOrderMakeAnAnswerComplete) {
    Promise chunk;
    chunk.ballot = ballot(3, 2);
    PromiseSet set{Slot{1}};
    chunk.covered_from = Slot{7};
    chunk.covered_through = Slot{6};
    chunk.last = true;
    set.add(NodeId{1}, chunk);
    chunk.last = false;
    chunk.covered_from = Slot{1};
    chunk.covered_through = Slot{3};
    set.add(NodeId{1}, chunk);
    EXPECT_FALSE(set.complete(NodeId{1}));
    chunk.covered_from = Slot{3};
    chunk.covered_through = Slot{6};
    set.add(NodeId{1}, chunk);
    EXPECT_TRUE(set.complete(NodeId{1}));
}

TEST(PromiseSet, DropsAChunkThatContradictsItself) {
    Promise chunk;
    chunk.ballot = ballot(3, 2);
    chunk.covered_from = Slot{1};
    chunk.covered_through = Slot{4};
    chunk.last = true;
    chunk.accepted = {{Slot{9}, ballot(1, 1), value("outside")}};
    PromiseSet set{Slot{1}};
    set.add(NodeId{1}, chunk);
    EXPECT_FALSE(set.complete(NodeId{1}));
    chunk.accepted = {{Slot{2}, ballot(4, 1), value("above the promise")}};
    set.add(NodeId{1}, chunk);
    EXPECT_FALSE(set.complete(NodeId{1}));
    chunk.accepted = {{Slot{2}, ballot(1, 1), value("fine")}};
    set.add(NodeId{1}, chunk);
    EXPECT_TRUE(set.complete(NodeId{1}));
}

TEST(Clocks, TheMedianOfThreeAndTheLowerOfTwo) {
    const Voters three = voters(3);
    Moment moment;
    moment.wall.ms = 1000;
    Clocks clocks;
    clocks.heard(NodeId{1}, 400, moment);
    EXPECT_EQ(clocks.median_ms(NodeId{2}, three, moment), 400);
    clocks.heard(NodeId{3}, 1500, moment);
    EXPECT_EQ(clocks.median_ms(NodeId{2}, three, moment), 1000);
    moment.now += std::chrono::seconds{1};
    moment.wall.ms = 9000;   // the own clock jumps; the others are known by the steady one
    EXPECT_EQ(clocks.median_ms(NodeId{2}, three, moment), 2500);
    EXPECT_EQ(clocks.offset_ms(NodeId{2}, three, moment), 6500);
}

TEST(CommandQueue, BatchesAreBoundedInNumberAndBytes) {
    Options options;
    options.batch_commands_max = 3;
    options.batch_bytes_max = 10;
    CommandQueue queue;
    EXPECT_EQ(queue.push(NodeId{1}, std::vector<net::Bytes>(5, net::Bytes(4)), options), 0U);
    EXPECT_EQ(queue.push(NodeId{1}, {net::Bytes(11)}, options), 1U);   // larger than any batch
    EXPECT_EQ(queue.pop_batch(options).size(), 2U);
    EXPECT_EQ(queue.pop_batch(options).size(), 2U);
    EXPECT_EQ(queue.pop_batch(options).size(), 1U);
    EXPECT_EQ(queue.bytes(), 0U);
}

TEST(CommandQueue, DrainTellsWhoseCommandsTheyWere) {
    CommandQueue queue;
    const Options options;
    queue.push(NodeId{1}, std::vector<net::Bytes>(2, net::Bytes(1)), options);
    queue.push(NodeId{3}, std::vector<net::Bytes>(5, net::Bytes(1)), options);
    EXPECT_EQ(queue.drain(), (std::map<NodeId, std::size_t>{{NodeId{1}, 2}, {NodeId{3}, 5}}));
    EXPECT_EQ(queue.size(), 0U);
}

TEST(Learner, KeepsTheNewestValuesUpToItsBytes) {
    Acceptor acceptor{{}, {}, {}};
    Outbox out{WriteId{}};
    Learner learner{Slot{0}, Slot{1}, 0, 200, {}};
    for (std::uint64_t slot = 1; slot <= 20; ++slot) {
        ASSERT_TRUE(learner.learn(AcceptedValue{Slot{slot}, ballot(1, 1), value(std::string(50, 'x'))}, acceptor, out));
    }
    EXPECT_EQ(learner.recent(Slot{1}), nullptr);
    ASSERT_NE(learner.recent(Slot{20}), nullptr);
    EXPECT_EQ(learner.recent(Slot{20})->slot, Slot{20});
    EXPECT_EQ(learner.recent(Slot{21}), nullptr);
}

TEST(Learner, DoesNotBelieveAnotherValueForWhatItHoldsAtThatBallot) {
    Acceptor acceptor{{}, {}, {}};
    Outbox out{WriteId{}};
    Learner learner{Slot{0}, Slot{1}, 0, 1000, {}};
    ASSERT_TRUE(acceptor.accept(AcceptedValue{Slot{1}, ballot(2, 1), value("mine")}, out));
    EXPECT_FALSE(learner.learn(AcceptedValue{Slot{1}, ballot(1, 3), value("lie")}, acceptor, out));
    EXPECT_TRUE(learner.learn(AcceptedValue{Slot{1}, ballot(3, 3), value("truth")}, acceptor, out));
}

TEST(Learner, ReadsTheStampWithoutTheCommands) {
    Batch batch = batch_of("x");
    batch.log_time_ms = 123456789;
    EXPECT_EQ(stamped_log_time(Value{batch}), 123456789);
    EXPECT_EQ(stamped_log_time(Value{net::Bytes(3)}), 0);
}

TEST(Chance, EqualBitsGiveEqualDrawsInRange) {
    Chance one{5};
    Chance other{5};
    for (int i = 0; i < 1000; ++i) {
        const auto draw = one.between(std::chrono::milliseconds{10}, std::chrono::milliseconds{20});
        EXPECT_EQ(draw, other.between(std::chrono::milliseconds{10}, std::chrono::milliseconds{20}));
        EXPECT_GE(draw, std::chrono::milliseconds{10});
        EXPECT_LT(draw, std::chrono::milliseconds{20});
    }
}

TEST(MessageClass, OnlyWhatSpeaksOfTheDiskAsserts) {
    EXPECT_EQ(message_class(Prepare{}), MessageClass::asserting);
    EXPECT_EQ(message_class(Promise{}), MessageClass::asserting);
    EXPECT_EQ(message_class(Accepted{}), MessageClass::asserting);
    EXPECT_EQ(message_class(Accept{}), MessageClass::free);
    EXPECT_EQ(message_class(Heartbeat{}), MessageClass::free);
    EXPECT_EQ(message_class(CatchUpData{}), MessageClass::free);
    EXPECT_STREQ(message_name(ForwardRefused{}), "ForwardRefused");
}

TEST(Step, EqualEventsGiveEqualOutputs) {
    Solo one;
    Solo other;
    for (int i = 0; i < 200; ++i) {
        const Output& left = one.pass(13);
        const Output& right = other.pass(13);
        ASSERT_EQ(left.messages.size(), right.messages.size());
        for (std::size_t m = 0; m < left.messages.size(); ++m) ASSERT_EQ(left.messages[m].message, right.messages[m].message);
    }
}

}  // namespace
}  // namespace parley::consensus::testing
