// Suggestions in the window's backend: for the room that is shown, from what one answered before; and nothing leaves that was
// not allowed to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/gui/desk.hpp"

namespace parley::gui::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Answers whatever it is asked, at once.
class Service final : public net::HttpClient {
public:
    void post(net::HttpPost request, net::Function<void(net::Result<net::HttpAnswer>)> on_answer) override {
        asked.push_back(std::move(request));
        answer = std::move(on_answer);
    }
    void abandon() override { answer = {}; }
    void say(const std::string& lines) {
        auto reply = std::exchange(answer, {});
        reply(net::HttpAnswer{200, R"({"choices":[{"message":{"content":")" + lines + "\"}}]}"});
    }

    std::vector<net::HttpPost> asked;
    net::Function<void(net::Result<net::HttpAnswer>)> answer;
};

struct BackendReplies : ::testing::Test {
    BackendReplies() : cluster(1), ann(cluster, "ann", 1), bob(cluster, "bob", 2) {
        ann.enter();
        bob.enter();
        room = ann.model.selected()->id();
        ann.backend->run(OpenRoom{room});
    }
    void configure_service() {
        chat::OpenAiConfig config;
        config.base_url = {true, "api.example.org", 443, ""};
        config.model = std::string{"m"};
        ann.find_service = [this, config] { return std::optional{chat::ReplyService{config, "", &service}}; };
        ann.service_host = std::string{"api.example.org"};
    }
    void bob_says(const std::string& text) {
        bob.say(text);
        ASSERT_TRUE(ann.until([&] { return !ann.texts().empty() && ann.texts().back() == text; }));
        cluster.clock.run_for(2s);
    }
    void ann_says(const std::string& text) {
        ann.say(text);
        ASSERT_TRUE(ann.until([&] { return ann.texts().back() == text && ann.model.selected()->sending().empty(); }));
        cluster.clock.run_for(2s);
    }
    std::vector<std::string> suggested() {
        const RepliesSuggested* suggestions = ann.model.suggestions();
        return suggestions == nullptr ? std::vector<std::string>{} : suggestions->texts;
    }

    Cluster cluster;
    Desk ann, bob;
    chat::RoomId room;
    Service service;
};

TEST_F(BackendReplies, AreForTheLastMessageOfOthersUntilItIsAnswered) {
    EXPECT_THAT(suggested(), IsEmpty());
    bob_says("thank you!");
    EXPECT_FALSE(suggested().empty());
    EXPECT_LE(suggested().size(), 3U);
    EXPECT_EQ(ann.model.suggestions()->service, "");
    ann.say("you are welcome");
    EXPECT_THAT(suggested(), IsEmpty()) << "as soon as it is on its way";
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->sending().empty(); }));
    cluster.clock.run_for(2s);
    EXPECT_THAT(suggested(), IsEmpty());
}

TEST_F(BackendReplies, OnesOwnAnswersAreLearnedAndComeBack) {
    bob_says("shall we have lunch by the river?");
    ann_says("only if it is sunny");
    bob_says("something else");
    ann_says("hm");
    bob_says("lunch by the river?");
    EXPECT_THAT(suggested(), Contains("only if it is sunny"));
    ann.backend->run(ReadReplySettings{});
    EXPECT_GE(ann.model.reply_settings().pairs, 1U);
}

TEST_F(BackendReplies, WhatWasSaidBeforeThisComputerListenedIsLearnedFromTheRooms) {
    bob_says("is the door locked?");
    ann_says("locked and barred");
    ann.stop(sim::CrashKind::process_kill);
    Desk second(cluster, "ann", 3);   // another computer
    second.backend->run(LogIn{"ann", "correct horse"});
    ASSERT_TRUE(second.until([&] { return second.model.selected() != nullptr; }));
    ASSERT_TRUE(second.until([&] {
        second.backend->run(ReadReplySettings{});
        return second.model.reply_settings().pairs == 1;
    }));
}

