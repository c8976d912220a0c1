// Roles and what they let one do: kick, ban, mute, give roles, change the room, end it. Each refusal changes nothing.
#include <limits>

#include "chat/state/sqlite.hpp"
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

// Ann administers the server and is not in the room. Olga owns it; Mo, Bob and Cyd are in it. Zoe is nowhere.
class Moderation : public ::testing::Test {
protected:
    Moderation() {
        chat.made_room(olga, "den");
        for (Chat::Person* person : {&mo, &bob, &cyd}) chat.as(*person, JoinRoom{den});
        EXPECT_TRUE(done(olga, SetRole{den, "Mo", Role::moderator}));
    }
    bool done(Chat::Person& person, Operation operation) { return std::holds_alternative<Done>(chat.as(person, std::move(operation))); }
    RoomMessage told() {
        const auto posted = effects_of<MessagePosted>(chat.effects);
        EXPECT_EQ(posted.size(), 1U);
        return posted.empty() ? RoomMessage{} : posted[0].message;
    }
    Role role(const Chat::Person& person) { return chat.room(person, den).role; }
    bool inside(const Chat::Person& person) { return chat.room(person, den).is_member; }

    const Target den = by_name("den");
    Chat chat;
    Chat::Person ann = chat.enrol("Ann");
    Chat::Person olga = chat.enrol("Olga");
    Chat::Person mo = chat.enrol("Mo");
    Chat::Person bob = chat.enrol("Bob");
    Chat::Person cyd = chat.enrol("Cyd");
    Chat::Person zoe = chat.enrol("Zoe");
};

TEST_F(Moderation, RolesAreGivenByThoseWhoStandHigher) {
    EXPECT_EQ(role(olga), Role::owner);
    EXPECT_EQ(role(mo), Role::moderator);
    EXPECT_EQ(role(bob), Role::member);
    expect_refusal(chat, mo, SetRole{den, "Bob", Role::read_only}, Refusal::not_allowed);
    EXPECT_TRUE(done(olga, SetRole{den, "Bob", Role::admin}));
    EXPECT_EQ(told().kind, MessageKind::role_changed);
    EXPECT_EQ(told().text, "admin Bob");
    EXPECT_TRUE(done(bob, SetRole{den, "Cyd", Role::moderator}));
    expect_refusal(chat, bob, SetRole{den, "Cyd", Role::admin}, Refusal::not_allowed);
    expect_refusal(chat, bob, SetRole{den, "Olga", Role::member}, Refusal::not_allowed);
    expect_refusal(chat, bob, SetRole{den, "Bob", Role::owner}, Refusal::not_allowed);
    expect_refusal(chat, olga, SetRole{den, "Zoe", Role::member}, Refusal::no_such_member);
    expect_refusal(chat, olga, SetRole{den, "Nobody", Role::member}, Refusal::no_such_user);
    expect_refusal(chat, olga, SetRole{by_name("nowhere"), "Bob", Role::member}, Refusal::no_such_room);
    chat.posted(olga, by_user("Bob"), "hi");
    expect_refusal(chat, olga, SetRole{by_user("Bob"), "Bob", Role::admin}, Refusal::not_allowed);
}

TEST_F(Moderation, ARoomKeepsAnOwner) {
    expect_refusal(chat, olga, SetRole{den, "Olga", Role::member}, Refusal::last_owner);
    EXPECT_TRUE(done(olga, SetRole{den, "Cyd", Role::owner}));
    EXPECT_TRUE(done(olga, SetRole{den, "Olga", Role::member}));
    EXPECT_EQ(role(olga), Role::member);
    chat.as(cyd, LeaveRoom{den});
    EXPECT_EQ(role(mo), Role::owner) << "the highest role inherits";
    EXPECT_TRUE(done(mo, SetRole{den, "Bob", Role::owner}));
    chat.as(mo, LeaveRoom{den});
    EXPECT_EQ(role(bob), Role::owner);
    EXPECT_EQ(role(olga), Role::member) << "there was an owner left";
}

