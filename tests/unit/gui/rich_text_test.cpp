// Markdown as people type it in a chat.
#include <gtest/gtest.h>

#include "gui/model/rich_text.hpp"

namespace parley::gui {
namespace {

// One line a block: kind, mark, then the spans with their emphasis as letters.
std::string shape(const std::string& text) {
    std::string shown;
    for (const Block& block : rich_text_of(text).blocks) {
        switch (block.kind) {
            case Block::Kind::paragraph: shown += "p"; break;
            case Block::Kind::heading: shown += "h"; break;
            case Block::Kind::code: shown += "c"; break;
            case Block::Kind::quote: shown += "q"; break;
            case Block::Kind::item: shown += "i" + block.mark; break;
        }
        for (const Span& span : block.spans) {
            shown += "[";
            if (span.is_bold) shown += "B";
            if (span.is_italic) shown += "I";
            if (span.is_struck) shown += "S";
            if (span.is_code) shown += "C";
            if (span.is_mention) shown += "@";
            if (!span.link.empty()) shown += "<" + span.link + ">";
            shown += "|" + span.text + "]";
        }
    }
    return shown;
}

TEST(RichText, PlainTextIsOneParagraphAndKeepsItsLineBreaks) {
    EXPECT_EQ(shape("hello\nworld"), "p[|hello\nworld]");
    EXPECT_EQ(shape("one\n\ntwo"), "p[|one]p[|two]");
}

TEST(RichText, Emphasis) {
    EXPECT_EQ(shape("a **b** _c_ ~~d~~ `e_f`"), "p[|a ][B|b][| ][I|c][| ][S|d][| ][C|e_f]");
}

TEST(RichText, BlocksOfCodeQuotesAndLists) {
    EXPECT_EQ(shape("```\nint x;\nint y;\n```"), "c[C|int x;\nint y;]");
    EXPECT_EQ(shape("> said\n\nyes"), "q[|said]p[|yes]");
    EXPECT_EQ(shape("- a\n- b"), "i•[|a]i•[|b]");
    EXPECT_EQ(shape("3. a\n4. b"), "i3.[|a]i4.[|b]");
    EXPECT_EQ(shape("# Title"), "h[B|Title]");
}

TEST(RichText, LinksAreOnlyThoseThatOpenAPage) {
    EXPECT_EQ(shape("see https://example.org/x now"), "p[|see ][<https://example.org/x>|https://example.org/x][| now]");
    EXPECT_EQ(shape("[here](https://example.org)"), "p[<https://example.org>|here]");
    EXPECT_EQ(shape("[here](file:///etc/passwd)"), "p[|here]");
    EXPECT_EQ(shape("[here](javascript:alert(1))"), "p[|here]");
}

TEST(RichText, MentionsAreWordsOfTheirOwn) {
    EXPECT_EQ(shape("hi @ann-b, mail bob@example"), "p[|hi ][@|@ann-b][|, mail bob@example]");
    EXPECT_EQ(shape("`@ann`"), "p[C|@ann]");
    EXPECT_EQ(shape("@"), "p[|@]");
}

TEST(RichText, HtmlIsShownAndNotRun) {
    EXPECT_EQ(shape("<script>x</script>"), "p[|<script>x</script>]");
    EXPECT_EQ(shape("a <b>c</b>"), "p[|a <b>c</b>]");
}

TEST(RichText, HashWithoutSpaceIsARoom) { EXPECT_EQ(shape("#general is here"), "p[|#general is here]"); }

TEST(RichText, WhatIsOnlyMarksIsStillShown) {
    EXPECT_NE(shape("---"), "");
    EXPECT_NE(shape("[a]: b"), "") << "a link definition alone would vanish";
}

TEST(RichText, DeepNestingEndsSomewhere) {
    const std::string deep(5000, '>');
    EXPECT_FALSE(rich_text_of(deep + " x").blocks.empty());
    EXPECT_FALSE(rich_text_of(std::string(8000, '*') + "x").blocks.empty());
}

}  // namespace
}  // namespace parley::gui
