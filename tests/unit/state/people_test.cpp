// Conversations of several people, profiles, drafts, administrators, and accounts that go with or without their texts.
#include <fmt/format.h>

#include "chat/state/sqlite.hpp"
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

bool is_done(const Result& result) { return std::holds_alternative<Done>(result); }
Target with(std::vector<std::string> names) { return ByPeople{std::move(names)}; }

class People : public ::testing::Test {
protected:
    std::uint64_t count(const std::string& sql) { return Connection(chat.path, nullptr, Connection::Use::reader).number(sql.c_str()); }
    // Slots in which nobody asks for anything.
    void let_pass(std::uint64_t slots) {
        for (std::uint64_t i = 0; i < slots; ++i) chat.apply({});
    }
    std::vector<RoomRow> rooms(const Chat::Person& person) { return chat.view->rooms_of(person.user, 100).value(); }

    static Limits limits() {
        Limits limits;
        limits.people_per_conversation_max = 4;
        limits.conversations_begun_max = 2;
        limits.drafts_per_user_max = 2;
        return limits;
    }

    Chat chat{limits()};
    Chat::Person ann = chat.enrol("Ann");
    Chat::Person bob = chat.enrol("Bob");
    Chat::Person cyd = chat.enrol("Cyd");
    Chat::Person dan = chat.enrol("Dan");
    Chat::Person eve = chat.enrol("Eve");
};

// ---- conversations of several ----

TEST_F(People, TheSamePeopleAreOneConversationWhoeverWritesAndInWhateverOrder) {
    const auto first = std::get<Posted>(chat.as(ann, Post{with({"Cyd", "bob"}), "hello", 0}));
    EXPECT_EQ(first.number, 1U);
    EXPECT_EQ(first.room_name, "@Bob,@Cyd");
    const auto second = std::get<Posted>(chat.as(cyd, Post{with({"ANN", "Bob", "ann", "Cyd"}), "hello back", 0}));
    EXPECT_EQ(second.room, first.room);
    EXPECT_EQ(second.number, 2U);
    EXPECT_EQ(second.room_name, "@Ann,@Bob");
    EXPECT_EQ(std::get<Posted>(chat.as(bob, Post{with({"Ann", "Dan"}), "others", 0})).number, 1U) << "other people, another conversation";
    EXPECT_EQ(chat.messages(first.room).size(), 2U);
}

TEST_F(People, AreShownByTheNamesOfTheOthers) {
    const RoomId room = std::get<Posted>(chat.as(ann, Post{with({"Cyd", "Bob"}), "hello", 0})).room;
    const RoomRow seen = chat.room(bob, with({"Ann", "Cyd"}));
    EXPECT_EQ(seen.room, room);
    EXPECT_EQ(seen.name, "Ann,@Cyd");
    EXPECT_TRUE(seen.is_direct && seen.is_private && seen.is_member);
    EXPECT_EQ(seen.partner, UserId{});
    EXPECT_EQ(seen.members, 3U);
    EXPECT_EQ(seen.last - seen.read, 1U) << "it is unread";
    EXPECT_EQ(chat.room(ann, with({"Cyd", "Bob"})).read, 1U) << "one's own is not";
    const auto list = rooms(cyd);
    EXPECT_EQ(std::ranges::count(list, "Ann,@Bob", &RoomRow::name), 1);
    EXPECT_EQ(chat.view->named_rooms(ann.user, "", 100)->size(), 1U) << "no room of that kind has a name";
}

TEST_F(People, OfTwoIsTheirDirectConversation) {
    const RoomId room = std::get<Posted>(chat.as(ann, Post{by_user("Bob"), "hello", 0})).room;
    EXPECT_EQ(std::get<Posted>(chat.as(bob, Post{with({"Ann"}), "hello back", 0})).room, room);
    EXPECT_EQ(chat.room(ann, with({"Bob", "Ann"})).room, room);
    EXPECT_EQ(count("SELECT count(*) FROM rooms WHERE folded IS NULL"), 1U);
}

