// Editing, replying, reacting, pinning: what each does, what refuses it, and what a keeper of messages makes of it.
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

bool is_done(const Result& result) { return std::holds_alternative<Done>(result); }

// Ann is the administrator and owns general; Bob is a member of it.
class MessageChanges : public ::testing::Test {
protected:
    explicit MessageChanges(Limits limits = {}) : chat(limits), ann(chat.enrol("Ann")), bob(chat.enrol("Bob")) {}

    RoomMessage read(std::uint64_t number, UserId asking = {}) {
        return chat.view->message(chat.room(ann, general).room, number, asking).value().value();
    }
    MessageChange change() {
        const auto changed = effects_of<MessageChanged>(chat.effects);
        EXPECT_EQ(changed.size(), 1U);
        return changed.empty() ? MessageChange{} : changed[0].change;
    }
    bool changed_nothing() { return effects_of<MessageChanged>(chat.effects).empty(); }

    const Target general = by_name("general");
    Chat chat;
    Chat::Person ann;
    Chat::Person bob;
};

TEST_F(MessageChanges, EditReplacesTheTextAndKeepsTheOneBefore) {
    const std::uint64_t number = chat.posted(bob, general, "helo");
    EXPECT_TRUE(is_done(chat.as(bob, EditMessage{general, number, "hello"})));
    const MessageChange told = change();
    EXPECT_EQ(told.kind, ChangeKind::edited);
    EXPECT_EQ(told.text, "hello");
    EXPECT_EQ(told.count, 1U);
    EXPECT_EQ(told.change, 1U);
    EXPECT_EQ(told.user, bob.user);
    EXPECT_EQ(told.time_ms, chat.log_time_ms);
    EXPECT_EQ(told.slot, chat.slot);
    chat.as(bob, EditMessage{general, number, "hello!"});
    EXPECT_EQ(read(number).text, "hello!");
    EXPECT_EQ(read(number).edits, 2U);
    const auto edits = chat.view->edits(told.room, number).value();
    ASSERT_EQ(edits.size(), 2U);
    EXPECT_EQ(edits[0].text, "helo");
    EXPECT_EQ(edits[1].text, "hello");
    EXPECT_EQ(edits[0].replaced_ms, told.time_ms);
    chat.as(bob, EditMessage{general, number, "hello!"});
    EXPECT_TRUE(changed_nothing()) << "the text is that already";
}

TEST_F(MessageChanges, EditIsForTheAuthorAndForTextsThatStand) {
    const std::uint64_t number = chat.posted(bob, general, "his");
    expect_refusal(chat, ann, EditMessage{general, number, "hers"}, Refusal::not_allowed);
    expect_refusal(chat, bob, EditMessage{general, 2, "a system message"}, Refusal::not_allowed);
    expect_refusal(chat, bob, EditMessage{general, 99, "x"}, Refusal::no_such_message);
    expect_refusal(chat, bob, EditMessage{general, number, ""}, Refusal::text_empty);
    expect_refusal(chat, bob, EditMessage{general, number, std::string(16 * 1024 + 1, 'x')}, Refusal::text_too_long);
    expect_refusal(chat, bob, EditMessage{general, number, "\xFF"}, Refusal::text_invalid);
    expect_refusal(chat, bob, EditMessage{by_name("nowhere"), 1, "x"}, Refusal::no_such_room);
    chat.as(bob, DeleteMessage{general, number});
    expect_refusal(chat, bob, EditMessage{general, number, "back again"}, Refusal::message_deleted);
    const std::uint64_t other = chat.posted(bob, general, "x");
    chat.as(bob, LeaveRoom{general});
    expect_refusal(chat, bob, EditMessage{general, other, "y"}, Refusal::not_a_member);
}

TEST_F(MessageChanges, DeletingErasesEditsReactionsAndPin) {
    const std::uint64_t number = chat.posted(bob, general, "first secret");
    chat.as(bob, EditMessage{general, number, "second secret"});
    chat.as(ann, React{general, number, "👍"});
    chat.as(ann, Pin{general, number});
    chat.as(bob, DeleteMessage{general, number});
    EXPECT_EQ(chat.contents().find("secret"), std::string::npos);
    EXPECT_TRUE(chat.view->edits(RoomId{1}, number).value().empty());
    EXPECT_TRUE(chat.view->pinned(RoomId{1}, ann.user).value().empty());
    EXPECT_TRUE(read(number).reactions.empty());
    const auto changes = chat.view->changes(RoomId{1}, 0, 10).value();
    ASSERT_EQ(changes.size(), 4U);
    EXPECT_EQ(changes[0].kind, ChangeKind::edited);
    EXPECT_EQ(changes[0].text, "") << "a late reader does not see it either";
    EXPECT_EQ(changes[1].count, 0U);
    EXPECT_EQ(changes[3].kind, ChangeKind::deleted);
}

