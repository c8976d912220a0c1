// What is one letter, and what a double click takes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gui/model/letters.hpp"

namespace parley::gui::testing {
namespace {

using ::testing::ElementsAre;

std::string taken(const std::string& text, std::size_t offset) {
    const Stretch word = word_around(text, offset);
    return text.substr(word.from, word.to - word.from);
}

TEST(Letters, AreWhatAPersonTakesForOne) {
    EXPECT_THAT(letter_edges("ab"), ElementsAre(0, 1, 2));
    EXPECT_THAT(letter_edges("e\u0301a"), ElementsAre(0, 3, 4)) << "e and its accent are one";
    EXPECT_THAT(letter_edges("\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7"), ElementsAre(0, 8, 16)) << "two flags of two letters each";
    EXPECT_THAT(letter_edges("\U0001F469\u200D\U0001F680!"), ElementsAre(0, 11, 12)) << "an astronaut";
    EXPECT_THAT(letter_edges("\U0001F44D\U0001F3FD"), ElementsAre(0, 8)) << "a thumb and its colour";
    EXPECT_THAT(letter_edges(""), ElementsAre(0));
}

TEST(Letters, BytesThatAreNoTextCountOneEach) { EXPECT_THAT(letter_edges("\xFFz"), ElementsAre(0, 1, 2)); }

TEST(Letters, NothingBeginsInTheMiddleOfOne) {
    const std::string text = "e\u0301a";
    EXPECT_EQ(letter_edge_before(text, 0), 0U);
    EXPECT_EQ(letter_edge_before(text, 1), 0U);
    EXPECT_EQ(letter_edge_before(text, 2), 0U);
    EXPECT_EQ(letter_edge_before(text, 3), 3U);
    EXPECT_EQ(letter_edge_before(text, 99), text.size());
    EXPECT_EQ(letter_edge_before("", 0), 0U);
}

TEST(Letters, ADoubleClickTakesAWord) {
    EXPECT_EQ(taken("one two", 0), "one");
    EXPECT_EQ(taken("one two", 2), "one");
    EXPECT_EQ(taken("one two", 4), "two");
    EXPECT_EQ(taken("one two", 7), "two") << "behind the last letter";
    EXPECT_EQ(taken("one  two", 3), "  ") << "the blanks between";
    EXPECT_EQ(taken("don't", 4), "don't");
    EXPECT_EQ(taken("'quoted'", 3), "quoted");
    EXPECT_EQ(taken("snake_case(x)", 2), "snake_case");
    EXPECT_EQ(taken("snake_case((x", 10), "(") << "signs one by one";
    EXPECT_EQ(taken("gr\u00FC\u00DFe!", 3), "gr\u00FC\u00DFe");
    EXPECT_EQ(taken("yes \U0001F44D", 6), "\U0001F44D");
    EXPECT_EQ(taken("", 0), "");
}

TEST(Letters, AWordEndsWithItsLine) {
    EXPECT_EQ(taken("one\ntwo", 3), "one") << "at the end of the first line";
    EXPECT_EQ(taken("one\ntwo", 4), "two");
    EXPECT_EQ(taken("one\n\ntwo", 4), "\n") << "an empty line";
}

}  // namespace
}  // namespace parley::gui::testing
