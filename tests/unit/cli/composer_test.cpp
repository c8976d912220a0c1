// Editing of the line one types in.
#include "chat/cli/terminal/composer.hpp"

#include <gtest/gtest.h>

namespace parley::chat {
namespace {

Composer with(const std::u32string& text) {
    Composer composer;
    for (const char32_t letter : text) composer.insert(letter);
    return composer;
}

TEST(Composer, InsertsAtTheCursor) {
    Composer composer = with(U"ac");
    composer.left();
    composer.insert(U'b');
    EXPECT_EQ(composer.text(), "abc");
    EXPECT_EQ(composer.cursor(), 2U);
}

TEST(Composer, ErasesWholeLetters) {
    Composer composer = with(U"aé漢");
    composer.erase_before();
    EXPECT_EQ(composer.text(), "aé");
    composer.to_start();
    composer.erase_after();
    EXPECT_EQ(composer.text(), "é");
    composer.erase_before();
    EXPECT_EQ(composer.text(), "é");
}

TEST(Composer, StaysWithinTheLine) {
    Composer composer = with(U"a");
    composer.right();
    composer.right();
    EXPECT_EQ(composer.cursor(), 1U);
    composer.left();
    composer.left();
    EXPECT_EQ(composer.cursor(), 0U);
    composer.erase_before();
    EXPECT_EQ(composer.text(), "a");
}

TEST(Composer, ErasesWordsAndEnds) {
    Composer composer = with(U"one two  three");
    composer.erase_word();
    EXPECT_EQ(composer.text(), "one two  ");
    composer.erase_word();
    EXPECT_EQ(composer.text(), "one ");
    composer.erase_to_start();
    EXPECT_TRUE(composer.empty());
    composer = with(U"abc");
    composer.to_start();
    composer.right();
    composer.erase_to_end();
    EXPECT_EQ(composer.text(), "a");
}

TEST(Composer, RecallsWhatWasTyped) {
    Composer composer = with(U"first");
    EXPECT_EQ(composer.take(), "first");
    EXPECT_TRUE(composer.empty());
    composer.set("second");
    composer.take();
    composer.set("draft");
    composer.older();
    EXPECT_EQ(composer.text(), "second");
    composer.older();
    composer.older();
    EXPECT_EQ(composer.text(), "first");
    composer.newer();
    composer.newer();
    EXPECT_EQ(composer.text(), "draft");
    composer.newer();
    EXPECT_EQ(composer.text(), "draft");
}

}  // namespace
}  // namespace parley::chat