TEST_F(BackendReplies, OffIsOffAndStaysSo) {
    ann.backend->run(SetReplyMode{chat::ReplyMode::off});
    EXPECT_EQ(ann.model.reply_settings().mode, chat::ReplyMode::off);
    bob_says("thank you!");
    ann_says("you are welcome");
    bob_says("thank you!");
    EXPECT_THAT(suggested(), IsEmpty());
    ann.backend->run(ReadReplySettings{});
    EXPECT_EQ(ann.model.reply_settings().pairs, 0U);
    ann.stop(sim::CrashKind::power_cut);
    ann.start();
    ann.backend->run(ReadReplySettings{});
    EXPECT_EQ(ann.model.reply_settings().mode, chat::ReplyMode::off);
}

TEST_F(BackendReplies, TheServiceHearsOnlyOfRoomsThatAreAllowed) {
    configure_service();
    ann.backend->run(SetReplyMode{chat::ReplyMode::openai});
    EXPECT_EQ(ann.model.reply_settings().service, "api.example.org");
    bob_says("thank you!");
    EXPECT_THAT(service.asked, IsEmpty());
    EXPECT_FALSE(suggested().empty()) << "one's own, where nothing may leave";
    ann.backend->run(LetRoomLeave{room, true});
    EXPECT_THAT(ann.model.reply_settings().rooms, ElementsAre(room));
    cluster.clock.run_for(1s);
    ASSERT_EQ(service.asked.size(), 1U);
    EXPECT_THAT(service.asked.front().json, HasSubstr("thank you!"));
    service.say("Any time\\nMy pleasure");
    EXPECT_THAT(suggested(), ElementsAre("Any time", "My pleasure"));
    EXPECT_EQ(ann.model.suggestions()->service, "api.example.org");
    ann_says("Any time");
    EXPECT_EQ(service.asked.size(), 1U) << "what one answered oneself needs no suggestion";
    ann.backend->run(BeAway{true});
    bob_says("are you there?");
    EXPECT_EQ(service.asked.size(), 1U) << "nobody looks";
    ann.backend->run(BeAway{false});
    cluster.clock.run_for(1s);
    EXPECT_EQ(service.asked.size(), 2U);
    ann.backend->run(LetRoomLeave{room, false});
    bob_says("hello?");
    EXPECT_EQ(service.asked.size(), 2U);
}

TEST_F(BackendReplies, AServiceThatIsNotConfiguredIsNotChosen) {
    ann.backend->run(SetReplyMode{chat::ReplyMode::openai});
    EXPECT_EQ(ann.model.reply_settings().mode, chat::ReplyMode::local);
    EXPECT_EQ(ann.model.reply_settings().problem, "No service is configured.");
}

TEST_F(BackendReplies, WhatAServiceAnswersTooLateIsForNothing) {
    configure_service();
    ann.backend->run(SetReplyMode{chat::ReplyMode::openai});
    ann.backend->run(LetRoomLeave{room, true});
    bob_says("thank you!");
    ASSERT_EQ(service.asked.size(), 1U);
    ann_says("no problem");
    if (service.answer) service.say("Any time");
    EXPECT_THAT(suggested(), IsEmpty());
}

TEST_F(BackendReplies, ForgettingAndLoggingOutLeaveNothingBehind) {
    bob_says("is the door locked?");
    ann_says("locked and barred");
    ann.backend->run(ForgetReplies{});
    EXPECT_EQ(ann.model.reply_settings().pairs, 0U);
    bob_says("is the window locked?");
    ann_says("bolted");
    ann.backend->run(ReadReplySettings{});
    EXPECT_EQ(ann.model.reply_settings().pairs, 1U);
    ann.backend->run(LogOut{});
    ASSERT_TRUE(ann.until([&] { return !ann.model.is_logged_in(); }));
    EXPECT_EQ(*ann.replies->pairs(), 0U);
}

}  // namespace
}  // namespace parley::gui::testing