TEST_F(People, OutsideNobodyKnowsOfThem) {
    const RoomId room = std::get<Posted>(chat.as(bob, Post{with({"Cyd", "Dan"}), "hello", 0})).room;
    expect_refusal(chat, eve, Post{ByRoom{room}, "who is this", 0}, Refusal::no_such_room);
    expect_refusal(chat, ann, DeleteMessage{ByRoom{room}, 1}, Refusal::no_such_room);   // an administrator neither
    EXPECT_FALSE(chat.view->resolve(eve.user, ByRoom{room}));
    EXPECT_FALSE(chat.view->resolve(ann.user, with({"Cyd", "Dan"})));
}

TEST_F(People, NobodyLooksAfterThem) {
    const RoomId room = std::get<Posted>(chat.as(ann, Post{with({"Bob", "Cyd"}), "hello", 0})).room;
    const ByRoom target{room};
    for (const Operation& operation : {Operation{LeaveRoom{target}}, Operation{InviteToRoom{target, "Dan"}}, Operation{KickMember{target, "Bob"}},
                                       Operation{SetTopic{target, "tea"}}, Operation{RenameRoom{target, "tea"}}, Operation{ArchiveRoom{target, true}},
                                       Operation{DeleteRoom{target}}, Operation{SetRole{target, "Bob", Role::owner}}, Operation{SetRetention{target, 3}}}) {
        expect_refusal(chat, ann, operation, Refusal::not_allowed);
    }
    EXPECT_TRUE(is_done(chat.as(bob, Pin{target, 1}))) << "it belongs to all who are in it";
    expect_refusal(chat, bob, DeleteMessage{target, 1}, Refusal::not_allowed);
}

TEST_F(People, SpeakToEachOtherByName) {
    chat.as(ann, Post{with({"Bob", "Cyd"}), "@bob, tea?", 0});
    EXPECT_EQ(chat.room(bob, with({"Ann", "Cyd"})).mentions, 1U);
    EXPECT_EQ(chat.room(cyd, with({"Ann", "Bob"})).mentions, 0U);
}

TEST_F(People, WhoHasBlockedSomebodyIsLeftInPeace) {
    chat.as(bob, BlockUser{"Ann"});
    expect_refusal(chat, ann, Post{with({"Bob", "Cyd"}), "hello", 0}, Refusal::blocked);
    expect_refusal(chat, bob, Post{with({"Ann", "Cyd"}), "hello", 0}, Refusal::blocked);
    const RoomId room = std::get<Posted>(chat.as(cyd, Post{with({"Ann", "Bob"}), "you two", 0})).room;
    expect_refusal(chat, ann, Post{ByRoom{room}, "hello", 0}, Refusal::blocked);
    chat.as(bob, UnblockUser{"Ann"});
    EXPECT_EQ(chat.posted(ann, ByRoom{room}, "hello"), 2U);
}

TEST_F(People, AreSoManyAtMostAndBeginSoManyAtMost) {
    expect_refusal(chat, ann, Post{with({"Bob", "Cyd", "Dan", "Eve"}), "all of you", 0}, Refusal::too_many_people);
    expect_refusal(chat, ann, Post{with({"Bob", "Cyd", "nobody"}), "hello", 0}, Refusal::no_such_user);
    chat.as(ann, Post{with({"Bob", "Cyd", "Dan"}), "hello", 0});
    chat.as(ann, Post{with({"Bob", "Cyd"}), "hello", 0});
    expect_refusal(chat, ann, Post{with({"Bob", "Dan"}), "hello", 0}, Refusal::limit_reached);
    EXPECT_EQ(chat.posted(bob, with({"Ann", "Dan"}), "hello"), 1U) << "somebody else may";
    EXPECT_EQ(chat.posted(ann, with({"Bob", "Dan"}), "hello"), 2U) << "it is there now";
}

TEST_F(People, GoOnWithoutOneWhoIsGone) {
    const RoomId room = std::get<Posted>(chat.as(ann, Post{with({"Bob", "Cyd"}), "hello", 0})).room;
    chat.as(bob, DeleteAccount{});
    EXPECT_EQ(chat.posted(ann, ByRoom{room}, "still here"), 2U) << "nothing is told of it";
    EXPECT_EQ(chat.room(ann, ByRoom{room}).name, "Cyd,@deleted user");
    chat.as(cyd, DeleteAccount{});
    expect_refusal(chat, ann, Post{ByRoom{room}, "anybody?", 0}, Refusal::no_such_user);
}

