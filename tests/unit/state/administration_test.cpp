// What administrators do: disable accounts, reset passwords, and what is written down of it; retention of a room; days.
#include <algorithm>

#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

constexpr std::int64_t day_ms = std::int64_t{24} * 3600 * 1000;

bool is_done(const Result& result) { return std::holds_alternative<Done>(result); }

// Ann is the administrator; her token is 1, Bob's 2.
class Administration : public ::testing::Test {
protected:
    std::vector<AuditRow> audit() { return chat.view->audit(0, 100).value(); }
    std::vector<std::string> texts(RoomId room) {
        std::vector<std::string> found;
        for (const RoomMessage& message : chat.messages(room)) {
            if (message.kind == MessageKind::text) found.push_back(message.deleted ? "-" : message.text);
        }
        return found;
    }
    // Time goes by; nothing else happens.
    void pass(std::int64_t ms) {
        chat.log_time_ms += ms;
        chat.apply({});
    }
    using Texts = std::vector<std::string>;

    Chat chat;
    Chat::Person ann = chat.enrol("Ann");
    Chat::Person bob = chat.enrol("Bob");
};

// The audit log has the names, and whoever reads it the policies again.
TEST(Registration, EachPolicyHasItsNameAndNoOtherWordIsOne) {
    for (const Registration policy : {Registration::open, Registration::invite, Registration::closed}) {
        EXPECT_EQ(registration_named(registration_name(policy)), policy);
    }
    EXPECT_EQ(registration_named("invite"), Registration::invite);
    EXPECT_FALSE(registration_named("Open"));
    EXPECT_FALSE(registration_named(""));
}

TEST_F(Administration, ADisabledAccountIsLoggedOutAndStaysOut) {
    EXPECT_TRUE(is_done(chat.as(ann, DisableUser{"bob", true})));
    ASSERT_EQ(effects_of<LoginEnded>(chat.effects).size(), 1U);
    EXPECT_EQ(effects_of<LoginEnded>(chat.effects)[0].user, bob.user);
    expect_refusal(chat, bob, Post{by_name("general"), "still here"}, Refusal::unknown_session);
    expect_refusal(chat, LogIn{bob.user, 1, token(50), "phone"}, Refusal::account_disabled);
    const auto users = chat.view->users("bob", "", 10).value();
    ASSERT_EQ(users.size(), 1U);
    EXPECT_TRUE(users[0].is_disabled);
    EXPECT_TRUE(is_done(chat.as(ann, DisableUser{"bob", false})));
    EXPECT_TRUE(std::holds_alternative<LoggedIn>(chat.run(Unnumbered{LogIn{bob.user, 1, token(51), "phone"}})));
}

TEST_F(Administration, OnlyAdministratorsDisableAndNotThemselves) {
    expect_refusal(chat, bob, DisableUser{"ann", true}, Refusal::not_allowed);
    expect_refusal(chat, ann, DisableUser{"ann", true}, Refusal::not_allowed);
    expect_refusal(chat, ann, DisableUser{"nobody", true}, Refusal::no_such_user);
    EXPECT_TRUE(audit().empty());
    chat.as(ann, DisableUser{"bob", true});
    EXPECT_TRUE(is_done(chat.as(ann, DisableUser{"bob", true}))) << "it is so already";
    EXPECT_EQ(audit().size(), 1U);
}

TEST_F(Administration, AResetPasswordEndsAllLoginsOnce) {
    EXPECT_TRUE(is_done(chat.run(Unnumbered{ResetPassword{token(1), "BOB", "fresh", 7}})));
    EXPECT_EQ(effects_of<LoginEnded>(chat.effects).size(), 1U);
    const auto row = chat.view->password_of("bob").value().value();
    EXPECT_EQ(row.password_hash, "fresh");
    EXPECT_EQ(row.password_version, 2U);
    chat.run(Unnumbered{LogIn{bob.user, 2, token(60), "phone"}});
    EXPECT_TRUE(is_done(chat.run(Unnumbered{ChangePassword{token(60), 2, "his own again", 8}})));
    const std::string before = chat.contents();
    EXPECT_TRUE(is_done(chat.run(Unnumbered{ResetPassword{token(1), "bob", "same, other salt", 7}}))) << "a repeat that was late";
    EXPECT_EQ(chat.contents(), before);
}

