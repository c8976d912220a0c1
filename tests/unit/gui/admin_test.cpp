// What the administrator's page knows: lists, what is under way, how it ended.
#include <gtest/gtest.h>

#include "tests/unit/gui/messages.hpp"

namespace parley::gui::testing {
namespace {

Model administrator() {
    Model model;
    model.apply(AccountChanged{"ann", ann, ""});
    ConnectionStatus online;
    online.state = ConnectionStatus::State::online;
    model.apply(online);
    model.apply(RightsTold{true});
    return model;
}

chat::UserRow user(std::uint64_t id, const std::string& name) {
    chat::UserRow made;
    made.user = chat::UserId{id};
    made.name = name;
    return made;
}

chat::AuditRow entry(std::uint64_t number) { return {number, noon, "ann", chat::AuditAct::user_disabled, "bob", ""}; }

TEST(Admin, RightsAreOfTheAccountAndGoWithIt) {
    Model model = administrator();
    EXPECT_TRUE(model.is_administrator());
    EXPECT_FALSE(model.apply(RightsTold{true}).rights) << "no news";
    model.apply(UsersListed{"", {user(2, "bob")}, false, ""});
    const Changed changed = model.apply(AccountChanged{"bob", bob, ""});
    EXPECT_TRUE(changed.rights);
    EXPECT_FALSE(model.is_administrator());
    EXPECT_TRUE(model.admin().users().users.empty());
}

TEST(Admin, OnlyTheAnswerToTheNewestPatternIsShown) {
    Model model = administrator();
    model.admin().want_users("bo");
    EXPECT_FALSE(model.apply(UsersListed{"b", {user(2, "bob"), user(3, "bea")}, false, ""}).admin);
    EXPECT_TRUE(model.apply(UsersListed{"bo", {user(2, "bob")}, false, ""}).admin);
    EXPECT_EQ(model.admin().users().users.size(), 1U);
}

TEST(Admin, AListStaysWhenItsNewerAnswerIsARefusal) {
    Model model = administrator();
    model.apply(AllRoomsListed{{row(general, "general"), row(kitchen, "Kitchen")}, false, ""});
    model.apply(AllRoomsListed{{}, false, "no answer in time"});
    EXPECT_EQ(model.admin().rooms().rooms.size(), 2U);
    EXPECT_EQ(model.admin().rooms().refusal, "no answer in time");
    model.apply(AllRoomsListed{{row(general, "general")}, false, ""});
    EXPECT_EQ(model.admin().rooms().refusal, "");
}

TEST(Admin, RoomsNarrowWhileOneTypes) {
    Model model = administrator();
    model.apply(AllRoomsListed{{row(general, "general"), row(kitchen, "Kitchen")}, false, ""});
    EXPECT_EQ(model.admin().rooms_with("KIT").size(), 1U);
    EXPECT_EQ(model.admin().rooms_with("").size(), 2U);
    EXPECT_TRUE(model.admin().rooms_with("x").empty());
    model.apply(AllRoomsListed{{row(kitchen, "küche")}, false, ""});
    EXPECT_EQ(model.admin().rooms_with("KÜ").size(), 1U) << "as names are compared everywhere";
}

TEST(Admin, OlderEntriesOfTheAuditLogGoBehindTheNewest) {
    Model model = administrator();
    model.apply(AuditListed{0, {entry(9), entry(8)}, true, ""});
    model.apply(AuditListed{8, {entry(7)}, false, ""});
    ASSERT_EQ(model.admin().audit().entries.size(), 3U);
    EXPECT_FALSE(model.admin().audit().more);
    EXPECT_FALSE(model.apply(AuditListed{5, {entry(4)}, false, ""}).admin) << "of a list that is gone";
    model.apply(AuditListed{0, {entry(10), entry(9)}, true, ""});
    EXPECT_EQ(model.admin().audit().entries.front().entry, 10U);
    EXPECT_EQ(model.admin().audit().entries.size(), 2U);
}

TEST(Admin, AnActIsSaidWhileItRunsAndWhenItIsDone) {
    Model model = administrator();
    const ActId act = model.admin().begin("bob", "Disabling bob", "bob is disabled.", true);
    EXPECT_TRUE(model.admin().is_busy("bob"));
    EXPECT_FALSE(model.admin().is_busy("ada"));
    EXPECT_EQ(model.admin().sentence(model.connection()).sentence, "Disabling bob…");
    EXPECT_TRUE(model.apply(ActEnded{act, ActEnded::How::done, ""}).act);
    EXPECT_FALSE(model.admin().is_busy("bob"));
    EXPECT_EQ(model.admin().sentence(model.connection()).sentence, "bob is disabled.");
    EXPECT_FALSE(model.admin().sentence(model.connection()).is_bad);
}

TEST(Admin, ARefusalIsSaidInWords) {
    Model model = administrator();
    const ActId act = model.admin().begin("bob", "Disabling bob", "bob is disabled.", true);
    model.apply(ActEnded{act, ActEnded::How::refused, "There is no user of this name."});
    EXPECT_EQ(model.admin().outcome().sentence, "Disabling bob was refused. There is no user of this name.");
    EXPECT_TRUE(model.admin().outcome().is_bad);
    EXPECT_EQ(model.admin().outcome().act, act);
    model.admin().begin("bob", "Enabling bob", "", true);
    EXPECT_EQ(model.admin().outcome().sentence, "") << "the next one begins with a clean bar";
}

TEST(Admin, WithoutAnAnswerItDoesNotClaimToKnow) {
    Model model = administrator();
    const ActId act = model.admin().begin("bob", "Giving bob a new password", "", false);
    model.apply(ActEnded{act, ActEnded::How::unknown, "no answer in time"});
    EXPECT_NE(model.admin().outcome().sentence.find("not known whether"), std::string::npos);
    EXPECT_TRUE(model.admin().outcome().is_bad);
}

TEST(Admin, WithoutReplicasItSaysThatItWaitsAndIsKept) {
    Model model = administrator();
    ConnectionStatus offline;
    model.apply(offline);
    EXPECT_NE(model.admin().sentence(model.connection()).sentence, "") << "said before anything is tried";
    model.admin().begin("bob", "Disabling bob", "", true);
    EXPECT_NE(model.admin().sentence(model.connection()).sentence.find("kept on this computer"), std::string::npos);
    model.admin().begin("bob", "Giving bob a new password", "", false);
    EXPECT_EQ(model.admin().sentence(model.connection()).sentence.find("kept on this computer"), std::string::npos) << "a password is kept nowhere";
}

TEST(Admin, ALateAnswerOfAnotherAccountMeetsNobody) {
    Model model = administrator();
    const ActId act = model.admin().begin("bob", "Disabling bob", "", true);
    model.apply(AccountChanged{"bob", bob, ""});
    EXPECT_NE(model.admin().begin("ann", "Disabling ann", "", true), act);
    EXPECT_FALSE(model.apply(ActEnded{act, ActEnded::How::done, ""}).act);
    EXPECT_TRUE(model.admin().is_busy("ann"));
}

}  // namespace
}  // namespace parley::gui::testing