TEST_F(People, AreTheSameAfterARestart) {
    const RoomId room = std::get<Posted>(chat.as(ann, Post{with({"Bob", "Cyd"}), "hello", 0})).room;
    chat.as(ann, KeepDraft{ByRoom{room}, "and another thing"});
    const std::uint64_t digest = chat.state->digest();
    chat.state.reset();
    chat.state = std::make_unique<ChatState>(chat.path, nullptr, chat.limits);
    EXPECT_EQ(chat.state->digest(), digest);
    EXPECT_EQ(chat.posted(bob, with({"Cyd", "Ann"}), "back"), 2U);
    expect_refusal(chat, cyd, LeaveRoom{ByRoom{room}}, Refusal::not_allowed);
}

// ---- profiles ----

TEST_F(People, SayHowTheyAreShown) {
    EXPECT_TRUE(is_done(chat.as(bob, SetProfile{"Robert B.", std::nullopt})));
    EXPECT_EQ(effects_of<ProfileChanged>(chat.effects).size(), 1U);
    EXPECT_TRUE(is_done(chat.as(bob, SetProfile{std::nullopt, 0x336699})));
    EXPECT_EQ(chat.view->profiles({ann.user, bob.user}).value(), (std::vector<ProfileRow>{{bob.user, "Robert B.", 0x336699}}));
    chat.as(bob, SetProfile{std::nullopt, 0x336699});
    EXPECT_TRUE(effects_of<ProfileChanged>(chat.effects).empty()) << "it was so already";
    chat.as(bob, SetProfile{"", no_colour});
    EXPECT_TRUE(chat.view->profiles({bob.user})->empty());
}

TEST_F(People, AreNotShownAsSomebodyElse) {
    expect_refusal(chat, bob, SetProfile{"ANN", std::nullopt}, Refusal::name_confusing);
    expect_refusal(chat, bob, SetProfile{"\xD0\x90nn", std::nullopt}, Refusal::name_confusing);   // with a Cyrillic A
    expect_refusal(chat, bob, SetProfile{"a\nb", std::nullopt}, Refusal::name_invalid);
    expect_refusal(chat, bob, SetProfile{"deleted user", std::nullopt}, Refusal::name_taken);
    expect_refusal(chat, bob, SetProfile{std::string(65, 'x'), std::nullopt}, Refusal::name_invalid);
    expect_refusal(chat, bob, SetProfile{std::nullopt, no_colour + 1}, Refusal::malformed);
    EXPECT_TRUE(is_done(chat.as(bob, SetProfile{"bob", std::nullopt}))) << "one's own name is no trick";
}

// ---- drafts ----

TEST_F(People, FindTheirDraftsOnEveryDevice) {
    EXPECT_TRUE(is_done(chat.as(ann, KeepDraft{by_name("general"), "dear all"})));
    const auto told = effects_of<DraftChanged>(chat.effects);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].text, "dear all");
    EXPECT_TRUE(is_done(chat.as(ann, KeepDraft{by_name("general"), "dear everybody"})));
    const auto drafts = chat.view->drafts(ann.user).value();
    ASSERT_EQ(drafts.size(), 1U);
    EXPECT_EQ(drafts[0].text, "dear everybody");
    EXPECT_TRUE(chat.view->drafts(bob.user)->empty());
    chat.as(ann, KeepDraft{by_name("general"), " \n"});
    EXPECT_TRUE(chat.view->drafts(ann.user)->empty()) << "blanks are nothing yet";
    chat.as(ann, KeepDraft{by_name("general"), ""});
    EXPECT_TRUE(effects_of<DraftChanged>(chat.effects).empty());
}

