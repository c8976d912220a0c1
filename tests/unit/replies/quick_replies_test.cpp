// The actor: one answer to every question, later, with where it came from; and nothing leaves that was not allowed to.
#include "chat/client/replies/quick_replies.hpp"

#include <gtest/gtest.h>

#include "sim/disk/vfs.hpp"
#include "tests/unit/gateway/cluster.hpp"
#include "tests/unit/replies/messages.hpp"
#include "tests/unit/sim_disk/manual_loop.hpp"

namespace parley::chat::testing {
namespace {

using Texts = std::vector<std::string>;

// A service that answers when the test says so.
class FakeService final : public net::HttpClient {
public:
    void post(net::HttpPost request, net::Function<void(net::Result<net::HttpAnswer>)> on_answer) override {
        asked.push_back(std::move(request));
        waiting = std::move(on_answer);
    }
    void abandon() override {
        ++abandoned;
        waiting = {};
    }
    void answer(net::Result<net::HttpAnswer> result) {
        auto reply = std::exchange(waiting, {});
        reply(std::move(result));
    }
    void say(const std::string& lines) { answer(net::HttpAnswer{200, R"({"choices":[{"message":{"content":")" + lines + "\"}}]}"}); }

    std::vector<net::HttpPost> asked;
    net::Function<void(net::Result<net::HttpAnswer>)> waiting;
    int abandoned = 0;
};

struct QuickRepliesTest : ::testing::Test {
    QuickRepliesTest() : disk(make_disk(4)) {
        EXPECT_TRUE(disk->make_directory("cluster"));
        store = *ReplyStore::open(*disk, "cluster", sim::vfs_name);
        EXPECT_TRUE(store->belong_to(me));
        quick = std::make_unique<QuickReplies>(loop, *store, [this] {
            ++looked_for;
            return service_to_find;
        });
    }
    void use_service(bool allowed = true) {
        OpenAiConfig config;
        config.base_url = {true, "api.example.org", 443, ""};
        config.model = "m";
        service_to_find = std::optional{ReplyService{config, "sk-1", &service}};
        EXPECT_TRUE(store->set_mode(ReplyMode::openai));
        EXPECT_TRUE(store->set_may_leave(general, allowed));
    }
    void ask(const std::vector<RoomMessage>& messages) {
        quick->suggest(general, me, messages, [this](Suggestions given) { answers.push_back(std::move(given)); });
    }
    Suggestions asked(const std::vector<RoomMessage>& messages) {
        const std::size_t before = answers.size();
        ask(messages);
        EXPECT_EQ(answers.size(), before) << "not before the caller has returned";
        loop.run();
        EXPECT_EQ(answers.size(), before + 1);
        return answers.empty() ? Suggestions{} : answers.back();
    }