TEST_F(MessageChanges, RepliesFormOneThread) {
    const std::uint64_t root = chat.posted(ann, general, "who comes?");
    const auto first = std::get<Posted>(chat.as(bob, Post{general, "me", root})).number;
    const auto told = effects_of<MessagePosted>(chat.effects).at(0).message;
    EXPECT_EQ(told.reply_to, root);
    EXPECT_EQ(told.thread, root);
    const auto second = std::get<Posted>(chat.as(ann, Post{general, "good", first})).number;
    chat.posted(bob, general, "something else");
    EXPECT_EQ(read(second).reply_to, first);
    EXPECT_EQ(read(second).thread, root) << "an answer to an answer stays in the thread";
    EXPECT_EQ(read(root).replies, 2U);
    EXPECT_EQ(read(first).replies, 0U);
    const auto replies = chat.view->replies(RoomId{1}, root, 0, 10, ann.user).value();
    ASSERT_EQ(replies.size(), 2U);
    EXPECT_EQ(replies[0].number, first);
    EXPECT_EQ(chat.view->replies(RoomId{1}, root, first, 10, ann.user).value().size(), 1U);
    chat.posted(ann, by_user("Bob"), "between us");
    EXPECT_EQ(std::get<Posted>(chat.as(bob, Post{by_user("Ann"), "yes", 1})).number, 2U);
}

TEST_F(MessageChanges, RepliesNeedATextThatStands) {
    const std::uint64_t number = chat.posted(bob, general, "x");
    expect_refusal(chat, bob, Post{general, "y", 99}, Refusal::no_such_message);
    expect_refusal(chat, bob, Post{general, "y", 1}, Refusal::no_such_message);   // a system message
    expect_refusal(chat, bob, Post{by_user("Ann"), "y", 1}, Refusal::no_such_room);
    chat.as(bob, DeleteMessage{general, number});
    expect_refusal(chat, bob, Post{general, "y", number}, Refusal::message_deleted);
    auto cyd = chat.enrol("Cyd");
    chat.posted(cyd, by_user("Bob"), "hi");
    const RoomId direct = chat.room(bob, by_user("Cyd")).room;
    chat.as(cyd, DeleteAccount{});
    expect_refusal(chat, bob, Post{ByRoom{direct}, "y", 1}, Refusal::no_such_user);
}

TEST_F(MessageChanges, EachUserReactsOnceWithAnEmoji) {
    const std::uint64_t number = chat.posted(bob, general, "cake in the kitchen");
    EXPECT_TRUE(is_done(chat.as(ann, React{general, number, "🎂"})));
    EXPECT_EQ(change().count, 1U);
    chat.as(bob, React{general, number, "🎂"});
    EXPECT_EQ(change().count, 2U);
    chat.as(bob, React{general, number, "👍🏽"});
    EXPECT_EQ(read(number, ann.user).reactions, (std::vector<Reaction>{{"🎂", 2, true}, {"👍🏽", 1, false}}));
    EXPECT_EQ(read(number).reactions, (std::vector<Reaction>{{"🎂", 2, false}, {"👍🏽", 1, false}}));
    chat.as(ann, React{general, number, "🎂"});
    EXPECT_TRUE(changed_nothing()) << "a second time changes nothing";
    EXPECT_TRUE(is_done(chat.as(ann, Unreact{general, number, "🎂"})));
    EXPECT_EQ(change().count, 1U);
    chat.as(ann, Unreact{general, number, "🎂"});
    EXPECT_TRUE(changed_nothing());
    chat.as(bob, Unreact{general, number, "🎂"});
    EXPECT_EQ(change().count, 0U);
    EXPECT_EQ(read(number).reactions.size(), 1U);
}

TEST_F(MessageChanges, ReactionsAreOneCharacterOnATextThatStands) {
    const std::uint64_t number = chat.posted(bob, general, "x");
    for (const char* wrong : {"", "ok", "👍👍", " ", "\n", "\xFF", "\xE2\x80\x8B", "a\xCC\x81z"}) {
        expect_refusal(chat, ann, React{general, number, wrong}, Refusal::reaction_invalid);
    }
    expect_refusal(chat, ann, React{general, number, "e" + std::string(40, '\xCC') }, Refusal::reaction_invalid);
    for (const char* right : {"+", "é", "👩‍👩‍👧", "❤️", "🇪🇺"}) EXPECT_TRUE(is_done(chat.as(ann, React{general, number, right}))) << right;
    expect_refusal(chat, ann, React{general, 99, "👍"}, Refusal::no_such_message);
    expect_refusal(chat, ann, React{general, 1, "👍"}, Refusal::not_allowed);
    expect_refusal(chat, ann, Unreact{general, 99, "👍"}, Refusal::no_such_message);
    expect_refusal(chat, ann, React{by_name("nowhere"), 1, "👍"}, Refusal::no_such_room);
    chat.as(bob, DeleteMessage{general, number});
    expect_refusal(chat, ann, React{general, number, "👍"}, Refusal::message_deleted);
    expect_refusal(chat, ann, Unreact{general, number, "+"}, Refusal::message_deleted);
}