TEST_F(Administration, ResettingNeedsAnAdministratorAndSomebodyElse) {
    expect_refusal(chat, ResetPassword{token(99), "bob", "fresh", 7}, Refusal::unknown_login);
    expect_refusal(chat, ResetPassword{token(2), "ann", "fresh", 7}, Refusal::not_allowed);
    expect_refusal(chat, ResetPassword{token(1), "ann", "fresh", 7}, Refusal::not_allowed);
    expect_refusal(chat, ResetPassword{token(1), "nobody", "fresh", 7}, Refusal::no_such_user);
    expect_refusal(chat, ResetPassword{token(1), "bob", "", 7}, Refusal::malformed);
    expect_refusal(chat, ResetPassword{token(1), "bob", "two\nlines", 7}, Refusal::malformed);
    expect_refusal(chat, ResetPassword{token(1), "bob", "fresh", 0}, Refusal::malformed);
}

TEST_F(Administration, WhatAdministratorsDidIsWrittenDown) {
    chat.as(ann, SetRegistration{Registration::closed});
    chat.as(ann, DisableUser{"bob", true});
    chat.as(ann, DisableUser{"bob", false});
    chat.run(Unnumbered{ResetPassword{token(1), "bob", "fresh", 7}});
    chat.as(ann, SetRetention{by_name("general"), 30});
    chat.made_room(ann, "brief");
    chat.as(ann, DeleteRoom{by_name("brief")});
    const auto entries = audit();
    ASSERT_EQ(entries.size(), 6U);
    EXPECT_EQ(entries.front().act, AuditAct::room_deleted) << "newest first";
    EXPECT_EQ(entries.front().subject, "brief");
    EXPECT_EQ(entries[1].detail, "30 days");
    EXPECT_EQ(entries[2].act, AuditAct::password_reset);
    EXPECT_EQ(entries[3].act, AuditAct::user_enabled);
    EXPECT_EQ(entries[4].subject, "Bob");
    EXPECT_EQ(entries[5].subject, "closed");
    for (const AuditRow& entry : entries) EXPECT_EQ(entry.by, "Ann");
    const auto older = chat.view->audit(entries[3].entry, 2).value();
    ASSERT_EQ(older.size(), 2U);
    EXPECT_EQ(older[0].entry, entries[4].entry);
}

TEST_F(Administration, AnOwnerWhoIsNoAdministratorLeavesNoEntry) {
    chat.made_room(bob, "brief");
    chat.as(bob, SetRetention{by_name("brief"), 1});
    chat.as(bob, DeleteRoom{by_name("brief")});
    EXPECT_TRUE(audit().empty());
}

TEST_F(Administration, AdministratorsSeePrivateRoomsByName) {
    chat.made_room(bob, "cellar", true);
    const auto rooms = chat.view->named_rooms(ann.user, "", 10).value();
    ASSERT_EQ(rooms.size(), 2U);
    EXPECT_EQ(rooms[0].name, "cellar");
    EXPECT_FALSE(rooms[0].is_member);
    EXPECT_EQ(chat.view->named_rooms(ann.user, "cellar", 10).value().size(), 1U);
}

TEST_F(Administration, RetentionErasesOldTextsAsIfTheyWereDeleted) {
    const RoomId room = chat.made_room(bob, "brief");
    chat.posted(bob, ByRoom{room}, "old");
    chat.as(bob, React{ByRoom{room}, 2, "x"});
    chat.as(bob, SetRetention{ByRoom{room}, 2});
    pass(day_ms);
    chat.posted(bob, ByRoom{room}, "younger");
    EXPECT_EQ(texts(room), (Texts{"old", "younger"}));
    pass(day_ms);
    EXPECT_EQ(texts(room), (Texts{"-", "younger"}));
    const auto changes = effects_of<MessageChanged>(chat.effects);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].change.kind, ChangeKind::deleted);
    EXPECT_EQ(changes[0].change.user, UserId{});
    EXPECT_EQ(chat.room(bob, ByRoom{room}).changes, changes[0].change.change) << "readers who were away see it too";
    EXPECT_EQ(chat.messages(room)[0].kind, MessageKind::created) << "what the system told stays";
    EXPECT_TRUE(chat.messages(room)[1].reactions.empty());
    pass(2 * day_ms);
    EXPECT_EQ(texts(room), (Texts{"-", "-"}));
    pass(60'000);
    EXPECT_TRUE(effects_of<MessageChanged>(chat.effects).empty()) << "once";
}

