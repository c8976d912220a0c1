// Columns, cutting and wrapping.
#include "chat/cli/terminal/text.hpp"

#include <clocale>

#include <gtest/gtest.h>

namespace parley::chat {
namespace {

class TerminalText : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_NE(std::setlocale(LC_CTYPE, "C.UTF-8"), nullptr); }
};

TEST_F(TerminalText, Utf8GoesThereAndBack) {
    const std::string text = "aé漢🙂";
    EXPECT_EQ(decode_utf8(text).size(), 4U);
    EXPECT_EQ(encode_utf8(decode_utf8(text)), text);
}

TEST_F(TerminalText, BadBytesAndControlsBecomeReplacements) {
    EXPECT_EQ(decode_utf8("a\xff" "b"), U"a\xFFFD" U"b");
    EXPECT_EQ(decode_utf8("\xe6\xbc"), U"\xFFFD");
    EXPECT_EQ(decode_utf8("\x1b[2J"), U"\xFFFD[2J");
    EXPECT_EQ(decode_utf8("a\u202e" "b"), U"a\xFFFD" U"b");
}

TEST_F(TerminalText, WideLettersTakeTwoColumns) {
    EXPECT_EQ(columns("abc"), 3U);
    EXPECT_EQ(columns("漢字"), 4U);
    EXPECT_EQ(columns("e\u0301"), 1U);
}

TEST_F(TerminalText, FittedIsExactlyAsWide) {
    EXPECT_EQ(fitted("ab", 4), "ab  ");
    EXPECT_EQ(fitted("abcdef", 4), "abc…");
    EXPECT_EQ(columns(fitted("漢字漢字", 5)), 5U);
    EXPECT_EQ(fitted("abc", 0), "");
    EXPECT_EQ(fitted("a\nb", 3), "a b");
}

TEST_F(TerminalText, WrapsAtSpaces) {
    EXPECT_EQ(wrapped("one two three", 8), (std::vector<std::string>{"one two", "three"}));
    EXPECT_EQ(wrapped("abcdefghij", 4), (std::vector<std::string>{"abcd", "efgh", "ij"}));
    EXPECT_EQ(wrapped("", 4), (std::vector<std::string>{""}));
    EXPECT_EQ(wrapped("a\n\nb", 4), (std::vector<std::string>{"a", "", "b"}));
}

TEST_F(TerminalText, NoWrappedLineIsWiderThanAsked) {
    for (std::size_t width = 1; width < 12; ++width) {
        for (const std::string& line : wrapped("漢字 and some words, 🙂🙂🙂 and more", width)) {
            EXPECT_LE(columns(line), std::max<std::size_t>(width, 2));
        }
    }
}

}  // namespace
}  // namespace parley::chat
