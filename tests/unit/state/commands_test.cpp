// Each command: what it does and what refuses it. A refusal changes nothing but the session's own bookkeeping.
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

// Runs the refused operation and compares the whole contents before and after.
TEST(Register, FirstAccountIsAdminAndFindsGeneral) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    const auto rooms = chat.view->rooms_of(ann.user, 10).value();
    ASSERT_EQ(rooms.size(), 1U);
    EXPECT_EQ(rooms[0].name, "general");
    EXPECT_FALSE(rooms[0].is_private);
    EXPECT_EQ(rooms[0].last - rooms[0].read, 0U);
    EXPECT_TRUE(chat.view->login_by_token(token(1)).value()->is_admin);
}

TEST(Register, LaterAccountsEnterGeneralWithAMessage) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    const auto bob = chat.enrol("Bob");
    const auto general = chat.room(ann, by_name("general"));
    EXPECT_EQ(general.members, 2U);
    const auto all = chat.messages(general.room);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].kind, MessageKind::created);
    EXPECT_EQ(all[1].kind, MessageKind::joined);
    EXPECT_EQ(all[1].author, bob.user);
    EXPECT_EQ(all[1].author_name, "Bob");
    EXPECT_EQ(chat.room(bob, by_name("general")).read, 2U) << "what came before is not unread for the newcomer";
    EXPECT_FALSE(chat.view->login_by_token(token(2)).value()->is_admin);
}

TEST(Register, RepeatWithTheSameTokenGetsTheFirstAnswer) {
    Chat chat;
    const Register command{"Ann", "hash", token(1), "test"};
    const Answer first = chat.answer(Unnumbered{command});
    const std::string before = chat.contents();
    const Answer second = chat.answer(Unnumbered{command});
    EXPECT_EQ(net::encode(first), net::encode(second));
    EXPECT_EQ(chat.contents(), before);
}

TEST(Register, RefusesTakenConfusingAndInvalidNames) {
    Chat chat;
    chat.enrol("Paypa");
    expect_refusal(chat, Register{"paypA", "hash", token(9), "test"}, Refusal::name_taken);
    expect_refusal(chat, Register{"\xEF\xBC\xB0" "aypa", "hash", token(9), "test"}, Refusal::name_taken);   // fullwidth P
    expect_refusal(chat, Register{"Deleted User", "hash", token(9), "test"}, Refusal::name_taken);
    expect_refusal(chat, Register{"Room", "hash", token(9), "test"}, Refusal::name_taken);   // @room speaks to everybody
    expect_refusal(chat, Register{"раура", "hash", token(9), "test"}, Refusal::name_confusing);   // all Cyrillic
    expect_refusal(chat, Register{"pаypal", "hash", token(9), "test"}, Refusal::name_confusing);  // one Cyrillic letter
    expect_refusal(chat, Register{"", "hash", token(9), "test"}, Refusal::name_invalid);
    expect_refusal(chat, Register{"\xFF", "hash", token(9), "test"}, Refusal::name_invalid);
    expect_refusal(chat, Register{"bob", "", token(9), "test"}, Refusal::malformed);
    expect_refusal(chat, Register{"bob", "hash", token(9), "two\nlines"}, Refusal::malformed);
    expect_refusal(chat, Register{"bob", "hash", token(1), "test"}, Refusal::malformed);           // Paypa's token
}

TEST(LogIn, MakesALoginOnceForAToken) {
    Chat chat;
    const auto ann = chat.enrol("Ann");
    const Answer first = chat.answer(Unnumbered{LogIn{ann.user, 1, token(50), "phone"}});
    const auto made = std::get<LoggedIn>(first.result);
    EXPECT_EQ(made.user, ann.user);
    EXPECT_NE(made.login, ann.login);
    EXPECT_EQ(net::encode(chat.answer(Unnumbered{LogIn{ann.user, 1, token(50), "phone"}})), net::encode(first));
    EXPECT_EQ(chat.view->login_by_token(token(50)).value()->login, made.login);
}

