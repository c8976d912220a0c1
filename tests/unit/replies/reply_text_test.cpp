// Terms, keys and plain lines: pure functions of texts.
#include "chat/client/replies/reply_text.hpp"

#include <gtest/gtest.h>

#include "chat/search/text.hpp"

namespace parley::chat {
namespace {

using Texts = std::vector<std::string>;

Texts terms(const std::string& text) { return terms_of(searchable(text), 32); }

TEST(ReplyText, TermsAreWordsOnceAndFolded) {
    EXPECT_EQ(terms("Are you COMING, are you?"), (Texts{"are", "you", "coming"}));
    EXPECT_EQ(terms("?!"), Texts{});
    EXPECT_EQ(terms_of("a b c d", 2), (Texts{"a", "b"}));
}

TEST(ReplyText, ScriptsWithoutBlanksGivePairsOfNeighbours) {
    EXPECT_EQ(terms("東京駅"), (Texts{"東 京", "京 駅"}));
    EXPECT_EQ(terms("駅"), Texts{"駅"});
    EXPECT_EQ(terms("東京。駅"), (Texts{"東 京", "駅"})) << "a full stop parts them";
    EXPECT_EQ(terms("go to 東京 now"), (Texts{"go", "to", "東 京", "now"}));
    EXPECT_EQ(terms("안녕"), Texts{"안 녕"});
}

TEST(ReplyText, TheKeyOfAReplyIsItsWords) {
    EXPECT_EQ(reply_key("Yes!!"), reply_key("yes"));
    EXPECT_EQ(reply_key("好的。"), reply_key("好的"));
    EXPECT_EQ(reply_key("👍"), "👍");
    EXPECT_NE(reply_key("👍"), reply_key("👎"));
}

TEST(ReplyText, QuickIsOneShortLineThatMayFitAgain) {
    EXPECT_TRUE(is_quick_reply("On my way"));
    EXPECT_TRUE(is_quick_reply("好的，马上来"));
    EXPECT_TRUE(is_quick_reply("at 1530 👍🏽"));
    EXPECT_FALSE(is_quick_reply(""));
    EXPECT_FALSE(is_quick_reply("one\ntwo"));
    EXPECT_FALSE(is_quick_reply("see https://example.org/x"));
    EXPECT_FALSE(is_quick_reply("my number is 5551234"));
    EXPECT_FALSE(is_quick_reply(std::string(reply_characters_max + 1, 'a')));
    EXPECT_TRUE(is_quick_reply(std::string(reply_characters_max, 'a')));
}

TEST(ReplyText, NearlyEqualAreSlipsAndSharedWords) {
    EXPECT_TRUE(nearly_equal("yes", "yes"));
    EXPECT_TRUE(nearly_equal("see you there", "see you over there"));
    EXPECT_TRUE(nearly_equal("tomorrow", "tomorow"));
    EXPECT_TRUE(nearly_equal(reply_key("没关系的"), reply_key("没关系")));
    EXPECT_FALSE(nearly_equal("yes", "no"));
    EXPECT_FALSE(nearly_equal("now", "no"));
    EXPECT_FALSE(nearly_equal(reply_key("好的"), reply_key("谢谢")));
    EXPECT_FALSE(nearly_equal("👍", "👎"));
}

TEST(ReplyText, APlainLineHasNothingThatSteersATerminalOrTurnsText) {
    EXPECT_EQ(plain_line("a\x1b[31mred\x07", 100), "a[31mred");
    EXPECT_EQ(plain_line("one\r\n\ttwo   three ", 100), "one two three");
    EXPECT_EQ(plain_line("a\xff\xfe b\xc3", 100), "a b");
    EXPECT_EQ(plain_line("\xe2\x80\xae" "evil\xe2\x80\x8b", 100), "evil") << "override and zero-width space";
    EXPECT_EQ(plain_line("\xc2\x9b" "31m", 100), "31m") << "C1 controls";
    EXPECT_EQ(plain_line("äöü", 2), "äö");
    EXPECT_EQ(plain_line("ab cd", 3), "ab");
}

TEST(ReplyText, PromptsAreCutAtACharacter) {
    std::string text;
    for (int i = 0; i < 300; ++i) text += "é";
    const std::string prompt = prompt_of(text);
    EXPECT_LE(prompt.size(), prompt_bytes_max);
    EXPECT_EQ(plain_line(prompt, 1000), prompt);
    EXPECT_EQ(prompt_of("not \xff UTF-8"), "");
}

}  // namespace
}  // namespace parley::chat
