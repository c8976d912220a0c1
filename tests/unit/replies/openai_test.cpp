// What leaves for the service, and what is believed of its answer.
#include "chat/client/replies/openai.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "chat/client/replies/reply_text.hpp"
#include "tests/unit/replies/messages.hpp"

namespace parley::chat::testing {
namespace {

using Texts = std::vector<std::string>;

OpenAiConfig config_for_tests() {
    OpenAiConfig config;
    config.base_url = {true, "api.example.org", 443, "/v1"};
    config.model = "small";
    config.messages = 3;
    return config;
}

std::string body_with(const std::string& content) {
    std::string quoted;
    for (const char c : content) {
        if (c >= 0 && c < ' ') {
            quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            if (c == '"' || c == '\\') quoted += '\\';
            quoted += c;
        }
    }
    return R"({"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":")" + quoted + "\"}}]}";
}

Texts said(const std::string& content) {
    const auto replies = openai_replies({200, body_with(content)});
    return replies ? *replies : Texts{"error: " + replies.error().message};
}

std::string error_of(unsigned status, const std::string& body) {
    const auto replies = openai_replies({status, body});
    EXPECT_FALSE(replies) << "was believed";
    return replies ? "" : replies.error().message;
}

TEST(OpenAiQuestion, HoldsTheNewestTextsWithoutNamesOrKey) {
    std::vector<RoomMessage> messages{testing::said(1, ada, "too old"), testing::said(2, ada, "lunch?"), testing::said(3, me, "where"), testing::said(4, bob, "at \"Joe's\"\nsoon"),
                                      testing::said(5, me, "answered already")};
    for (RoomMessage& message : messages) message.author_name = "Secret Name";
    const net::HttpPost post = openai_question(config_for_tests(), "sk-1", messages, me);
    EXPECT_EQ(post.url.path, "/v1/chat/completions");
    EXPECT_EQ(post.bearer, "sk-1");
    EXPECT_NE(post.json.find(R"(lunch?\nme: where\nperson 3: at \"Joe's\" soon)"), std::string::npos) << post.json;
    EXPECT_NE(post.json.find(R"("model":"small")"), std::string::npos);
    EXPECT_NE(post.json.find(R"("max_tokens":200)"), std::string::npos);
    for (const char* secret : {"sk-1", "Secret Name", "too old", "answered already"}) EXPECT_EQ(post.json.find(secret), std::string::npos) << secret;
    OpenAiConfig config = config_for_tests();
    config.tokens_max = 0;
    EXPECT_EQ(openai_question(config, "", messages, me).json.find("max_tokens"), std::string::npos);
}

TEST(OpenAiQuestion, IsBoundedAndTakesAnyBytes) {
    OpenAiConfig config = config_for_tests();
    config.messages = 20;
    std::vector<RoomMessage> messages;
    for (std::uint64_t i = 1; i <= 100; ++i) messages.push_back(testing::said(i, ada, std::string(16'000, 'x') + "\xff\xfe"));
    EXPECT_LT(openai_question(config, "", messages, me).json.size(), 20'000U);
}

TEST(OpenAiAnswer, LinesAndListsAreReplies) {
    EXPECT_EQ(said("Sure\nNot today\nWhere?"), (Texts{"Sure", "Not today", "Where?"}));
    EXPECT_EQ(said("1. Sure\n2) \"Not today\"\n- Where?"), (Texts{"Sure", "Not today", "Where?"}));
    EXPECT_EQ(said("```json\n[\"Sure\", \"No\", \"Maybe\", \"More\"]\n```"), (Texts{"Sure", "No", "Maybe"}));
    EXPECT_EQ(said("<think>they ask\nabout lunch</think>\nSure\nNo"), (Texts{"Sure", "No"}));
    EXPECT_EQ(said("Sure!\nsure\nSURE"), Texts{"Sure!"}) << "each once";
    EXPECT_EQ(said("好的\n不行\n几点？"), (Texts{"好的", "不行", "几点？"}));
}

TEST(OpenAiAnswer, IsThreePlainShortLinesWhateverItHolds) {
    const Texts three = said("\x01" "a\x7f" "b\n" + std::string(10'000, 'y') + "\n\xe2\x80\xae" "evil\nd\ne\nf");
    ASSERT_EQ(three.size(), 3U);
    EXPECT_EQ(three[0], "ab");
    EXPECT_EQ(three[1].size(), reply_characters_max);
    EXPECT_EQ(three[2], "evil");
    EXPECT_EQ(said(std::string(200'000, '\n') + "late"), (Texts{"error: the service suggested nothing"})) << "so far it is not read";
}

TEST(OpenAiAnswer, EverythingElseIsASentence) {
    EXPECT_NE(error_of(200, "").find("no JSON"), std::string::npos);
    EXPECT_NE(error_of(200, "<html>").find("no JSON"), std::string::npos);
    EXPECT_NE(error_of(200, "\xff\xfe{}").find("no JSON"), std::string::npos);
    EXPECT_NE(error_of(200, body_with("\xff\xfe")).find("no JSON"), std::string::npos) << "no UTF-8 within";
    EXPECT_NE(error_of(200, std::string(100'000, '[')).find("no JSON"), std::string::npos);
    EXPECT_NE(error_of(200, R"({"choices":[]})").find("no reply"), std::string::npos);
    EXPECT_NE(error_of(200, R"([1,2])").find("no reply"), std::string::npos);
    EXPECT_NE(error_of(200, R"({"choices":[{"message":{"content":null}}]})").find("no reply"), std::string::npos);
    EXPECT_NE(error_of(200, R"({"choices":{"0":{"message":{"content":7}}}})").find("no reply"), std::string::npos);
    EXPECT_NE(error_of(200, body_with(" \n ")).find("suggested nothing"), std::string::npos);
    EXPECT_NE(error_of(200, body_with("<think>for ever")).find("suggested nothing"), std::string::npos);
    EXPECT_NE(error_of(302, "").find("not followed"), std::string::npos);
    EXPECT_NE(error_of(401, body_with("x")).find("the key"), std::string::npos);
    EXPECT_NE(error_of(404, "").find("model"), std::string::npos);
    EXPECT_NE(error_of(429, "").find("quota"), std::string::npos);
    EXPECT_NE(error_of(500, body_with("x")).find("HTTP 500"), std::string::npos);
}

}  // namespace
}  // namespace parley::chat::testing