TEST_F(People, KeepSoManyDraftsWhereTheyAre) {
    chat.made_room(bob, "secret", true);
    expect_refusal(chat, ann, KeepDraft{by_name("secret"), "hm"}, Refusal::no_such_room);
    expect_refusal(chat, ann, KeepDraft{by_name("general"), std::string("\x01")}, Refusal::text_invalid);
    for (const char* name : {"one", "two", "three"}) chat.made_room(ann, name);
    chat.as(ann, KeepDraft{by_name("one"), "1"});
    chat.as(ann, KeepDraft{by_name("two"), "2"});
    expect_refusal(chat, ann, KeepDraft{by_name("three"), "3"}, Refusal::limit_reached);
    chat.as(ann, LeaveRoom{by_name("two")});
    EXPECT_TRUE(is_done(chat.as(ann, KeepDraft{by_name("three"), "3"}))) << "a draft goes with the membership";
    chat.as(ann, DeleteRoom{by_name("three")});
    EXPECT_EQ(chat.view->drafts(ann.user)->size(), 1U) << "and with the room";
}

// ---- receipts ----

TEST_F(People, CanBeAskedHowFarTheyRead) {
    const RoomId general = chat.room(ann, by_name("general")).room;
    const std::uint64_t number = chat.posted(ann, by_name("general"), "news");
    chat.as(ann, MarkRead{by_name("general"), number});
    chat.as(cyd, MarkRead{by_name("general"), number});
    const auto readers = chat.view->receipts(general, number, "", 10).value();
    ASSERT_EQ(readers.size(), 2U);
    EXPECT_EQ(readers[0].name, "Ann");
    EXPECT_EQ(readers[1].name, "Cyd");
    EXPECT_EQ(readers[1].read, number);
    EXPECT_EQ(chat.view->receipts(general, number, "Ann", 10)->size(), 1U);
}

// ---- administrators ----

TEST_F(People, AreMadeAdministratorsAndUnmadeAndOneRemains) {
    expect_refusal(chat, bob, SetAdministrator{"Bob", true}, Refusal::not_allowed);
    expect_refusal(chat, ann, SetAdministrator{"Ann", false}, Refusal::last_administrator);
    EXPECT_TRUE(is_done(chat.as(ann, SetAdministrator{"Bob", true})));
    ASSERT_EQ(effects_of<AdministratorChanged>(chat.effects).size(), 1U);
    EXPECT_TRUE(effects_of<AdministratorChanged>(chat.effects)[0].is_admin);
    EXPECT_TRUE(is_done(chat.as(bob, SetAdministrator{"Ann", false})));
    expect_refusal(chat, ann, SetRegistration{Registration::closed}, Refusal::not_allowed);
    expect_refusal(chat, bob, SetAdministrator{"Bob", false}, Refusal::last_administrator);
    const auto audit = chat.view->audit(0, 10).value();
    ASSERT_EQ(audit.size(), 2U);
    EXPECT_EQ(audit[0].act, AuditAct::administrator_unmade);
    EXPECT_EQ(audit[1].act, AuditAct::administrator_made);
    EXPECT_EQ(audit[1].subject, "Bob");
}

TEST_F(People, WhoCannotLogInIsNoAdministratorThatRemains) {
    chat.as(ann, SetAdministrator{"Bob", true});
    chat.as(ann, DisableUser{"Bob", true});
    expect_refusal(chat, ann, SetAdministrator{"Ann", false}, Refusal::last_administrator);
    expect_refusal(chat, ann, EraseAccount{false}, Refusal::last_administrator);
    chat.as(ann, DisableUser{"Cyd", true});
    expect_refusal(chat, ann, SetAdministrator{"Cyd", true}, Refusal::account_disabled);
}

// ---- accounts that go ----

TEST_F(People, AreDeletedByTheAdministrator) {
    expect_refusal(chat, bob, DeleteUser{"Cyd", false}, Refusal::not_allowed);
    expect_refusal(chat, ann, DeleteUser{"Ann", false}, Refusal::not_allowed);
    expect_refusal(chat, ann, DeleteUser{"nobody", false}, Refusal::no_such_user);
    const std::uint64_t number = chat.posted(bob, by_name("general"), "hello");
    chat.as(bob, SetProfile{"Robert", std::nullopt});
    EXPECT_TRUE(is_done(chat.as(ann, DeleteUser{"Bob", false})));
    EXPECT_EQ(effects_of<LoginEnded>(chat.effects).size(), 1U);
    EXPECT_EQ(chat.refused(bob, Post{by_name("general"), "still there?", 0}), Refusal::unknown_session);
    EXPECT_TRUE(chat.view->profiles({bob.user})->empty());
    const auto said = chat.view->message(RoomId{1}, number, ann.user).value();
    EXPECT_EQ(said->author_name, "deleted user");
    EXPECT_EQ(said->text, "hello") << "texts stay unless they are to go";
    EXPECT_EQ(chat.view->audit(0, 10)->front().act, AuditAct::account_deleted);
}