TEST(LogIn, ChecksPasswordVersionAndAccount) {
    Limits limits;
    limits.logins_per_user_max = 1;
    Chat chat(limits);
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    expect_refusal(chat, LogIn{ann.user, 2, token(50), "phone"}, Refusal::password_changed);
    expect_refusal(chat, LogIn{UserId{99}, 1, token(50), "phone"}, Refusal::no_such_user);
    expect_refusal(chat, LogIn{ann.user, 1, token(50), "phone"}, Refusal::limit_reached);
    expect_refusal(chat, LogIn{bob.user, 1, token(1), "phone"}, Refusal::malformed);   // Ann's token
    chat.as(bob, DeleteAccount{});
    expect_refusal(chat, LogIn{bob.user, 2, token(50), "phone"}, Refusal::no_such_user);
}

TEST(LogOut, EndsThisLoginAndItsSessions) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    chat.run(Unnumbered{LogIn{ann.user, 1, token(50), "phone"}});
    const SessionId other = chat.open_session(50, 1);
    EXPECT_TRUE(std::holds_alternative<Done>(chat.as(ann, LogOut{})));
    const auto ended = effects_of<LoginEnded>(chat.effects);
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].login, ann.login);
    EXPECT_FALSE(chat.view->login_by_token(token(1)).value().has_value());
    EXPECT_EQ(chat.refused(ann, MarkRead{by_name("general"), 0}), Refusal::unknown_session);
    expect_refusal(chat, OpenSession{token(1), 2}, Refusal::unknown_login);
    EXPECT_TRUE(std::holds_alternative<Posted>(chat.run(Numbered{other, 1, 1, Post{by_name("general"), "still here"}})));
}

TEST(LogOut, EverywhereEndsAllLogins) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    chat.run(Unnumbered{LogIn{ann.user, 1, token(50), "phone"}});
    chat.as(ann, LogOut{true});
    EXPECT_EQ(effects_of<LoginEnded>(chat.effects).size(), 2U);
    expect_refusal(chat, OpenSession{token(50), 2}, Refusal::unknown_login);
    EXPECT_EQ(chat.posted(bob, by_name("general"), "hello"), 3U) << "others are not touched";
}

TEST(DeleteAccount, KeepsMessagesAndTheNameAndEndsTheRest) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    chat.posted(bob, by_name("general"), "I was here");
    chat.posted(bob, by_user("Ann"), "psst");
    const RoomId direct = chat.room(ann, by_user("Bob")).room;
    EXPECT_TRUE(std::holds_alternative<Done>(chat.as(bob, DeleteAccount{})));

    EXPECT_EQ(effects_of<LoginEnded>(chat.effects).size(), 1U);
    EXPECT_EQ(effects_of<MembershipChanged>(chat.effects).size(), 2U);
    const auto general = chat.room(ann, by_name("general"));
    EXPECT_EQ(general.members, 1U);
    const auto all = chat.messages(general.room);
    ASSERT_EQ(all.size(), 4U);
    EXPECT_EQ(all[2].text, "I was here");
    EXPECT_EQ(all[2].author_name, "deleted user");
    EXPECT_EQ(all[3].kind, MessageKind::left);
    EXPECT_EQ(all[3].author_name, "deleted user");
    EXPECT_EQ(chat.messages(direct).size(), 1U);
    EXPECT_EQ(chat.room(ann, ByRoom{direct}).name, "deleted user");
    EXPECT_EQ(chat.view->users("", "", 10).value().size(), 1U);
    EXPECT_FALSE(chat.view->password_of("Bob").value().has_value());
    EXPECT_EQ(chat.contents().find("hash of Bob"), std::string::npos);
    expect_refusal(chat, Register{"bob", "hash", token(70), "test"}, Refusal::name_taken);
    expect_refusal(chat, ann, Post{by_user("Bob"), "hello?"}, Refusal::no_such_user);
    expect_refusal(chat, ann, Post{ByRoom{direct}, "hello?"}, Refusal::no_such_user);
}

TEST(CreateRoom, MakesTheCreatorItsOnlyMember) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    const RoomId room = chat.made_room(ann, "Kitchen", true);
    const auto row = chat.room(ann, by_name("KITCHEN"));
    EXPECT_EQ(row.room, room);
    EXPECT_EQ(row.name, "Kitchen");
    EXPECT_TRUE(row.is_private);
    EXPECT_EQ(row.members, 1U);
    EXPECT_FALSE(chat.view->resolve(bob.user, ByRoom{room}));
    EXPECT_EQ(chat.messages(room).at(0).kind, MessageKind::created);
}