TEST_F(Moderation, KickingEndsAMembershipAndTellsTheRoom) {
    expect_refusal(chat, bob, KickMember{den, "Cyd"}, Refusal::not_allowed);
    expect_refusal(chat, mo, KickMember{den, "Olga"}, Refusal::not_allowed);
    expect_refusal(chat, mo, KickMember{den, "Mo"}, Refusal::not_allowed);
    expect_refusal(chat, mo, KickMember{den, "Zoe"}, Refusal::no_such_member);
    expect_refusal(chat, zoe, KickMember{den, "Bob"}, Refusal::not_a_member);
    EXPECT_TRUE(done(mo, KickMember{den, "bob"}));
    EXPECT_EQ(told().kind, MessageKind::removed);
    EXPECT_EQ(told().text, "Bob");
    const auto ended = effects_of<MembershipChanged>(chat.effects);
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_FALSE(ended[0].is_member);
    EXPECT_FALSE(inside(bob));
    EXPECT_TRUE(done(bob, JoinRoom{den})) << "kicked is not banned";
}

TEST_F(Moderation, ABanKeepsOutUntilItIsLifted) {
    expect_refusal(chat, bob, BanUser{den, "Cyd"}, Refusal::not_allowed);
    expect_refusal(chat, mo, BanUser{den, "Olga"}, Refusal::not_allowed);
    EXPECT_TRUE(done(mo, BanUser{den, "Bob"}));
    EXPECT_FALSE(inside(bob));
    EXPECT_TRUE(done(mo, BanUser{den, "Zoe"})) << "who is not in it can be kept out too";
    expect_refusal(chat, bob, JoinRoom{den}, Refusal::banned);
    expect_refusal(chat, cyd, InviteToRoom{den, "Bob"}, Refusal::banned);
    EXPECT_EQ(chat.view->banned(chat.room(olga, den).room, "", 10).value().size(), 2U);
    EXPECT_TRUE(done(mo, BanUser{den, "Bob"}));
    EXPECT_TRUE(effects_of<MessagePosted>(chat.effects).empty()) << "a second time changes nothing";
    expect_refusal(chat, cyd, UnbanUser{den, "Bob"}, Refusal::not_allowed);
    EXPECT_TRUE(done(mo, UnbanUser{den, "Bob"}));
    EXPECT_EQ(told().kind, MessageKind::unbanned);
    EXPECT_TRUE(done(bob, JoinRoom{den}));
    EXPECT_TRUE(done(mo, UnbanUser{den, "Bob"}));
    EXPECT_TRUE(effects_of<MessagePosted>(chat.effects).empty());
}

