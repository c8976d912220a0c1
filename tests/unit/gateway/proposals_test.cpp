// Proposals: what is proposed when, again and in which order, and whose answer is whose.
#include <gtest/gtest.h>

#include "chat/gateway/proposals.hpp"
#include "chat/state/decoded_command.hpp"
#include "net/ports/marks.hpp"
#include "tests/unit/gateway/fake_ports.hpp"

namespace parley::chat::testing {
namespace {

bool added(Proposals::Added added) { return added == Proposals::Added::yes; }

struct Harness {
    Harness() { proposals.leader(true); }

    std::vector<Command> take() {
        clock.run_for(net::Duration{});
        std::vector<Command> all;
        for (const auto& call : calls) {
            for (const net::Bytes& bytes : call) all.push_back(*decoded_command(bytes));
        }
        calls.clear();
        return all;
    }
    std::vector<Asker> askers(const Command& command, Result result) {
        return proposals.answered(CommandAnswered{command.origin, Answer{5, std::move(result)}});
    }
    std::optional<Asker> answer(const Command& command, Result result) {
        const std::vector<Asker> all = askers(command, std::move(result));
        return all.empty() ? std::nullopt : std::optional{all.back()};
    }
    void add(std::uint64_t number) {
        EXPECT_TRUE(added(proposals.add(Numbered{SessionId{3, 0}, number, 1, Post{ByRoomName{"r"}, "x"}}, Asker{LinkId{1}, 100 + number})));
    }
    static std::vector<std::uint64_t> numbers(const std::vector<Command>& commands) {
        std::vector<std::uint64_t> all;
        for (const Command& command : commands) all.push_back(std::get<Numbered>(command.body).number);
        return all;
    }
    void wait(net::Duration duration) {
        clock.run_for(duration);
        proposals.tick();
    }