    parley::test::ManualLoop loop;
    std::unique_ptr<sim::SimDisk> disk;
    std::unique_ptr<ReplyStore> store;
    FakeService service;
    net::Result<std::optional<ReplyService>> service_to_find = std::optional<ReplyService>{};
    int looked_for = 0;
    std::unique_ptr<QuickReplies> quick;
    std::vector<Suggestions> answers;
    const std::vector<RoomMessage> question{said(11, ada, "lunch today?")};
};

TEST_F(QuickRepliesTest, ANewUserGetsPhrasesThatFit) {
    const Suggestions given = asked({said(1, ada, "thank you!")});
    EXPECT_EQ(given.source, ReplySource::local);
    EXPECT_EQ(given.to, 1U);
    EXPECT_EQ(given.texts, (Texts{"You're welcome", "Any time", "No problem"}));
    EXPECT_EQ(looked_for, 0);
}

TEST_F(QuickRepliesTest, OwnRepliesComeFirst) {
    ASSERT_TRUE(store->learn(me, exchanges({{"lunch?", "Noodles!"}, {"coffee?", "black"}})));
    const Suggestions given = asked(question);
    ASSERT_EQ(given.texts.size(), 3U);
    EXPECT_EQ(given.texts.front(), "Noodles!");
    EXPECT_EQ(given.problem, "");
}

TEST_F(QuickRepliesTest, OffAndNothingToAnswerGiveNothing) {
    EXPECT_EQ(asked({said(1, me, "anybody?")}).to, 0U);
    ASSERT_TRUE(store->set_mode(ReplyMode::off));
    const Suggestions given = asked(question);
    EXPECT_EQ(given.source, ReplySource::none);
    EXPECT_TRUE(given.texts.empty());
    EXPECT_EQ(given.problem, "");
}

TEST_F(QuickRepliesTest, NothingLeavesARoomThatWasNotAllowed) {
    use_service(false);
    EXPECT_EQ(asked(question).source, ReplySource::local);
    EXPECT_TRUE(service.asked.empty());
    EXPECT_EQ(looked_for, 0) << "not even the key is read";
    ASSERT_TRUE(store->set_may_leave(RoomId{99}, true));
    EXPECT_EQ(asked(question).source, ReplySource::local) << "another room is another room";
    ASSERT_TRUE(store->set_may_leave(general, true));
    ASSERT_TRUE(store->set_mode(ReplyMode::local));
    EXPECT_EQ(asked(question).source, ReplySource::local) << "allowed, and not the mode";
    EXPECT_TRUE(service.asked.empty());
}

TEST_F(QuickRepliesTest, TheServiceIsAskedOnceForAMessage) {
    use_service();
    ask(question);
    loop.run();
    EXPECT_TRUE(answers.empty()) << "it has not answered";
    ASSERT_EQ(service.asked.size(), 1U);
    service.say("Yes\\nNo");
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].source, ReplySource::openai);
    EXPECT_EQ(answers[0].service, "api.example.org");
    EXPECT_EQ(answers[0].texts, (Texts{"Yes", "No"}));
    EXPECT_EQ(asked(question).texts, (Texts{"Yes", "No"}));
    EXPECT_EQ(service.asked.size(), 1U);
    ask({said(12, ada, "or later?")});
    EXPECT_EQ(service.asked.size(), 2U);
    EXPECT_EQ(looked_for, 1);
}

TEST_F(QuickRepliesTest, AFailureIsASentenceAndNothingElse) {
    use_service();
    ask(question);
    service.answer(net::Error{net::ErrorKind::timed_out, "api.example.org did not answer"});
    ask(question);
    service.answer(net::HttpAnswer{500, ""});
    ask(question);
    service.say("");
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_EQ(answers[0].problem, "api.example.org did not answer");
    EXPECT_NE(answers[1].problem.find("500"), std::string::npos);
    EXPECT_NE(answers[2].problem.find("nothing"), std::string::npos);
    for (const Suggestions& given : answers) {
        EXPECT_TRUE(given.texts.empty());
        EXPECT_EQ(given.problem.find("sk-1"), std::string::npos);
    }
}

TEST_F(QuickRepliesTest, AServiceThatCannotBeUsedIsLookedForAgain) {
    use_service();
    const auto found = service_to_find;
    service_to_find = net::Error{net::ErrorKind::refused, "the key can be read by others"};
    EXPECT_EQ(asked(question).problem, "the key can be read by others");
    service_to_find = std::optional<ReplyService>{};
    EXPECT_NE(asked(question).problem.find("replies.toml"), std::string::npos);
    service_to_find = found;
    ask(question);
    EXPECT_EQ(service.asked.size(), 1U);
}

TEST_F(QuickRepliesTest, ANewerQuestionTakesThePlaceOfOneUnderWay) {
    use_service();
    ask(question);
    ask({said(12, ada, "or later?")});
    loop.run();
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].to, 11U);
    EXPECT_TRUE(answers[0].texts.empty());
    EXPECT_EQ(service.abandoned, 1);
    service.say("Later");
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers[1].to, 12U);
    EXPECT_EQ(answers[1].texts, Texts{"Later"});
}

TEST_F(QuickRepliesTest, NothingIsAnsweredBehindItsEnd) {
    use_service();
    ask(question);
    quick.reset();
    EXPECT_EQ(service.abandoned, 1);
    ASSERT_TRUE(store->set_mode(ReplyMode::local));
    quick = std::make_unique<QuickReplies>(loop, *store, [this] { return service_to_find; });
    ask(question);
    quick.reset();
    loop.run();
    EXPECT_TRUE(answers.empty());
}

}  // namespace
}  // namespace parley::chat::testing