TEST_F(Moderation, TheMutedReadUntilTheirTimeIsOver) {
    const std::uint64_t number = chat.posted(bob, den, "too loud");
    expect_refusal(chat, bob, MuteMember{den, "Cyd", 1000}, Refusal::not_allowed);
    expect_refusal(chat, mo, MuteMember{den, "Zoe", 1000}, Refusal::no_such_member);
    expect_refusal(chat, mo, MuteMember{den, "Mo", 1000}, Refusal::not_allowed);
    EXPECT_TRUE(done(mo, MuteMember{den, "Bob", 60'000}));
    EXPECT_EQ(told().kind, MessageKind::muted);
    EXPECT_EQ(chat.room(bob, den).muted_until_ms, chat.log_time_ms + 60'000);
    expect_refusal(chat, bob, Post{den, "hello?"}, Refusal::muted);
    expect_refusal(chat, bob, EditMessage{den, number, "even louder"}, Refusal::muted);
    expect_refusal(chat, bob, React{den, number, "👍"}, Refusal::muted);
    expect_refusal(chat, bob, InviteToRoom{den, "Zoe"}, Refusal::muted);
    EXPECT_TRUE(done(bob, MarkRead{den, 0}));
    EXPECT_TRUE(done(bob, DeleteMessage{den, number}));
    chat.step_ms = 60'000;
    EXPECT_GT(chat.posted(bob, den, "sorry"), number);
    chat.step_ms = 1'000;
    EXPECT_TRUE(done(mo, MuteMember{den, "Bob", std::numeric_limits<std::uint64_t>::max()}));
    expect_refusal(chat, bob, Post{den, "hello?"}, Refusal::muted);
    EXPECT_TRUE(done(mo, MuteMember{den, "Bob", 0}));
    EXPECT_EQ(told().kind, MessageKind::unmuted);
    chat.posted(bob, den, "thanks");
    EXPECT_TRUE(done(mo, MuteMember{den, "Bob", 0}));
    EXPECT_TRUE(effects_of<MessagePosted>(chat.effects).empty());
}

TEST_F(Moderation, ReadOnlyMembersOnlyRead) {
    const std::uint64_t number = chat.posted(olga, den, "news");
    EXPECT_TRUE(done(olga, SetRole{den, "Bob", Role::read_only}));
    expect_refusal(chat, bob, Post{den, "x"}, Refusal::read_only);
    expect_refusal(chat, bob, React{den, number, "👍"}, Refusal::read_only);
    expect_refusal(chat, bob, InviteToRoom{den, "Zoe"}, Refusal::read_only);
    EXPECT_TRUE(done(bob, MarkRead{den, 0}));
    EXPECT_TRUE(done(olga, SetRole{den, "Bob", Role::member}));
    chat.posted(bob, den, "thanks");
}

TEST_F(Moderation, ModeratorsDeleteAndPin) {
    const std::uint64_t number = chat.posted(bob, den, "x");
    expect_refusal(chat, cyd, DeleteMessage{den, number}, Refusal::not_allowed);
    EXPECT_TRUE(done(mo, Pin{den, number}));
    EXPECT_TRUE(done(mo, DeleteMessage{den, number}));
    EXPECT_EQ(effects_of<MessageChanged>(chat.effects).at(0).change.user, mo.user);
}

TEST_F(Moderation, TheServersAdministratorReachesEveryRoom) {
    EXPECT_TRUE(done(ann, SetRole{den, "Bob", Role::admin}));
    EXPECT_TRUE(done(ann, KickMember{den, "Olga"}));
    EXPECT_EQ(role(bob), Role::owner) << "the highest role inherits";
    chat.as(ann, JoinRoom{den});
    expect_refusal(chat, bob, KickMember{den, "Ann"}, Refusal::not_allowed);
    expect_refusal(chat, bob, BanUser{den, "Ann"}, Refusal::not_allowed);
    chat.posted(bob, by_user("Cyd"), "hi");
    expect_refusal(chat, ann, DeleteRoom{ByRoom{chat.room(bob, by_user("Cyd")).room}}, Refusal::no_such_room);
}

TEST_F(Moderation, TopicIsALineSetByModerators) {
    expect_refusal(chat, bob, SetTopic{den, "x"}, Refusal::not_allowed);
    EXPECT_TRUE(done(mo, SetTopic{den, "Lunch at noon"}));
    EXPECT_EQ(told().kind, MessageKind::topic_changed);
    EXPECT_EQ(effects_of<RoomChanged>(chat.effects).size(), 1U);
    EXPECT_EQ(chat.room(zoe, den).topic, "Lunch at noon");
    expect_refusal(chat, mo, SetTopic{den, "two\nlines"}, Refusal::text_invalid);
    expect_refusal(chat, mo, SetTopic{den, std::string(1025, 'x')}, Refusal::text_too_long);
    EXPECT_TRUE(done(mo, SetTopic{den, "Lunch at noon"}));
    EXPECT_TRUE(effects_of<MessagePosted>(chat.effects).empty());
    EXPECT_TRUE(done(mo, SetTopic{den, ""}));
    EXPECT_EQ(chat.room(zoe, den).topic, "");
}

TEST_F(Moderation, RenamingFreesTheOldName) {
    expect_refusal(chat, mo, RenameRoom{den, "lobby"}, Refusal::not_allowed);
    expect_refusal(chat, olga, RenameRoom{den, "General"}, Refusal::room_name_taken);
    expect_refusal(chat, olga, RenameRoom{den, "a/b"}, Refusal::room_name_invalid);
    const RoomId id = chat.room(olga, den).room;
    EXPECT_TRUE(done(olga, RenameRoom{den, "Den"})) << "another spelling of its own name";
    EXPECT_TRUE(done(olga, RenameRoom{den, "lobby"}));
    EXPECT_EQ(told().kind, MessageKind::renamed);
    EXPECT_EQ(chat.room(bob, by_name("Lobby")).room, id);
    expect_refusal(chat, bob, Post{den, "x"}, Refusal::no_such_room);
    EXPECT_NE(chat.made_room(zoe, "den"), id);
}

TEST_F(Moderation, NewcomersFindTheFirstRoomWhateverItIsCalled) {
    EXPECT_TRUE(done(ann, RenameRoom{by_name("general"), "lobby"}));
    chat.made_room(zoe, "general");
    const auto dan = chat.enrol("Dan");
    EXPECT_TRUE(chat.room(dan, by_name("lobby")).is_member);
    EXPECT_FALSE(chat.room(dan, by_name("general")).is_member);
}

TEST_F(Moderation, AnArchivedRoomIsOnlyRead) {
    const std::uint64_t number = chat.posted(bob, den, "x");
    expect_refusal(chat, mo, ArchiveRoom{den, true}, Refusal::not_allowed);
    EXPECT_TRUE(done(olga, ArchiveRoom{den, true}));
    EXPECT_TRUE(chat.room(bob, den).is_archived);
    expect_refusal(chat, olga, Post{den, "x"}, Refusal::room_archived);
    expect_refusal(chat, bob, EditMessage{den, number, "y"}, Refusal::room_archived);
    expect_refusal(chat, bob, React{den, number, "👍"}, Refusal::room_archived);
    expect_refusal(chat, mo, SetTopic{den, "y"}, Refusal::room_archived);
    expect_refusal(chat, zoe, JoinRoom{den}, Refusal::room_archived);
    expect_refusal(chat, bob, InviteToRoom{den, "Zoe"}, Refusal::room_archived);
    EXPECT_TRUE(done(bob, MarkRead{den, 0}));
    EXPECT_TRUE(done(olga, ArchiveRoom{den, false}));
    chat.posted(bob, den, "open again");
}

TEST_F(Moderation, ADeletedRoomIsGoneAtOnceAndItsMessagesByAndBy) {
    const RoomId id = chat.room(olga, den).room;
    for (int i = 0; i < 300; ++i) chat.posted(bob, den, "a secret");
    chat.as(cyd, React{den, 5, "👍"});
    chat.as(mo, BanUser{den, "Zoe"});
    expect_refusal(chat, mo, DeleteRoom{den}, Refusal::not_allowed);
    EXPECT_TRUE(done(olga, DeleteRoom{den}));
    EXPECT_EQ(effects_of<MembershipChanged>(chat.effects).size(), 4U);
    EXPECT_EQ(chat.refused(bob, Post{ByRoom{id}, "x"}), Refusal::no_such_room);
    EXPECT_EQ(chat.refused(ann, JoinRoom{den}), Refusal::no_such_room);
    EXPECT_NE(chat.made_room(zoe, "den"), id) << "the name is free";
    for (int i = 0; i < 5; ++i) chat.apply({});
    EXPECT_EQ(chat.contents().find("secret"), std::string::npos);
    Connection connection(chat.path, nullptr, Connection::Use::reader);
    for (const char* table : {"messages", "changes", "reactions", "reaction_counts", "members", "bans", "rooms", "doomed_rooms"}) {
        EXPECT_EQ(connection.number(("SELECT count(*) FROM " + std::string{table} + " WHERE room = " + std::to_string(id.value)).c_str()), 0U) << table;
    }
}

TEST(Limits, BansOfARoomAreBounded) {
    Limits limits;
    limits.bans_per_room_max = 1;
    Chat chat(limits);
    auto ann = chat.enrol("Ann");
    chat.enrol("Bob");
    chat.enrol("Cyd");
    chat.as(ann, BanUser{by_name("general"), "Bob"});
    expect_refusal(chat, ann, BanUser{by_name("general"), "Cyd"}, Refusal::limit_reached);
}

}  // namespace
}  // namespace parley::chat::testing
