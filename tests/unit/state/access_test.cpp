// Passwords that change, logins that are ended, who may register, and who wants to hear from whom.
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

bool is_done(const Result& result) { return std::holds_alternative<Done>(result); }

// Ann is the administrator; her token is 1, Bob's 2.
class Access : public ::testing::Test {
protected:
    Unnumbered registering(const std::string& name, std::optional<TokenHash> invite = {}) {
        return Register{name, "hash", token(next_++), "test", invite};
    }
    bool registers(const std::string& name, std::optional<TokenHash> invite = {}) {
        return std::holds_alternative<Registered>(chat.run(registering(name, invite)));
    }
    Chat chat;
    Chat::Person ann = chat.enrol("Ann");
    Chat::Person bob = chat.enrol("Bob");
    std::uint64_t next_ = 500;
};

TEST_F(Access, AChangedPasswordEndsTheOtherLogins) {
    chat.run(Unnumbered{LogIn{bob.user, 1, token(50), "phone"}});
    EXPECT_TRUE(is_done(chat.run(Unnumbered{ChangePassword{token(2), 1, "new hash", 7}})));
    const auto ended = effects_of<LoginEnded>(chat.effects);
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_NE(ended[0].login, bob.login) << "the one that asked stays";
    const auto row = chat.view->password_of("bob").value().value();
    EXPECT_EQ(row.password_hash, "new hash");
    EXPECT_EQ(row.password_version, 2U);
    EXPECT_EQ(row.password_nonce, 7U);
    expect_refusal(chat, LogIn{bob.user, 1, token(51), "old password"}, Refusal::password_changed);
    const std::string before = chat.contents();
    EXPECT_TRUE(is_done(chat.run(Unnumbered{ChangePassword{token(2), 1, "same change, other salt", 7}}))) << "a repeat";
    EXPECT_EQ(chat.contents(), before);
}

TEST_F(Access, AChangeOfThePasswordNeedsLoginVersionAndNonce) {
    expect_refusal(chat, ChangePassword{token(99), 1, "new", 7}, Refusal::unknown_login);
    expect_refusal(chat, ChangePassword{token(2), 2, "new", 7}, Refusal::password_changed);
    expect_refusal(chat, ChangePassword{token(2), 1, "", 7}, Refusal::malformed);
    expect_refusal(chat, ChangePassword{token(2), 1, "two\nlines", 7}, Refusal::malformed);
    expect_refusal(chat, ChangePassword{token(2), 1, "new", 0}, Refusal::malformed);
}

TEST_F(Access, OnesOwnLoginsAreListedAndEnded) {
    const auto phone = std::get<LoggedIn>(chat.run(Unnumbered{LogIn{bob.user, 1, token(50), "phone"}})).login;
    const auto logins = chat.view->logins_of(bob.user, bob.login).value();
    ASSERT_EQ(logins.size(), 2U);
    EXPECT_TRUE(logins[0].is_current);
    EXPECT_EQ(logins[1].device, "phone");
    expect_refusal(chat, ann, EndLogin{phone}, Refusal::no_such_login);
    expect_refusal(chat, bob, EndLogin{LoginId{99}}, Refusal::no_such_login);
    EXPECT_TRUE(is_done(chat.as(bob, EndLogin{phone})));
    EXPECT_EQ(effects_of<LoginEnded>(chat.effects).at(0).login, phone);
    EXPECT_EQ(chat.view->logins_of(bob.user, bob.login).value().size(), 1U);
}

TEST_F(Access, TheAdministratorSaysWhoMayRegister) {
    expect_refusal(chat, bob, SetRegistration{Registration::closed}, Refusal::not_allowed);
    EXPECT_TRUE(is_done(chat.as(ann, SetRegistration{Registration::closed})));
    EXPECT_EQ(chat.view->registration().value(), Registration::closed);
    expect_refusal(chat, registering("Cyd"), Refusal::registration_closed);
    expect_refusal(chat, bob, MakeInvite{token(70), 1, 1000}, Refusal::registration_closed);
    chat.as(ann, SetRegistration{Registration::invite});
    expect_refusal(chat, registering("Cyd"), Refusal::invite_needed);
    chat.as(ann, SetRegistration{Registration::open});
    EXPECT_TRUE(registers("Cyd"));
    EXPECT_TRUE(registers("Dan", token(71))) << "where everybody may, a bad invitation keeps nobody out";
}

