// The phrase table knows a few cues in a few languages, and always has three.
#include "chat/client/replies/phrases.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "chat/client/replies/reply_text.hpp"

namespace parley::chat {
namespace {

bool offers(const std::string& text, const std::string& phrase) {
    const auto phrases = phrases_for(text).texts;
    return std::find(phrases.begin(), phrases.end(), phrase) != phrases.end();
}

TEST(Phrases, AnswerInTheLanguageOfTheMessage) {
    EXPECT_TRUE(offers("Thank you so much!", "You're welcome"));
    EXPECT_TRUE(offers("can you look at it?", "Let me check"));
    EXPECT_TRUE(offers("Vielen Dank!", "Gern geschehen"));
    EXPECT_TRUE(offers("Kommst du morgen?", "Ja"));
    EXPECT_TRUE(offers("谢谢你", "不客气"));
    EXPECT_TRUE(offers("你明天来吗", "可以"));
    EXPECT_TRUE(offers("ありがとうございます", "どういたしまして"));
    EXPECT_TRUE(offers("会議は何時ですか", "確認します"));
    EXPECT_TRUE(offers("감사합니다", "천만에요"));
}

TEST(Phrases, ThereAreThreeForAnything) {
    for (const char* text : {"", "the report is on the table", "👍", "\xff\xff", "ich lege es auf den tisch", "報告書", "보고서", "报告", "нет"}) {
        const Phrases phrases = phrases_for(text);
        ASSERT_EQ(phrases.texts.size(), 3U) << text;
        for (const std::string& phrase : phrases.texts) EXPECT_TRUE(is_quick_reply(phrase)) << phrase;
    }
    EXPECT_FALSE(phrases_for("the report is on the table").understood);
    EXPECT_TRUE(phrases_for("thanks").understood);
    EXPECT_FALSE(phrases_for("thanksgiving is near").understood) << "cues are whole words";
}

}  // namespace
}  // namespace parley::chat