    Clock clock{1};
    FakeLoop loop{clock};
    GatewayOptions options;
    std::vector<std::vector<net::Bytes>> calls;
    Proposals proposals{loop, GatewayIdentity{1, 42, 7, {}}, options, [this](std::vector<net::Bytes> commands) { calls.push_back(std::move(commands)); }};
};

using Numbers = std::vector<std::uint64_t>;

TEST(Proposals, OneTurnIsOneCall) {
    Harness harness;
    for (std::uint64_t number = 1; number <= 5; ++number) harness.add(number);
    harness.clock.run_for(net::Duration{});
    ASSERT_EQ(harness.calls.size(), 1U);
    EXPECT_EQ(Harness::numbers(harness.take()), (Numbers{1, 2, 3, 4, 5}));
}

TEST(Proposals, OneCallIsBoundedInBytes) {
    Harness harness;
    harness.options.propose_bytes_max = 250;
    for (std::uint64_t number = 1; number <= 5; ++number) harness.add(number);
    harness.clock.run_for(net::Duration{});
    EXPECT_GT(harness.calls.size(), 1U);
    EXPECT_EQ(Harness::numbers(harness.take()), (Numbers{1, 2, 3, 4, 5}));
}

TEST(Proposals, AnAnswerGoesToAllWhoAskedOnce) {
    Harness harness;
    harness.add(1);
    const Command first = harness.take().front();
    const Numbered again{SessionId{3, 0}, 1, 1, Post{ByRoomName{"r"}, "x"}};
    EXPECT_TRUE(added(harness.proposals.add(again, Asker{LinkId{2}, 9})));
    EXPECT_TRUE(added(harness.proposals.add(again, Asker{LinkId{2}, 10})));
    const std::vector<Asker> askers = harness.askers(first, Done{});
    ASSERT_EQ(askers.size(), 2U);
    EXPECT_EQ(askers[0].link, LinkId{1});
    EXPECT_EQ(askers[1].link, LinkId{2});
    EXPECT_EQ(askers[1].request, 10U) << "one answer a link, to its latest request";
    EXPECT_EQ(harness.proposals.waiting(), 0U);
    EXPECT_FALSE(harness.answer(first, Done{})) << "once";
}

// Effects come in the order of the log: the first of an entry's attempts that is applied tells its outcome, however old it is.
TEST(Proposals, TheFirstAttemptThatTakesEffectSettlesItHoweverOftenItWasProposedSince) {
    Harness harness;
    harness.add(1);
    EXPECT_TRUE(added(harness.proposals.add(Unnumbered{}, Asker{LinkId{2}, 7})));
    const std::vector<Command> first = harness.take();
    ASSERT_EQ(first.size(), 2U);
    for (int i = 0; i < 70'000; ++i) {
        harness.proposals.leader(true);
        harness.take();
    }
    EXPECT_TRUE(harness.answer(first[0], Done{}));
    const auto single = harness.answer(first[1], Done{});
    ASSERT_TRUE(single);
    EXPECT_EQ(single->link, LinkId{2});
    EXPECT_EQ(harness.proposals.waiting(), 0U);
}

// A frame of the link that the client gave up may come after those of the link it uses now.
TEST(Proposals, ALateFrameOfAnOlderLinkTakesNothingFromTheNewer) {
    Harness harness;
    const Numbered command{SessionId{3, 0}, 1, 1, Post{ByRoomName{"r"}, "x"}};
    EXPECT_TRUE(added(harness.proposals.add(command, Asker{LinkId{5}, 21})));
    EXPECT_TRUE(added(harness.proposals.add(command, Asker{LinkId{4}, 34})));
    const Command proposed = harness.take().front();
    harness.proposals.forget(LinkId{4});
    const std::optional<Asker> asker = harness.answer(proposed, Done{});
    ASSERT_TRUE(asker);
    EXPECT_EQ(asker->link, LinkId{5});
}

TEST(Proposals, AnswersToOthersAreNotOurs) {
    Harness harness;
    harness.add(1);
    Command command = harness.take().front();
    command.origin.incarnation = 6;
    EXPECT_FALSE(harness.answer(command, Done{})) << "an earlier life counted its requests from one, too";
    command.origin.incarnation = 7;
    command.origin.node = 41;
    EXPECT_FALSE(harness.answer(command, Done{}));
    EXPECT_EQ(harness.proposals.waiting(), 1U);
}

#ifdef PARLEY_PLANTED
TEST(Proposals, ThePlantedBugTakesAnAnswerOfAnEarlierLife) {
    Harness harness;
    harness.add(1);
    Command command = harness.take().front();
    command.origin.incarnation = 6;
    net::select_planted("gateway_ignores_incarnation");
    EXPECT_TRUE(harness.answer(command, Done{}));
    net::select_planted("");
}
#endif

TEST(Proposals, ASessionIsProposedAgainInOrderWhenItDoesNotMove) {
    Harness harness;
    for (std::uint64_t number = 1; number <= 3; ++number) harness.add(number);
    const std::vector<Command> once = harness.take();
    harness.wait(100ms);
    EXPECT_TRUE(harness.take().empty());
    harness.wait(500ms);
    const std::vector<Command> again = harness.take();
    EXPECT_EQ(Harness::numbers(again), (Numbers{1, 2, 3}));
    EXPECT_NE(again[0].origin.request, once[0].origin.request);
    // An answer to the first attempt counts as well as one to the second.
    EXPECT_TRUE(harness.answer(once[0], Done{}));
    EXPECT_FALSE(harness.answer(again[0], Done{}));
    // Ever more rarely.
    harness.wait(500ms);
    EXPECT_EQ(Harness::numbers(harness.take()), (Numbers{2, 3}));
    harness.wait(900ms);
    EXPECT_TRUE(harness.take().empty());
}

TEST(Proposals, AGapIsClosedByProposingAllInOrderOnce) {
    Harness harness;
    for (std::uint64_t number = 1; number <= 4; ++number) harness.add(number);
    const std::vector<Command> lost_first = harness.take();
    harness.clock.run_for(50ms);
    for (std::size_t i = 1; i < 4; ++i) EXPECT_FALSE(harness.answer(lost_first[i], Refused{Refusal::session_gap}));
    const std::vector<Command> again = harness.take();
    EXPECT_EQ(Harness::numbers(again), (Numbers{1, 2, 3, 4}));
    for (const Command& command : again) EXPECT_TRUE(harness.answer(command, Done{}));
    EXPECT_EQ(harness.proposals.waiting(), 0U);
}

TEST(Proposals, AGapThatIsNotOursIsToldToTheClient) {
    Harness harness;
    harness.add(7);
    std::optional<Asker> told;
    for (int i = 0; i < 10 && !told; ++i) {
        for (const Command& command : harness.take()) {
            if (!told) told = harness.answer(command, Refused{Refusal::session_gap});
        }
        harness.wait(100ms);
    }
    ASSERT_TRUE(told);
    EXPECT_EQ(told->request, 107U);
}

TEST(Proposals, ANewLeaderGetsEverythingThatWaits) {
    Harness harness;
    harness.add(1);
    harness.take();
    harness.proposals.leader(false);
    harness.add(2);
    EXPECT_TRUE(added(harness.proposals.add(Unnumbered{OpenSession{{}, 4}}, Asker{LinkId{1}, 50})));
    harness.wait(10s);
    EXPECT_TRUE(harness.take().empty()) << "nobody is there to take it";
    harness.proposals.leader(true);
    EXPECT_EQ(harness.take().size(), 3U);
}

TEST(Proposals, AClosedLinkIsForgotten) {
    Harness harness;
    harness.add(1);
    EXPECT_TRUE(added(harness.proposals.add(Numbered{SessionId{4, 0}, 1, 1, Post{ByRoomName{"r"}, "y"}}, Asker{LinkId{2}, 1})));
    harness.take();
    harness.proposals.forget(LinkId{1});
    EXPECT_EQ(harness.proposals.waiting(), 1U);
    harness.wait(10s);
    EXPECT_EQ(harness.take().size(), 1U);
}

TEST(Proposals, ACommandIsBoundedInBytes) {
    Harness harness;
    const Numbered large{SessionId{3, 0}, 1, 1, Post{ByRoomName{"r"}, std::string(harness.options.command_bytes_max, 'x')}};
    EXPECT_EQ(harness.proposals.add(large, Asker{LinkId{1}, 1}), Proposals::Added::too_long);
    EXPECT_EQ(harness.proposals.waiting(), 0U);
}

TEST(Proposals, AreBounded) {
    Harness harness;
    harness.options.waiting_commands_max = 2;
    harness.add(1);
    harness.add(2);
    EXPECT_FALSE(added(harness.proposals.add(Numbered{SessionId{3, 0}, 3, 1, LogOut{}}, Asker{LinkId{1}, 1})));
    EXPECT_FALSE(added(harness.proposals.add(Unnumbered{Verify{1}}, Asker{LinkId{1}, 2})));
    harness.add(2);   // the same again takes no more room
    EXPECT_EQ(harness.proposals.waiting(), 2U);
}

}  // namespace
}  // namespace parley::chat::testing
