// Rooms, messages on their way, unread counts as the terminal client keeps them.
#include "chat/cli/terminal/chat_model.hpp"

#include <gtest/gtest.h>

namespace parley::chat {
namespace {

RoomRow room(std::uint64_t id, const std::string& name, std::uint64_t last = 0, std::uint64_t read = 0) {
    RoomRow row;
    row.room = RoomId{id};
    row.name = name;
    row.is_member = true;
    row.last = last;
    row.read = read;
    return row;
}

RoomMessage text(std::uint64_t number, const std::string& author, const std::string& words) {
    RoomMessage message;
    message.room = RoomId{1};
    message.number = number;
    message.author_name = author;
    message.text = words;
    return message;
}

class ChatModelTest : public ::testing::Test {
protected:
    void SetUp() override {
        model.own_name = "ada";
        model.set_rooms({room(1, "general", 10, 8), room(2, "ops")});
    }
    RoomPane& general() { return *model.find(RoomId{1}); }
    ChatModel model;
};

TEST_F(ChatModelTest, FirstRoomIsShownAndNewOnesAreTold) {
    EXPECT_EQ(model.selected()->row.name, "general");
    const auto added = model.set_rooms({room(1, "general", 10, 8), room(3, "new")});
    ASSERT_EQ(added.size(), 1U);
    EXPECT_EQ(added[0].name, "new");
    EXPECT_EQ(model.find(RoomId{2}), nullptr);
}

TEST_F(ChatModelTest, UnreadGrowsWithOthersMessagesAndNotWithOnesOwn) {
    EXPECT_EQ(general().unread(), 2U);
    model.add_messages(RoomId{1}, {text(11, "bob", "hi")});
    EXPECT_EQ(general().unread(), 3U);
    model.mark_read(RoomId{1}, 11);
    EXPECT_EQ(general().unread(), 0U);
    model.add_messages(RoomId{1}, {text(12, "ada", "yes")});
    EXPECT_EQ(general().unread(), 0U);
    model.mark_read(RoomId{1}, 5);
    EXPECT_EQ(general().unread(), 0U) << "a marker never goes back";
}

TEST_F(ChatModelTest, PageOfRoomsDoesNotUndoWhatWasPushed) {
    model.add_messages(RoomId{1}, {text(11, "bob", "hi")});
    model.set_rooms({room(1, "general", 10, 8)});
    EXPECT_EQ(general().row.last, 11U);
    EXPECT_EQ(general().items.size(), 1U);
}

TEST_F(ChatModelTest, PendingTextGoesWhenTheMessageComesFirst) {
    model.add_pending(RoomId{1}, EntryId{1}, "hello");
    model.add_messages(RoomId{1}, {text(11, "ada", "hello")});
    EXPECT_TRUE(general().pending.empty());
    model.settle_pending(EntryId{1}, 11);
    EXPECT_TRUE(general().pending.empty());
}

TEST_F(ChatModelTest, PendingTextStaysAcknowledgedUntilTheMessageComes) {
    model.add_pending(RoomId{1}, EntryId{1}, "hello");
    model.settle_pending(EntryId{1}, 11);
    ASSERT_EQ(general().pending.size(), 1U);
    EXPECT_EQ(general().pending[0].number, 11U);
    model.add_messages(RoomId{1}, {text(11, "ada", "hello")});
    EXPECT_TRUE(general().pending.empty());
}

TEST_F(ChatModelTest, TwoEqualTextsAreTwo) {
    model.add_pending(RoomId{1}, EntryId{1}, "hello");
    model.add_pending(RoomId{1}, EntryId{2}, "hello");
    model.add_messages(RoomId{1}, {text(11, "ada", "hello")});
    EXPECT_EQ(general().pending.size(), 1U);
    model.add_messages(RoomId{1}, {text(12, "ada", "hello")});
    EXPECT_TRUE(general().pending.empty());
}

TEST_F(ChatModelTest, EqualTextOfSomeoneElseIsNotOurs) {
    model.add_pending(RoomId{1}, EntryId{1}, "hello");
    model.add_messages(RoomId{1}, {text(11, "bob", "hello")});
    EXPECT_EQ(general().pending.size(), 1U);
    model.drop_pending(EntryId{1});
    EXPECT_TRUE(general().pending.empty());
}

TEST_F(ChatModelTest, OlderMessagesGoBeforeWithoutRepeats) {
    model.add_messages(RoomId{1}, {text(11, "bob", "new")});
    model.add_older(RoomId{1}, {text(9, "bob", "a"), text(10, "bob", "b"), text(11, "bob", "new")}, true);
    ASSERT_EQ(general().items.size(), 3U);
    EXPECT_EQ(general().items[0].message->number, 9U);
    EXPECT_EQ(general().items[2].message->number, 11U);
    EXPECT_FALSE(general().has_all_older);
    model.add_older(RoomId{1}, {}, false);
    EXPECT_TRUE(general().has_all_older);
}

TEST_F(ChatModelTest, DeletedMessageLosesItsText) {
    model.add_messages(RoomId{1}, {text(11, "bob", "secret")});
    model.take_change(RoomId{1}, MessageChange{RoomId{1}, 1, 11});
    EXPECT_TRUE(general().items[0].message->deleted);
    EXPECT_EQ(general().items[0].message->text, "");
}

TEST_F(ChatModelTest, EditsReactionsAndRepliesShowOnTheMessage) {
    model.own_user = UserId{7};
    model.add_messages(RoomId{1}, {text(11, "bob", "helo")});
    model.take_change(RoomId{1}, MessageChange{RoomId{1}, 1, 11, ChangeKind::edited, UserId{2}, "bob", 0, "hello", 1});
    model.take_change(RoomId{1}, MessageChange{RoomId{1}, 2, 11, ChangeKind::reacted, UserId{7}, "ada", 0, "👍", 1});
    RoomMessage reply = text(12, "ada", "hi");
    reply.thread = 11;
    model.add_messages(RoomId{1}, {reply});
    const RoomMessage& shown = *general().items[0].message;
    EXPECT_EQ(shown.text, "hello");
    EXPECT_EQ(shown.edits, 1U);
    EXPECT_EQ(shown.reactions, (std::vector<Reaction>{{"👍", 1, true}}));
    EXPECT_EQ(shown.replies, 1U);
}

TEST_F(ChatModelTest, MentionsCountUntilTheRoomIsRead) {
    model.add_messages(RoomId{1}, {text(11, "bob", "@ada look"), text(12, "bob", "@eve look"), text(13, "ada", "@room")});
    EXPECT_EQ(general().row.mentions, 1U);
    model.mark_read(RoomId{1}, 12);
    EXPECT_EQ(general().row.mentions, 1U) << "one is unread still";
    model.mark_read(RoomId{1}, 13);
    EXPECT_EQ(general().row.mentions, 0U);
    model.mark_unread(RoomId{1}, 11);
    EXPECT_EQ(general().unread(), 2U);
}

TEST_F(ChatModelTest, RoomsAreSwitchedInACircle) {
    model.select_next(1);
    EXPECT_EQ(model.selected()->row.name, "ops");
    model.select_next(1);
    EXPECT_EQ(model.selected()->row.name, "general");
    model.select_next(-1);
    EXPECT_EQ(model.selected()->row.name, "ops");
}

TEST_F(ChatModelTest, RoomToBeMadeIsShownOnceItIsThere) {
    model.select_named("den");
    EXPECT_EQ(model.selected()->row.name, "general");
    model.set_rooms({room(1, "general"), room(4, "den")});
    EXPECT_EQ(model.selected()->row.name, "den");
}

TEST(ChatModelNotes, WaitForTheFirstRoom) {
    ChatModel model;
    model.note("welcome");
    EXPECT_EQ(model.notes().size(), 1U);
    model.set_rooms({room(1, "general")});
    EXPECT_TRUE(model.notes().empty());
    ASSERT_EQ(model.selected()->items.size(), 1U);
    EXPECT_EQ(model.selected()->items[0].note, "welcome");
}

TEST_F(ChatModelTest, TypingEndsWithTheMessage) {
    model.add_typing(RoomId{1}, UserId{7}, "bob");
    EXPECT_EQ(model.typing_text(), "bob is typing…");
    model.add_typing(RoomId{2}, UserId{8}, "eve");
    EXPECT_EQ(model.typing_text(), "bob is typing…") << "in another room";
    model.add_typing(RoomId{1}, UserId{8}, "eve");
    EXPECT_EQ(model.typing_text(), "bob and eve are typing…");
    model.end_typing(RoomId{1}, UserId{8});
    RoomMessage message = text(11, "bob", "done");
    message.author = UserId{7};
    model.add_messages(RoomId{1}, {message});
    EXPECT_EQ(model.typing_text(), "");
    model.set_presence({{UserId{7}, Presence::online}});
    EXPECT_EQ(model.presence_of(UserId{7}), Presence::online);
    EXPECT_EQ(model.presence_of(UserId{8}), Presence::offline);
}

}  // namespace
}  // namespace parley::chat