TEST_F(Access, InvitationsAreGoodSoOftenAndSoLong) {
    chat.as(ann, SetRegistration{Registration::invite});
    expect_refusal(chat, registering("Cyd", token(70)), Refusal::invite_invalid);
    EXPECT_TRUE(is_done(chat.as(bob, MakeInvite{token(70), 2, 60'000})));
    EXPECT_TRUE(registers("Cyd", token(70)));
    expect_refusal(chat, registering("Cyd", token(70)), Refusal::name_taken);
    EXPECT_TRUE(registers("Dan", token(70)));
    expect_refusal(chat, registering("Eve", token(70)), Refusal::invite_invalid);
    EXPECT_TRUE(is_done(chat.as(bob, MakeInvite{token(72), 5, 60'000})));
    chat.step_ms = 60'000;
    expect_refusal(chat, registering("Eve", token(72)), Refusal::invite_invalid);
}

TEST_F(Access, ARepeatedRegistrationUsesTheInvitationOnce) {
    chat.as(ann, SetRegistration{Registration::invite});
    chat.as(bob, MakeInvite{token(70), 1, 60'000});
    const Unnumbered command = registering("Cyd", token(70));
    const Answer first = chat.answer(command);
    EXPECT_TRUE(std::holds_alternative<Registered>(first.result));
    EXPECT_EQ(net::encode(chat.answer(command)), net::encode(first));
}

TEST_F(Access, InvitationsAreBounded) {
    Limits limits;
    limits.invites_per_user_max = 1;
    Chat small(limits);
    auto eve = small.enrol("Eve");
    expect_refusal(small, eve, MakeInvite{token(70), 0, 1000}, Refusal::malformed);
    expect_refusal(small, eve, MakeInvite{token(70), 1001, 1000}, Refusal::malformed);
    expect_refusal(small, eve, MakeInvite{token(70), 1, 0}, Refusal::malformed);
    expect_refusal(small, eve, MakeInvite{token(70), 1, UINT64_MAX}, Refusal::malformed);
    EXPECT_TRUE(is_done(small.as(eve, MakeInvite{token(70), 1, 5'000})));
    expect_refusal(small, eve, MakeInvite{token(70), 1, 5'000}, Refusal::malformed);
    expect_refusal(small, eve, MakeInvite{token(71), 1, 5'000}, Refusal::limit_reached);
    small.step_ms = 5'000;
    EXPECT_TRUE(is_done(small.as(eve, MakeInvite{token(71), 1, 5'000}))) << "the first one is too old to count";
}

TEST_F(Access, TheBlockedWriteNoDirectMessages) {
    auto cyd = chat.enrol("Cyd");
    chat.posted(bob, by_user("Ann"), "hi");
    EXPECT_TRUE(is_done(chat.as(ann, BlockUser{"bob"})));
    EXPECT_EQ(chat.view->blocked_by(ann.user).value().at(0).name, "Bob");
    expect_refusal(chat, bob, Post{by_user("Ann"), "hello?"}, Refusal::blocked);
    expect_refusal(chat, ann, Post{by_user("Bob"), "and you"}, Refusal::blocked);
    expect_refusal(chat, bob, React{by_user("Ann"), 1, "👍"}, Refusal::blocked);
    chat.as(cyd, BlockUser{"Bob"});
    expect_refusal(chat, bob, Post{by_user("Cyd"), "hi"}, Refusal::blocked);
    EXPECT_EQ(chat.view->rooms_of(cyd.user, 10).value().size(), 1U) << "no conversation was made";
    chat.made_room(bob, "den", true);
    expect_refusal(chat, bob, InviteToRoom{by_name("den"), "Ann"}, Refusal::blocked);
    EXPECT_GT(chat.posted(bob, by_name("general"), "rooms are for all"), 0U);
    EXPECT_TRUE(is_done(chat.as(ann, UnblockUser{"Bob"})));
    EXPECT_EQ(chat.posted(bob, by_user("Ann"), "thanks"), 2U);
}

TEST_F(Access, BlockingNeedsAnotherUser) {
    expect_refusal(chat, ann, BlockUser{"nobody"}, Refusal::no_such_user);
    expect_refusal(chat, ann, BlockUser{"Ann"}, Refusal::not_allowed);
    expect_refusal(chat, ann, UnblockUser{"nobody"}, Refusal::no_such_user);
    EXPECT_TRUE(is_done(chat.as(ann, UnblockUser{"Bob"})));
    chat.posted(ann, by_user("Ann"), "notes to oneself");
    Limits limits;
    limits.blocked_per_user_max = 1;
    Chat small(limits);
    auto eve = small.enrol("Eve");
    small.enrol("Fay");
    small.enrol("Gus");
    small.as(eve, BlockUser{"Fay"});
    expect_refusal(small, eve, BlockUser{"Gus"}, Refusal::limit_reached);
}

}  // namespace
}  // namespace parley::chat::testing
