// One conversation: a stretch without holes, and texts on their way that are shown once and never lost.
#include <gtest/gtest.h>

#include "tests/unit/gui/messages.hpp"

namespace parley::gui::testing {
namespace {

std::vector<std::uint64_t> numbers(const Room& room) {
    std::vector<std::uint64_t> found;
    for (const auto& one : room.messages()) found.push_back(one.number);
    return found;
}
std::vector<std::uint64_t> range(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> made;
    for (std::uint64_t n = first; n <= last; ++n) made.push_back(n);
    return made;
}
Sending typed(std::uint64_t entry, const std::string& text) { return {chat::EntryId{entry}, text, noon, 0, false, 0, ""}; }

TEST(Room, GrowsAtBothEndsAndDropsRepeats) {
    Room room(row(general, "general", 20));
    room.load({general, messages(11, 20), false});
    room.arrive(messages(19, 22), ann);
    room.load({general, messages(5, 12), false});
    EXPECT_EQ(numbers(room), range(5, 22));
    EXPECT_EQ(room.find(5)->text, "text 5");
    EXPECT_EQ(room.find(4), nullptr);
    EXPECT_FALSE(room.reaches_start());
    room.load({general, messages(1, 4), true});
    EXPECT_TRUE(room.reaches_start());
}

TEST(Room, APageThatDoesNotTouchIsIgnored) {
    Room room(row(general, "general", 50));
    room.arrive(messages(50, 50), ann);
    room.load({general, messages(1, 10), true});
    EXPECT_EQ(numbers(room), range(50, 50));
}

TEST(Room, AHoleInWhatArrivesStartsAnewInsteadOfBeingHidden) {
    Room room(row(general, "general", 10));
    room.load({general, messages(1, 10), true});
    room.arrive(messages(12, 13), ann);
    EXPECT_EQ(numbers(room), range(12, 13));
    EXPECT_FALSE(room.reaches_start());
}

TEST(Room, AsksForOlderOnceAtATime) {
    Room room(row(general, "general", 50));
    EXPECT_TRUE(room.want_older());
    EXPECT_FALSE(room.want_older());
    room.load_failed();
    EXPECT_TRUE(room.want_older());
    room.load({general, messages(1, 50), true});
    EXPECT_FALSE(room.want_older());
}

TEST(Room, ATextIsShownOnceWhicheverComesFirst) {
    for (const bool answer_first : {true, false}) {
        Room room(row(general, "general"));
        room.begin(typed(1, "hello"));
        EXPECT_EQ(room.sending().size(), 1U);
        if (answer_first) room.done(chat::EntryId{1}, 1);
        EXPECT_EQ(room.sending().size(), 1U) << "stays until its message is here";
        room.arrive({message(1, ann, "hello")}, ann);
        if (!answer_first) {
            ASSERT_EQ(room.sending().size(), 1U);
            EXPECT_TRUE(room.is_shown_as_message(room.sending()[0])) << "shown as the message, not twice";
            room.done(chat::EntryId{1}, 1);
        }
        EXPECT_TRUE(room.sending().empty());
    }
}

TEST(Room, TheSameTextTwiceStaysTwo) {
    Room room(row(general, "general"));
    room.begin(typed(1, "again"));
    room.begin(typed(2, "again"));
    room.arrive({message(1, ann, "again")}, ann);
    EXPECT_TRUE(room.is_shown_as_message(room.sending()[0]));
    EXPECT_FALSE(room.is_shown_as_message(room.sending()[1]));
}

TEST(Room, ARefusedTextComesBackEvenIfAnotherDeviceSaidTheSame) {
    Room room(row(general, "general"));
    room.begin(typed(1, "hello"));
    room.arrive({message(1, ann, "hello")}, ann);   // from the other device
    room.refuse(chat::EntryId{1}, "You are not in this room.");
    ASSERT_EQ(room.sending().size(), 1U);
    EXPECT_TRUE(room.sending()[0].is_refused());
    EXPECT_FALSE(room.is_shown_as_message(room.sending()[0]));
    room.drop(chat::EntryId{1});
    EXPECT_TRUE(room.sending().empty());
}

TEST(Room, OwnMessagesDoNotCountAsUnread) {
    Room room(row(general, "general", 5, 5));
    room.arrive({message(6, ann, "mine")}, ann);
    EXPECT_EQ(room.unread(), 0U);
    room.arrive({message(7, bob, "yours")}, ann);
    room.arrive({message(8, ann, "mine again")}, ann);
    EXPECT_EQ(room.unread(), 2U) << "as the server counts: what is before it was not read";
    room.read_to(8);
    room.read_to(3);
    EXPECT_EQ(room.unread(), 0U);
}

TEST(Room, TheUnreadLineStaysWhileTheRoomIsOpen) {
    Room room(row(general, "general", 8, 5));
    room.open();
    EXPECT_EQ(room.unread_line(), 6U);
    room.read_to(8);
    EXPECT_EQ(room.unread_line(), 6U);
    room.close();
    room.open();
    EXPECT_EQ(room.unread_line(), 0U);
}

TEST(Room, AnOldListDoesNotTakeBackWhatWasReadOrArrived) {
    Room room(row(general, "general", 8, 5));
    room.read_to(8);
    room.arrive(messages(9, 9), ann);
    room.update(row(general, "renamed", 8, 5));
    EXPECT_EQ(room.row().read, 8U);
    EXPECT_EQ(room.row().last, 9U);
    EXPECT_EQ(room.title(), "#renamed");
}

TEST(Room, LeavingALongRoomKeepsItsEnd) {
    Room room(row(general, "general", 1000));
    room.load({general, messages(1, 1000), true});
    room.open();
    room.close();
    EXPECT_EQ(room.last(), 1000U);
    EXPECT_LT(room.messages().size(), 300U);
    EXPECT_TRUE(room.want_older());
}

TEST(Room, ChangedMessagesTakeTheirPlace) {
    Room room(row(general, "general", 3));
    room.load({general, messages(1, 3), true});
    const auto before = room.revision();
    auto gone = message(2, bob, "");
    gone.deleted = true;
    room.change({gone, message(9, bob, "elsewhere")});
    EXPECT_TRUE(room.find(2)->deleted);
    EXPECT_GT(room.revision(), before);
}

}  // namespace
}  // namespace parley::gui::testing
