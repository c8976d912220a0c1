// replies.toml: what it takes, and each mistake with its line.
#include "chat/client/replies/config.hpp"

#include <gtest/gtest.h>

namespace parley::chat {
namespace {

const std::string good = "[openai]\nbase_url = \"https://api.example.org/v1/\"\nmodel = \"m\"\n";

std::string error_of(const std::string& text) {
    const auto result = parse_reply_config(text, "replies.toml");
    EXPECT_FALSE(result) << "was accepted: " << text;
    return result ? "" : result.error().message;
}

TEST(ReplyConfig, AnEmptyFileNamesNoService) { EXPECT_FALSE(parse_reply_config("", "x")->openai); }

TEST(ReplyConfig, ReadsEveryKey) {
    const auto config = parse_reply_config(good + "key_file = \"key\"\nca_file = \"ca.pem\"\ntime_limit_ms = 900\nmessages = 3\ntokens_max = 0\n", "x");
    ASSERT_TRUE(config);
    const OpenAiConfig expected{{true, "api.example.org", 443, "/v1"}, "m", "key", "ca.pem", 900, 3, 0};
    EXPECT_EQ(*config->openai, expected);
    EXPECT_EQ(parse_reply_config(good, "x")->openai->time_limit_ms, 8000U);
}

TEST(ReplyConfig, MistakesAreSentencesWithTheirLine) {
    EXPECT_NE(error_of(good + "modle = \"x\"\n").find("replies.toml, line 4: unknown key \"openai.modle\""), std::string::npos);
    EXPECT_NE(error_of(good + "key = \"sk-secret\"\n").find("line 4"), std::string::npos);
    EXPECT_EQ(error_of(good + "key = \"sk-secret\"\n").find("sk-secret"), std::string::npos) << "what looks like a key is not repeated";
    EXPECT_NE(error_of("mode = \"local\"\n").find("line 1"), std::string::npos);
    EXPECT_NE(error_of("\n[gemini]\n").find("line 2"), std::string::npos);
    EXPECT_NE(error_of(good + "time_limit_ms = 5\n").find("from 100 to 60000"), std::string::npos);
    EXPECT_NE(error_of(good + "messages = 21\n").find("from 1 to 20"), std::string::npos);
    EXPECT_NE(error_of("[openai]\nmodel = \"m\"\n").find("needs base_url and model"), std::string::npos);
    EXPECT_NE(error_of("[openai]\nbase_url = \"https://a.example\"\n").find("needs base_url and model"), std::string::npos);
    EXPECT_NE(error_of("[openai]\nmodel = 7\n").find("line 2"), std::string::npos);
    EXPECT_NE(error_of("[openai\n").find("line 1"), std::string::npos);
}

TEST(ReplyConfig, PlainHttpIsForThisMachineAlone) {
    EXPECT_TRUE(parse_reply_config("[openai]\nmodel = \"m\"\nbase_url = \"http://127.0.0.1:8080/v1\"\n", "x"));
    EXPECT_NE(error_of("[openai]\nmodel = \"m\"\nbase_url = \"http://api.example.org/v1\"\n").find("in the clear"), std::string::npos);
}

TEST(ReplyConfig, AKeyIsOneLine) {
    EXPECT_EQ(*parse_reply_key("sk-123\n", "key"), "sk-123");
    for (const char* bad : {"", "\n", "two words", "sk\r\nX-Evil: 1", "sk-\xc3\xa9", "a\nb"}) {
        const auto key = parse_reply_key(bad, "key");
        ASSERT_FALSE(key) << bad;
        EXPECT_NE(key.error().message.find("one line"), std::string::npos);
    }
    EXPECT_FALSE(parse_reply_key(std::string(2000, 'k'), "key"));
}

}  // namespace
}  // namespace parley::chat