TEST(CreateRoom, RefusesTakenAndInvalidNamesAndTooManyRooms) {
    Limits limits;
    limits.rooms_max = 2;
    Chat chat(limits);
    auto ann = chat.enrol("Ann");
    chat.made_room(ann, "cop");
    expect_refusal(chat, ann, CreateRoom{"General"}, Refusal::room_name_taken);
    expect_refusal(chat, ann, CreateRoom{"сор"}, Refusal::room_name_taken);   // Cyrillic look-alike
    expect_refusal(chat, ann, CreateRoom{"a/b"}, Refusal::room_name_invalid);
    expect_refusal(chat, ann, CreateRoom{std::string(65, 'x')}, Refusal::room_name_invalid);
    expect_refusal(chat, ann, CreateRoom{"right\xE2\x80\xAEleft"}, Refusal::room_name_invalid);
    expect_refusal(chat, ann, CreateRoom{"new"}, Refusal::limit_reached);
}

TEST(JoinRoom, PublicRoomsOnly) {
    Limits limits;
    limits.members_per_room_max = 2;
    Chat chat(limits);
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    auto cyd = chat.enrol("Cyd");
    const RoomId open = chat.made_room(ann, "open");
    const RoomId closed = chat.made_room(ann, "closed", true);
    EXPECT_TRUE(std::holds_alternative<Done>(chat.as(bob, JoinRoom{by_name("open")})));
    EXPECT_EQ(effects_of<MembershipChanged>(chat.effects).size(), 1U);
    const auto row = chat.room(bob, ByRoom{open});
    EXPECT_TRUE(row.is_member);
    EXPECT_EQ(row.last, row.read) << "nothing before joining is unread";
    EXPECT_EQ(chat.room(ann, ByRoom{open}).last - chat.room(ann, ByRoom{open}).read, 1U);
    expect_refusal(chat, bob, JoinRoom{by_name("open")}, Refusal::already_a_member);
    expect_refusal(chat, bob, JoinRoom{by_name("closed")}, Refusal::no_such_room);
    expect_refusal(chat, bob, JoinRoom{ByRoom{closed}}, Refusal::no_such_room);
    expect_refusal(chat, bob, JoinRoom{by_name("nowhere")}, Refusal::no_such_room);
    expect_refusal(chat, bob, JoinRoom{by_user("nobody")}, Refusal::no_such_user);
    expect_refusal(chat, cyd, JoinRoom{by_name("open")}, Refusal::limit_reached);
    EXPECT_FALSE(chat.room(cyd, by_name("general")).is_member) << "general was full too";
}

TEST(LeaveRoom, EndsTheMembershipAndHandsOwnershipOn) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    const RoomId room = chat.made_room(ann, "den", true);
    chat.as(ann, InviteToRoom{ByRoom{room}, "bob"});
    expect_refusal(chat, bob, LeaveRoom{by_name("nowhere")}, Refusal::no_such_room);
    EXPECT_TRUE(std::holds_alternative<Done>(chat.as(ann, LeaveRoom{ByRoom{room}})));
    expect_refusal(chat, ann, LeaveRoom{ByRoom{room}}, Refusal::no_such_room);
    const auto row = chat.room(bob, ByRoom{room});
    EXPECT_EQ(row.members, 1U);
    EXPECT_EQ(chat.messages(room).back().kind, MessageKind::left);
    EXPECT_NE(chat.contents().find("members|2|2|1|4|1"), std::string::npos) << "Bob owns it: " << chat.contents();
    chat.as(bob, LeaveRoom{by_name("general")});
    expect_refusal(chat, bob, LeaveRoom{by_name("general")}, Refusal::not_a_member);
    chat.posted(ann, by_user("bob"), "hi");
    expect_refusal(chat, bob, LeaveRoom{by_user("ann")}, Refusal::not_allowed);
}