TEST_F(People, TakeTheirTextsAlongStepByStep) {
    constexpr std::uint64_t texts = 600;   // more than are looked through in two slots
    for (std::uint64_t i = 0; i < texts; ++i) chat.posted(i % 2 == 0 ? bob : ann, by_name("general"), fmt::format("text {}", i));
    const std::uint64_t edited = chat.posted(bob, by_name("general"), "one thing");
    chat.as(bob, EditMessage{by_name("general"), edited, "another thing"});
    const RoomId talk = std::get<Posted>(chat.as(bob, Post{with({"Ann", "Cyd"}), "among us", 0})).room;
    EXPECT_TRUE(is_done(chat.as(bob, EraseAccount{true})));
    const auto left = [&] { return count(fmt::format("SELECT count(*) FROM messages WHERE author = {} AND kind = 0 AND text <> ''", bob.user.value)); };
    EXPECT_EQ(left(), texts / 2 + 2) << "not all at once";
    let_pass(1);
    EXPECT_LT(left(), texts / 2 + 2);
    EXPECT_GT(left(), 0U);
    let_pass(3);
    EXPECT_EQ(left(), 0U);
    EXPECT_EQ(count("SELECT count(*) FROM edits"), 0U);
    EXPECT_EQ(count("SELECT count(*) FROM erasures"), 0U);
    EXPECT_EQ(chat.messages(talk).front().text, "");
    EXPECT_EQ(count(fmt::format("SELECT count(*) FROM messages WHERE author = {} AND kind = 0 AND text <> ''", ann.user.value)), texts / 2) << "nobody else's";
    const auto changes = chat.view->changes(RoomId{1}, 0, 1000).value();
    EXPECT_EQ(changes.back().kind, ChangeKind::deleted);
    EXPECT_EQ(changes.back().user_name, "deleted user");
}

TEST_F(People, ErasureGoesOnAfterARestart) {
    for (std::uint64_t i = 0; i < 300; ++i) chat.posted(bob, by_name("general"), "text");
    EXPECT_FALSE(chat.state->has_to_erase(0));
    chat.as(bob, EraseAccount{true});
    let_pass(1);
    chat.state.reset();
    chat.state = std::make_unique<ChatState>(chat.path, nullptr, chat.limits);
    EXPECT_TRUE(chat.state->has_to_erase(0)) << "somebody has to make the slots";
    let_pass(2);
    EXPECT_FALSE(chat.state->has_to_erase(0));
    EXPECT_EQ(count("SELECT count(*) FROM messages WHERE kind = 0 AND text <> ''"), 0U);
}

TEST_F(People, NamesOfThoseWhoAreGoneAreFreedByAnAdministratorAlone) {
    const std::uint64_t number = chat.posted(bob, by_name("general"), "hello");
    expect_refusal(chat, ann, FreeName{"Bob"}, Refusal::account_stands);
    chat.as(bob, EraseAccount{false});
    expect_refusal(chat, cyd, FreeName{"Bob"}, Refusal::not_allowed);
    expect_refusal(chat, ann, FreeName{"nobody"}, Refusal::no_such_user);
    const Register again{"bob", "hash", token(900), "test", {}};
    expect_refusal(chat, Unnumbered{again}, Refusal::name_taken);
    EXPECT_TRUE(is_done(chat.as(ann, FreeName{"Bob"})));
    const auto made = std::get<Registered>(chat.run(Unnumbered{again}));
    EXPECT_NE(made.user, bob.user);
    EXPECT_EQ(chat.view->message(RoomId{1}, number, ann.user).value()->author_name, "deleted user") << "what was said stays nobody's";
    EXPECT_EQ(chat.view->audit(0, 10)->front().act, AuditAct::name_freed);
}

}  // namespace
}  // namespace parley::chat::testing
