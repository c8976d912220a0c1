// What is selected, what moves it, and what is copied.
#include <gtest/gtest.h>

#include "gui/model/selection.hpp"
#include "gui/model/times.hpp"
#include "tests/unit/gui/messages.hpp"

namespace parley::gui::testing {
namespace {

constexpr std::int64_t minute = 60 * 1000;
constexpr std::int64_t day = 24 * 60 * minute;
using By = Selection::By;

Room with(std::vector<chat::RoomMessage> list) {
    Room room(row(general, "general", list.empty() ? 0 : list.back().number, list.empty() ? 0 : list.back().number));
    room.load({general, std::move(list), true});
    return room;
}

Selection selected(const Room& room, TextPlace from, TextPlace to, By by = By::letters) {
    Selection selection;
    selection.begin(from, by, room);
    selection.extend(to, room);
    return selection;
}

std::string copied(const Room& room, const Selection& selection) { return copied_text(room, rows_of(room), selection); }
std::string copied(const Room& room, TextPlace from, TextPlace to, By by = By::letters) { return copied(room, selected(room, from, to, by)); }

// "ann, 14:03", as it is said in the zone of whoever runs this.
std::string head(const char* name, std::int64_t time_ms = noon) { return std::string{name} + ", " + clock_text(time_ms) + "\n"; }

TEST(Selection, IsEmptyUntilSomethingIsTaken) {
    const Room room = with({message(1, ann, "one two")});
    Selection selection;
    EXPECT_TRUE(selection.empty());
    selection.begin({1, 3}, By::letters, room);
    EXPECT_TRUE(selection.empty()) << "a place is no text";
    EXPECT_EQ(copied(room, selection), "");
    selection.extend({1, 5}, room);
    EXPECT_FALSE(selection.empty());
    selection.clear();
    EXPECT_TRUE(selection.empty());
    EXPECT_EQ(selection.within(1, 7), Stretch{});
}

TEST(Selection, IsTheSameInBothDirections) {
    const Room room = with({message(1, ann, "one two")});
    EXPECT_EQ(copied(room, {1, 1}, {1, 5}), "ne t");
    EXPECT_EQ(copied(room, {1, 5}, {1, 1}), "ne t");
}

TEST(Selection, TakesWholeWordsAfterADoubleClick) {
    const Room room = with({message(1, ann, "one two three")});
    EXPECT_EQ(copied(room, {1, 5}, {1, 5}, By::words), "two");
    EXPECT_EQ(copied(room, {1, 5}, {1, 9}, By::words), "two three");
    EXPECT_EQ(copied(room, {1, 5}, {1, 1}, By::words), "one two") << "the word it began with stays";
}

TEST(Selection, TakesWholeMessagesAfterATripleClick) {
    const Room room = with({message(1, ann, "one two"), message(2, ann, "three")});
    EXPECT_EQ(copied(room, {1, 4}, {1, 4}, By::messages), "one two");
    EXPECT_EQ(copied(room, {2, 1}, {1, 4}, By::messages), head("ann") + "one two\nthree");
}

TEST(Selection, GoesOnFromWhereItBegan) {
    const Room room = with({message(1, ann, "one two three")});
    Selection selection = selected(room, {1, 4}, {1, 7});
    selection.extend({1, 13}, room);
    EXPECT_EQ(copied(room, selection), "two three");
    selection.extend({1, 0}, room);
    EXPECT_EQ(copied(room, selection), "one ");
    Selection fresh;
    fresh.extend({1, 4}, room);
    EXPECT_TRUE(fresh.empty()) << "there is nothing yet that could go on";
}

TEST(Selection, CoversWhatIsBetween) {
    const Room room = with({message(1, ann, "first"), message(2, ann, "second"), message(3, ann, "third")});
    const Selection selection = selected(room, {1, 2}, {3, 2});
    EXPECT_EQ(selection.within(1, 5), (Stretch{2, 5}));
    EXPECT_EQ(selection.within(2, 6), (Stretch{0, 6}));
    EXPECT_EQ(selection.within(3, 5), (Stretch{0, 2}));
    EXPECT_EQ(selection.within(4, 9), Stretch{});
    EXPECT_EQ(selection.within(0, 9), Stretch{});
}

TEST(Selection, IsNotMovedByWhatComesInAboveAndBelow) {
    Room room(row(general, "general", 40, 40));
    room.load({general, messages(20, 40), false});
    const Selection selection = selected(room, {30, 5}, {31, 4});
    const std::string before = copied(room, selection);
    EXPECT_EQ(before, head("bob") + "30\ntext");
    room.load({general, messages(1, 19), true});
    room.arrive(messages(41, 60), ann);
    EXPECT_EQ(copied(room, selection), before);
    EXPECT_EQ(selection.from(), (TextPlace{30, 5}));
}

TEST(Selection, EndsWithATextThatBecameShorter) {
    Room room = with({message(1, ann, "one two three"), message(2, ann, "next")});
    const Selection selection = selected(room, {1, 4}, {2, 2});
    EXPECT_EQ(copied(room, selection), head("ann") + "two three\nne");
    room.change({message(1, ann, "one")});
    EXPECT_EQ(copied(room, selection), "ne");
    chat::RoomMessage gone = message(2, ann, "");
    gone.deleted = true;
    room.change({gone});
    EXPECT_EQ(copied(room, selection), "");
}

TEST(Selection, NeverCutsALetter) {
    Room room = with({message(1, ann, "abcdef")});
    const Selection selection = selected(room, {1, 0}, {1, 2});
    room.change({message(1, ann, "e\u0301e\u0301")});
    EXPECT_EQ(copied(room, selection), "") << "the end is in the middle of the first letter";
    EXPECT_EQ(copied(room, {1, 0}, {1, 3}), "e\u0301");
}

TEST(CopiedText, SaysWhoAndWhenAboveEachGroup) {
    const Room room = with({message(1, ann, "one"), message(2, ann, "two"), message(3, bob, "three", noon + minute), message(4, bob, "four", noon + 9 * minute)});
    EXPECT_EQ(copied(room, {1, 1}, {4, 2}),
              head("ann") + "ne\ntwo\n\n" + head("bob", noon + minute) + "three\n\n" + head("bob", noon + 9 * minute) + "fo");
    EXPECT_EQ(copied(room, {2, 0}, {3, 5}), head("ann") + "two\n\n" + head("bob", noon + minute) + "three") << "the head of the first group is not in it";
}

TEST(CopiedText, OfOneMessageIsTheTextAlone) {
    const Room room = with({message(1, ann, "one"), message(2, bob, "two"), message(3, ann, "three")});
    EXPECT_EQ(copied(room, {1, 3}, {2, 3}), "two") << "nothing of the first was taken";
    EXPECT_EQ(copied(room, {2, 0}, {3, 0}), "two");
}

TEST(CopiedText, NamesTheDaysIfThereAreTwo) {
    const Room room = with({message(1, ann, "one"), message(2, ann, "two", noon + day)});
    EXPECT_EQ(copied(room, {1, 0}, {2, 3}),
              day_text(noon, 0) + "\n\n" + head("ann") + "one\n\n" + day_text(noon + day, 0) + "\n\n" + head("ann", noon + day) + "two");
}

TEST(CopiedText, HasEventsAsSentencesAndNothingOfDeletedMessages) {
    chat::RoomMessage joined = message(2, bob, "");
    joined.kind = chat::MessageKind::joined;
    chat::RoomMessage gone = message(3, bob, "");
    gone.deleted = true;
    const Room room = with({message(1, ann, "one"), joined, gone, message(4, bob, "four")});
    EXPECT_EQ(copied(room, {1, 0}, {4, 4}), head("ann") + "one\n\nbob joined, " + clock_text(noon) + "\n\n" + head("bob") + "four");
    EXPECT_EQ(copied(room, {2, 3}, {2, 3}, By::words), "bob joined") << "an event is taken whole";
}

TEST(CopiedText, NamesTheAuthorWhoseFirstMessageIsGone) {
    chat::RoomMessage gone = message(2, bob, "");
    gone.deleted = true;
    const Room room = with({message(1, ann, "one"), gone, message(3, bob, "three")});
    EXPECT_EQ(copied(room, {1, 0}, {3, 5}), head("ann") + "one\n\n" + head("bob") + "three");
}

TEST(CopiedText, IsWhatIsShownWithTheMarksOfLists) {
    const Room room = with({message(1, ann, "a **bold** word\n\n- first\n- second\n\n1. one\n2. two")});
    EXPECT_EQ(copied(room, {1, 0}, {1, 999}), "a bold word\n• first\n• second\n1. one\n2. two");
    EXPECT_EQ(copied(room, {1, 2}, {1, 6}), "bold");
    EXPECT_EQ(copied(room, {1, 14}, {1, 20}), "rst\n• se") << "only of items whose beginning is in it";
}

TEST(CopiedText, KeepsCodeAsItIs) {
    const Room room = with({message(1, ann, "see\n```\nif (x) {\n    y();\n}\n```")});
    EXPECT_EQ(copied(room, {1, 0}, {1, 999}), "see\nif (x) {\n    y();\n}");
}

}  // namespace
}  // namespace parley::gui::testing