TEST(InviteToRoom, MakesAMemberAtOnce) {
    Limits limits;
    limits.members_per_room_max = 3;
    Chat chat(limits);
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    auto cyd = chat.enrol("Cyd");
    chat.enrol("Dan");
    const RoomId room = chat.made_room(ann, "den", true);
    EXPECT_TRUE(std::holds_alternative<Done>(chat.as(ann, InviteToRoom{ByRoom{room}, "BOB"})));
    const auto message = chat.messages(room).back();
    EXPECT_EQ(message.kind, MessageKind::invited);
    EXPECT_EQ(message.text, "Bob");
    const auto row = chat.room(bob, ByRoom{room});
    EXPECT_EQ(row.last - row.read, 1U) << "the invitation is the one unread message";
    expect_refusal(chat, ann, InviteToRoom{ByRoom{room}, "Bob"}, Refusal::already_a_member);
    expect_refusal(chat, ann, InviteToRoom{ByRoom{room}, "Eve"}, Refusal::no_such_user);
    expect_refusal(chat, cyd, InviteToRoom{ByRoom{room}, "Dan"}, Refusal::no_such_room);
    EXPECT_TRUE(std::holds_alternative<Done>(chat.as(bob, InviteToRoom{ByRoom{room}, "Cyd"}))) << "any member may";
    expect_refusal(chat, ann, InviteToRoom{ByRoom{room}, "Dan"}, Refusal::limit_reached);
    chat.posted(ann, by_user("bob"), "hi");
    expect_refusal(chat, ann, InviteToRoom{by_user("bob"), "Cyd"}, Refusal::not_allowed);
}

TEST(Post, GivesNumbersWithoutGapsAndTellsEverybody) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    EXPECT_EQ(chat.posted(ann, by_name("General"), "one"), 3U);
    EXPECT_EQ(chat.posted(bob, by_name("general"), "two"), 4U);
    const auto told = effects_of<MessagePosted>(chat.effects);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].message, chat.messages(told[0].message.room).back()) << "what is told is what is read later";
    EXPECT_EQ(told[0].message.time_ms, chat.log_time_ms);
    EXPECT_EQ(told[0].message.slot, chat.slot);
    const auto answer = std::get<Posted>(chat.as(ann, Post{by_name("general"), "three"}));
    EXPECT_EQ(answer.room_name, "general");
}

TEST(Post, DirectConversationIsMadeOnceForAPair) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    const auto first = std::get<Posted>(chat.as(ann, Post{by_user("bob"), "hi"}));
    EXPECT_EQ(effects_of<MembershipChanged>(chat.effects).size(), 2U);
    EXPECT_EQ(first.room_name, "@Bob");
    const auto second = std::get<Posted>(chat.as(bob, Post{by_user("ANN"), "hello"}));
    EXPECT_EQ(second.room, first.room);
    EXPECT_EQ(second.number, 2U);
    EXPECT_EQ(chat.room(ann, by_user("Bob")).name, "Bob");
    EXPECT_EQ(chat.room(bob, by_user("Ann")).name, "Ann");
    auto cyd = chat.enrol("Cyd");
    expect_refusal(chat, cyd, Post{ByRoom{first.room}, "me too"}, Refusal::no_such_room);
    const auto self = std::get<Posted>(chat.as(cyd, Post{by_user("cyd"), "note to self"}));
    EXPECT_EQ(chat.room(cyd, ByRoom{self.room}).members, 1U);
}

TEST(Post, RefusesBadTextsAndForeignRooms) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    const RoomId den = chat.made_room(ann, "den", true);
    chat.made_room(ann, "open");
    expect_refusal(chat, bob, Post{by_name("general"), ""}, Refusal::text_empty);
    expect_refusal(chat, bob, Post{by_name("general"), " \n\t\xE2\x80\x8B"}, Refusal::text_empty);
    expect_refusal(chat, bob, Post{by_name("general"), std::string(16 * 1024 + 1, 'x')}, Refusal::text_too_long);
    expect_refusal(chat, bob, Post{by_name("general"), "\xC3\x28"}, Refusal::text_invalid);
    expect_refusal(chat, bob, Post{by_name("general"), "a\x1B[31m"}, Refusal::text_invalid);
    expect_refusal(chat, bob, Post{by_name("general"), std::string("a\0b", 3)}, Refusal::text_invalid);
    expect_refusal(chat, bob, Post{ByRoom{den}, "x"}, Refusal::no_such_room);
    expect_refusal(chat, bob, Post{ByRoom{RoomId{77}}, "x"}, Refusal::no_such_room);
    expect_refusal(chat, bob, Post{by_name("open"), "x"}, Refusal::not_a_member);
    expect_refusal(chat, bob, Post{by_user("nobody"), "x"}, Refusal::no_such_user);
    EXPECT_EQ(chat.posted(bob, by_name("general"), std::string(16 * 1024, 'x')), 3U) << "exactly the limit is allowed";
    EXPECT_EQ(chat.posted(bob, by_name("general"), "a\n\tb\xF0\x9F\x98\x80"), 4U);
}

