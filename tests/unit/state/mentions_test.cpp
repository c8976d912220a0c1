// Who a text speaks to, the counters of it, and read markers that go back.
#include "chat/state/mentions.hpp"
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

TEST(MentionedWords, AreThoseBehindAnAtSign) {
    EXPECT_EQ(mentioned_words("hi @Ann, see @bob"), (std::vector<std::vector<std::string>>{{"ann,", "ann"}, {"bob"}}));
    EXPECT_EQ(mentioned_words("(@ann)"), (std::vector<std::vector<std::string>>{{"ann)", "ann"}}));
    EXPECT_TRUE(mentioned_words("mail me: ann@example.org").empty()) << "an address speaks to nobody";
    EXPECT_TRUE(mentioned_words("@ @\n").empty());
    EXPECT_TRUE(mentioned_words("@" + std::string(200, 'x')).empty());
    EXPECT_EQ(mentioned_words("@\xD0\x91\xD0\xBE\xD1\x80\xD0\xB8\xD1\x81!").at(0).at(1), "борис");
    std::string many;
    for (int i = 0; i < 80; ++i) many += "@a ";
    EXPECT_EQ(mentioned_words(many).size(), 50U);
}

TEST(MentionedWords, SpeakToNamesAndToEverybody) {
    EXPECT_TRUE(speaks_to("thanks @ANN!", "Ann"));
    EXPECT_TRUE(speaks_to("@room lunch", "Ann"));
    EXPECT_FALSE(speaks_to("thanks @anna", "Ann"));
    EXPECT_FALSE(speaks_to("ann", "Ann"));
}

class Mentions : public ::testing::Test {
protected:
    std::uint64_t mentions(const Chat::Person& person) { return chat.room(person, general).mentions; }
    const Target general = by_name("general");
    Chat chat;
    Chat::Person ann = chat.enrol("Ann");
    Chat::Person bob = chat.enrol("Bob");
};

TEST_F(Mentions, CountUntilTheyAreRead) {
    chat.posted(ann, general, "@bob look, @BOB!");
    chat.posted(ann, general, "nothing to see");
    const std::uint64_t third = chat.posted(ann, general, "@room lunch, @bob");
    EXPECT_EQ(mentions(bob), 2U) << "a message counts once";
    EXPECT_EQ(mentions(ann), 0U) << "what one says to everybody is no call to oneself";
    chat.as(bob, MarkRead{general, third - 1});
    EXPECT_EQ(mentions(bob), 1U);
    chat.as(bob, MarkRead{general, 0});
    EXPECT_EQ(mentions(bob), 0U);
    chat.as(bob, MarkUnread{general, third});
    EXPECT_EQ(mentions(bob), 1U);
}

TEST_F(Mentions, FollowEditsAndDeletions) {
    const std::uint64_t number = chat.posted(ann, general, "@bob");
    chat.as(ann, EditMessage{general, number, "never mind"});
    EXPECT_EQ(mentions(bob), 0U);
    chat.as(ann, EditMessage{general, number, "@bob after all"});
    EXPECT_EQ(mentions(bob), 1U);
    chat.as(ann, DeleteMessage{general, number});
    EXPECT_EQ(mentions(bob), 0U);
}

TEST_F(Mentions, ReachOnlyMembersAndOnlySinceTheyCame) {
    chat.made_room(ann, "den");
    chat.posted(ann, by_name("den"), "@bob @room are you there?");
    chat.as(bob, JoinRoom{by_name("den")});
    EXPECT_EQ(chat.room(bob, by_name("den")).mentions, 0U);
    chat.posted(ann, by_user("Bob"), "@bob");
    EXPECT_EQ(chat.room(bob, by_user("Ann")).mentions, 0U) << "two people do not call each other";
    const auto cyd = chat.enrol("Cyd");
    EXPECT_EQ(mentions(cyd), 0U);
    chat.posted(ann, general, "@nobody @cyd.");
    EXPECT_EQ(mentions(cyd), 1U);
    EXPECT_EQ(mentions(bob), 0U);
}

TEST_F(Mentions, MarkUnreadGoesBackAndIsTold) {
    const std::uint64_t number = chat.posted(ann, general, "one");
    chat.posted(ann, general, "two");
    chat.as(bob, MarkRead{general, 0});
    EXPECT_TRUE(std::holds_alternative<Done>(chat.as(bob, MarkUnread{general, number})));
    const auto marked = effects_of<ReadMarked>(chat.effects);
    ASSERT_EQ(marked.size(), 1U);
    EXPECT_EQ(marked[0].number, number - 1);
    EXPECT_TRUE(marked[0].back);
    EXPECT_EQ(chat.room(bob, general).read, number - 1);
    chat.as(bob, MarkUnread{general, 0});
    EXPECT_TRUE(effects_of<ReadMarked>(chat.effects).empty()) << "it is unread already";
    chat.posted(bob, general, "mine");
    EXPECT_EQ(chat.room(bob, general).read, number - 1) << "what was marked stays unread";
    expect_refusal(chat, bob, MarkUnread{general, 99}, Refusal::no_such_message);
    expect_refusal(chat, bob, MarkUnread{by_name("nowhere"), 1}, Refusal::no_such_room);
    chat.made_room(ann, "den");
    expect_refusal(chat, bob, MarkUnread{by_name("den"), 1}, Refusal::not_a_member);
}

TEST_F(Mentions, NotifyLevelIsKeptPerRoom) {
    EXPECT_EQ(chat.room(bob, general).notify, Notify::everything);
    EXPECT_TRUE(std::holds_alternative<Done>(chat.as(bob, SetNotify{general, Notify::mentions})));
    EXPECT_EQ(effects_of<MembershipChanged>(chat.effects).size(), 1U) << "other devices hear of it";
    EXPECT_EQ(chat.room(bob, general).notify, Notify::mentions);
    EXPECT_EQ(chat.room(ann, general).notify, Notify::everything);
    chat.as(bob, SetNotify{general, Notify::mentions});
    EXPECT_TRUE(effects_of<MembershipChanged>(chat.effects).empty());
    expect_refusal(chat, bob, SetNotify{by_name("nowhere"), Notify::nothing}, Refusal::no_such_room);
}

TEST_F(Mentions, SendersOfTheUnreadAreCounted) {
    auto cyd = chat.enrol("Cyd");
    chat.as(ann, MarkRead{general, 0});
    const std::uint64_t read = chat.room(ann, general).read;
    for (int i = 0; i < 3; ++i) chat.posted(cyd, general, "x");
    chat.posted(bob, general, "y");
    chat.as(bob, DeleteMessage{general, chat.posted(bob, general, "gone")});
    chat.as(bob, LeaveRoom{general});
    const auto senders = chat.view->senders(chat.room(ann, general).room, read, ann.user).value();
    ASSERT_EQ(senders.size(), 2U);
    EXPECT_EQ(senders[0].name, "Cyd");
    EXPECT_EQ(senders[0].messages, 3U);
    EXPECT_EQ(senders[1].messages, 1U);
}

}  // namespace
}  // namespace parley::chat::testing