// The first slot that a process applies may be the one in which texts are old, and it names no room.
TEST_F(Administration, RetentionErasesInTheFirstSlotAfterARestart) {
    const RoomId room = chat.made_room(bob, "brief");
    chat.posted(bob, ByRoom{room}, "old");
    chat.as(bob, SetRetention{ByRoom{room}, 1});
    chat.state.reset();
    chat.state = std::make_unique<ChatState>(chat.path, nullptr, chat.limits);
    pass(2 * day_ms);
    EXPECT_EQ(texts(room), Texts{"-"});
}

TEST_F(Administration, RetentionTakesItsTimeWithALongRoom) {
    const RoomId room = chat.made_room(bob, "long");
    for (int i = 0; i < 600; ++i) chat.posted(bob, ByRoom{room}, "text");
    chat.as(bob, SetRetention{ByRoom{room}, 1});
    std::vector<std::size_t> erased;
    pass(2 * day_ms);
    for (int slot = 0; slot < 5; ++slot) {
        erased.push_back(effects_of<MessageChanged>(chat.effects).size());
        pass(1);
    }
    EXPECT_EQ(erased, (std::vector<std::size_t>{255, 256, 89, 0, 0})) << "the first row told who made the room";
}

TEST_F(Administration, RetentionOffKeepsWhatIsLeft) {
    const RoomId room = chat.made_room(bob, "brief");
    chat.as(bob, SetRetention{ByRoom{room}, 1});
    chat.posted(bob, ByRoom{room}, "one");
    pass(2 * day_ms);
    chat.posted(bob, ByRoom{room}, "two");
    chat.as(bob, SetRetention{ByRoom{room}, 0});
    EXPECT_EQ(chat.room(bob, ByRoom{room}).retention_days, 0U);
    pass(9 * day_ms);
    EXPECT_EQ(texts(room), (Texts{"-", "two"}));
}

TEST_F(Administration, RetentionIsForOwners) {
    expect_refusal(chat, bob, SetRetention{by_name("general"), 1}, Refusal::not_allowed);
    expect_refusal(chat, bob, SetRetention{by_name("nowhere"), 1}, Refusal::no_such_room);
    expect_refusal(chat, ann, SetRetention{by_name("general"), 36'501}, Refusal::malformed);
    chat.posted(ann, by_user("bob"), "hello");
    expect_refusal(chat, ann, SetRetention{by_user("bob"), 1}, Refusal::not_allowed);
    EXPECT_TRUE(is_done(chat.as(ann, SetRetention{by_name("general"), 7})));
    EXPECT_EQ(chat.room(bob, by_name("general")).retention_days, 7U);
}

TEST_F(Administration, ADeletedRoomLeavesNoRetentionBehind) {
    chat.made_room(bob, "brief");
    chat.as(bob, SetRetention{by_name("brief"), 1});
    chat.as(bob, DeleteRoom{by_name("brief")});
    pass(3 * day_ms);
    pass(3 * day_ms);
    EXPECT_EQ(chat.contents().find("retentions|"), std::string::npos);
}

TEST_F(Administration, AMessageIsFoundByItsDay) {
    const RoomId room = chat.made_room(bob, "days");
    const std::int64_t begin = chat.log_time_ms;
    for (int i = 0; i < 20; ++i) {
        chat.log_time_ms = begin + i * day_ms;
        chat.posted(bob, ByRoom{room}, "text");   // numbers 2 to 21
    }
    const auto at = [&](std::int64_t time_ms) { return chat.view->number_at(room, time_ms).value(); };
    EXPECT_EQ(at(0), 1U);
    EXPECT_EQ(at(begin + 5 * day_ms), 7U);
    EXPECT_EQ(at(begin + 5 * day_ms + day_ms / 2), 8U);
    EXPECT_EQ(at(begin + 99 * day_ms), 22U) << "one more than the last";
    EXPECT_EQ(chat.view->number_at(RoomId{99}, 0).value(), 1U);
}

}  // namespace
}  // namespace parley::chat::testing