TEST(DeleteMessage, LeavesATombstoneAndAChange) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    const std::uint64_t number = chat.posted(bob, by_name("general"), "a secret that goes");
    EXPECT_TRUE(std::holds_alternative<Done>(chat.as(bob, DeleteMessage{by_name("general"), number})));
    const auto deleted = effects_of<MessageChanged>(chat.effects);
    ASSERT_EQ(deleted.size(), 1U);
    EXPECT_EQ(deleted[0].change.change, 1U);
    const auto general = chat.room(ann, by_name("general"));
    EXPECT_EQ(general.changes, 1U);
    EXPECT_TRUE(chat.messages(general.room).back().deleted);
    EXPECT_EQ(chat.messages(general.room).back().text, "");
    EXPECT_EQ(chat.contents().find("secret"), std::string::npos);
    const auto changes = chat.view->changes(general.room, 0, 10).value();
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].number, number);
    chat.as(bob, DeleteMessage{by_name("general"), number});
    EXPECT_TRUE(effects_of<MessageChanged>(chat.effects).empty()) << "a second time changes nothing";
}

TEST(DeleteMessage, OwnOnlyExceptForAdmins) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    auto cyd = chat.enrol("Cyd");
    const std::uint64_t first = chat.posted(ann, by_name("general"), "mine");
    const std::uint64_t second = chat.posted(bob, by_name("general"), "his");
    expect_refusal(chat, bob, DeleteMessage{by_name("general"), first}, Refusal::not_allowed);
    expect_refusal(chat, bob, DeleteMessage{by_name("general"), 1}, Refusal::not_allowed);      // a system message
    expect_refusal(chat, bob, DeleteMessage{by_name("general"), 99}, Refusal::no_such_message);
    expect_refusal(chat, bob, DeleteMessage{by_name("nowhere"), 1}, Refusal::no_such_room);
    EXPECT_TRUE(std::holds_alternative<Done>(chat.as(ann, DeleteMessage{by_name("general"), second})));

    const RoomId den = chat.made_room(bob, "den", true);
    const std::uint64_t third = chat.posted(bob, ByRoom{den}, "inside");
    EXPECT_TRUE(std::holds_alternative<Done>(chat.as(ann, DeleteMessage{ByRoom{den}, third})));
    chat.posted(bob, by_user("cyd"), "between us");
    const RoomId direct = chat.room(bob, by_user("cyd")).room;
    expect_refusal(chat, ann, DeleteMessage{ByRoom{direct}, 1}, Refusal::no_such_room);
    expect_refusal(chat, cyd, DeleteMessage{ByRoom{direct}, 1}, Refusal::not_allowed);
}