TEST_F(MessageChanges, PinsAreForWhoLooksAfterTheRoom) {
    const std::uint64_t number = chat.posted(bob, general, "rules of the house");
    expect_refusal(chat, bob, Pin{general, number}, Refusal::not_allowed);
    EXPECT_TRUE(is_done(chat.as(ann, Pin{general, number})));
    EXPECT_EQ(change().kind, ChangeKind::pinned);
    chat.as(ann, Pin{general, number});
    EXPECT_TRUE(changed_nothing());
    EXPECT_TRUE(read(number).pinned);
    EXPECT_EQ(chat.view->pinned(RoomId{1}, bob.user).value().size(), 1U);
    expect_refusal(chat, bob, Unpin{general, number}, Refusal::not_allowed);
    EXPECT_TRUE(is_done(chat.as(ann, Unpin{general, number})));
    EXPECT_EQ(change().kind, ChangeKind::unpinned);
    chat.as(ann, Unpin{general, number});
    EXPECT_TRUE(changed_nothing());
    expect_refusal(chat, ann, Pin{general, 99}, Refusal::no_such_message);
    expect_refusal(chat, ann, Pin{general, 1}, Refusal::not_allowed);
    expect_refusal(chat, ann, Unpin{general, 99}, Refusal::no_such_message);
    chat.posted(ann, by_user("Bob"), "the key is under the mat");
    EXPECT_TRUE(is_done(chat.as(bob, Pin{by_user("Ann"), 1}))) << "a direct conversation belongs to both";
}

class FewOfEach : public MessageChanges {
protected:
    static Limits limits() {
        Limits few;
        few.edits_per_message_max = 1;
        few.emojis_per_message_max = 1;
        few.pins_per_room_max = 1;
        return few;
    }
    FewOfEach() : MessageChanges(limits()) {}
};

TEST_F(FewOfEach, LimitsRefuseTheNextOne) {
    const std::uint64_t number = chat.posted(ann, general, "a");
    const std::uint64_t other = chat.posted(ann, general, "b");
    chat.as(ann, EditMessage{general, number, "b"});
    expect_refusal(chat, ann, EditMessage{general, number, "c"}, Refusal::limit_reached);
    chat.as(ann, React{general, number, "1"});
    expect_refusal(chat, ann, React{general, number, "2"}, Refusal::limit_reached);
    EXPECT_TRUE(is_done(chat.as(bob, React{general, number, "1"}))) << "the same emoji is no further one";
    chat.as(ann, Pin{general, number});
    expect_refusal(chat, ann, Pin{general, other}, Refusal::limit_reached);
    chat.as(ann, Unpin{general, number});
    EXPECT_TRUE(is_done(chat.as(ann, Pin{general, other})));
}

// Whoever keeps messages and takes in the changes ends with what the server has, wherever the copy began.
TEST_F(MessageChanges, TakingInChangesGivesWhatTheServerHas) {
    const std::uint64_t number = chat.posted(bob, general, "one");
    std::vector<RoomMessage> copies{read(number, ann.user)};
    std::vector<MessageChange> live;
    const auto run = [&](Chat::Person& person, Operation operation) {
        chat.as(person, std::move(operation));
        for (const MessageChanged& changed : effects_of<MessageChanged>(chat.effects)) live.push_back(changed.change);
        copies.push_back(read(number, ann.user));
    };
    run(bob, EditMessage{general, number, "two"});
    run(ann, React{general, number, "👍"});
    run(bob, React{general, number, "👎"});
    run(bob, React{general, number, "👍"});
    run(ann, Pin{general, number});
    run(bob, EditMessage{general, number, "three"});
    run(ann, Unreact{general, number, "👍"});
    run(bob, Unreact{general, number, "👎"});
    run(ann, Unpin{general, number});
    for (const bool deletes : {false, true}) {
        if (deletes) run(bob, DeleteMessage{general, number});
        const RoomMessage wanted = read(number, ann.user);
        const auto backlog = chat.view->changes(RoomId{1}, 0, 100).value();
        ASSERT_EQ(backlog.size(), live.size());
        for (const RoomMessage& copy : copies) {
            RoomMessage from_live = copy;
            RoomMessage from_backlog = copy;
            for (const MessageChange& each : live) take_in(from_live, each, ann.user);
            for (const MessageChange& each : backlog) take_in(from_backlog, each, ann.user);
            EXPECT_EQ(from_live, wanted);
            EXPECT_EQ(from_backlog, wanted);
        }
    }
}

}  // namespace
}  // namespace parley::chat::testing