TEST(MarkRead, NeverGoesBackNorBeyondTheLast) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    for (int i = 0; i < 5; ++i) chat.posted(ann, by_name("general"), "text");   // numbers 3..7
    EXPECT_EQ(chat.room(bob, by_name("general")).read, 2U);
    chat.as(bob, MarkRead{by_name("general"), 5});
    const auto marked = effects_of<ReadMarked>(chat.effects);
    ASSERT_EQ(marked.size(), 1U);
    EXPECT_EQ(marked[0].number, 5U);
    chat.as(bob, MarkRead{by_name("general"), 4});
    EXPECT_TRUE(effects_of<ReadMarked>(chat.effects).empty());
    EXPECT_EQ(chat.room(bob, by_name("general")).read, 5U);
    chat.as(bob, MarkRead{by_name("general"), 1'000});
    EXPECT_EQ(chat.room(bob, by_name("general")).read, 7U);
    chat.posted(ann, by_name("general"), "text");
    chat.as(bob, MarkRead{by_name("general"), 0});
    EXPECT_EQ(chat.room(bob, by_name("general")).read, 8U);
    expect_refusal(chat, bob, MarkRead{by_name("nowhere"), 0}, Refusal::no_such_room);
    chat.made_room(ann, "open");
    expect_refusal(chat, bob, MarkRead{by_name("open"), 0}, Refusal::not_a_member);
}

TEST(MarkRead, OwnPostsAreNotUnreadButEarlierOnesStayUnread) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    chat.posted(bob, by_name("general"), "up to date");
    EXPECT_EQ(chat.room(bob, by_name("general")).read, 3U);
    chat.posted(ann, by_name("general"), "unseen");
    chat.posted(bob, by_name("general"), "crossing it");
    EXPECT_EQ(chat.room(bob, by_name("general")).read, 3U) << "the one in between was not seen";
}

TEST(ChatState, CommandsWithoutOriginAreNotAnswered) {
    Chat chat;
    chat.apply({net::encode(Command{Origin{}, Unnumbered{Register{"Ann", "hash", token(1), "test"}}})});
    EXPECT_TRUE(effects_of<CommandAnswered>(chat.effects).empty());
    EXPECT_EQ(effects_of<MessagePosted>(chat.effects).size(), 1U);
}

TEST(ChatState, BytesThatAreNoCommandKeepTheirPlace) {
    Chat chat;
    chat.apply({net::Bytes{std::byte{1}, std::byte{2}}, net::Bytes{}});
    EXPECT_TRUE(chat.effects.empty());
    EXPECT_EQ(chat.state->applied_through().value, 1U);
    EXPECT_EQ(chat.view->applied_through().value(), 1U);
    chat.apply({net::Bytes{std::byte{9}}, encoded(Unnumbered{Register{"Ann", "hash", token(1), "test"}})});
    EXPECT_EQ(effects_of<CommandAnswered>(chat.effects).size(), 1U);
}

TEST(ChatState, VerifyTakesTheDigestAtItsPlace) {
    Chat chat;
    chat.enrol("Ann");
    const auto verified = std::get<Verified>(chat.run(Unnumbered{Verify{1}}));
    const auto taken = effects_of<DigestTaken>(chat.effects);
    Chat same;
    same.enrol("Ann");
    EXPECT_EQ(std::get<Verified>(same.run(Unnumbered{Verify{1}})).digest, verified.digest);
    Chat other;
    other.enrol("Bob");
    EXPECT_NE(std::get<Verified>(other.run(Unnumbered{Verify{1}})).digest, verified.digest);
    ASSERT_EQ(taken.size(), 1U);
    EXPECT_EQ(taken[0].digest, verified.digest);
    EXPECT_EQ(taken[0].slot, chat.slot);
}

TEST(ChatState, TwoVerifiesInOneSlotGiveOneDigest) {
    Chat chat;
    // Digests are compared by slot: what lies between the two must not make equal replicas look unequal.
    chat.apply({encoded(Unnumbered{Verify{1}}), encoded(Unnumbered{Register{"Ann", "hash", token(1), "test"}}),
                encoded(Unnumbered{Verify{2}})});
    const auto answers = effects_of<CommandAnswered>(chat.effects);
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_EQ(std::get<Verified>(answers[0].answer.result).digest, std::get<Verified>(answers[2].answer.result).digest);
    EXPECT_EQ(effects_of<DigestTaken>(chat.effects).size(), 1U);
}

TEST(Refusal, EachHasASentenceOfItsOwn) {
    std::vector<std::string> seen;
    for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(Refusal::malformed); ++i) {
        const std::string text = sentence(static_cast<Refusal>(i));
        EXPECT_GT(text.size(), 20U);
        EXPECT_EQ(text.back(), '.');
        EXPECT_EQ(std::ranges::count(seen, text), 0);
        seen.push_back(text);
    }
}

}  // namespace
}  // namespace parley::chat::testing
