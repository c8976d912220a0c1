// What is suggested is shown for the message it was made for, in the room it was made for, and no longer.
#include <gtest/gtest.h>

#include "gui/model/model.hpp"
#include "tests/unit/gui/messages.hpp"

namespace parley::gui::testing {
namespace {

Model with_question() {
    Model model;
    model.apply(AccountChanged{"ann", ann, ""});
    model.apply(RoomsListed{{row(general, "general"), row(kitchen, "kitchen")}, false});
    model.select(general);
    model.apply(MessagesArrived{general, {message(1, bob, "lunch?")}, false});
    return model;
}

RepliesSuggested for_message(std::uint64_t number, chat::RoomId room = general) { return {room, number, "", {"Sure", "Not today"}, ""}; }

TEST(Replies, AreShownForTheLastMessageOfOthersInTheShownRoom) {
    Model model = with_question();
    EXPECT_EQ(model.suggestions(), nullptr);
    EXPECT_TRUE(model.apply(for_message(1)).replies);
    ASSERT_NE(model.suggestions(), nullptr);
    EXPECT_EQ(model.suggestions()->texts.front(), "Sure");
    model.select(kitchen);
    EXPECT_EQ(model.suggestions(), nullptr) << "of another room";
}

TEST(Replies, GoAsSoonAsOneAnswersOrSomebodySaysMore) {
    Model model = with_question();
    model.apply(for_message(1));
    model.apply(SendingBegan{chat::EntryId{1}, general, "", "sure", noon});
    EXPECT_EQ(model.suggestions(), nullptr);
    Model other = with_question();
    other.apply(for_message(1));
    other.apply(MessagesArrived{general, {message(2, bob, "or dinner?")}, false});
    EXPECT_EQ(other.suggestions(), nullptr);
    other.apply(for_message(2));
    EXPECT_NE(other.suggestions(), nullptr);
    other.apply(MessagesArrived{general, {message(3, ann, "dinner")}, false});
    EXPECT_EQ(other.suggestions(), nullptr);
}

TEST(Replies, NothingIsShownWhereNothingWasFound) {
    Model model = with_question();
    model.apply(RepliesSuggested{general, 1, "", {}, ""});
    EXPECT_EQ(model.suggestions(), nullptr);
    model.apply(RepliesSuggested{general, 1, "api.example.org", {}, "api.example.org did not answer"});
    ASSERT_NE(model.suggestions(), nullptr) << "whoever asked a service is told why it is silent";
}

// ---- what is notified of ----

std::vector<Alert> alerts_of(Preferences::Alerts wanted, bool with_text) {
    Model model;
    model.apply(AccountChanged{"ann", ann, ""});
    model.apply(RoomsListed{{row(general, "general"), row(kitchen, "kitchen")}, false});
    Preferences preferences;
    preferences.alerts = wanted;
    preferences.alert_text = with_text;
    model.apply(PreferencesRead{preferences, ""});
    model.apply(MessagesArrived{general, {message(1, bob, "to nobody"), message(2, bob, "@Ann, look")}, false});
    return model.take_alerts();
}

TEST(Alerts, AreOfWhatOneChose) {
    EXPECT_EQ(alerts_of(Preferences::Alerts::all, true).size(), 2U);
    EXPECT_EQ(alerts_of(Preferences::Alerts::none, true).size(), 0U);
    const auto personal = alerts_of(Preferences::Alerts::personal, true);
    ASSERT_EQ(personal.size(), 1U);
    EXPECT_EQ(personal.front().text, "@Ann, look");
}

TEST(Alerts, SayNotWhatWasWrittenWhereOneWantsThat) {
    const auto alerts = alerts_of(Preferences::Alerts::personal, false);
    ASSERT_EQ(alerts.size(), 1U);
    EXPECT_EQ(alerts.front().text, "A new message");
    EXPECT_EQ(alerts.front().title, "bob in #general");
}

TEST(Alerts, ANameIsTheSameInEveryCase) {
    EXPECT_TRUE(mentions("Hallo @JÜRGEN, schau", "jürgen"));
    EXPECT_TRUE(mentions("Γειά @ΣΟΦΊΑ!", "σοφία"));
    EXPECT_FALSE(mentions("@jürgenson", "jürgen"));
    EXPECT_FALSE(mentions("@annä", "ann"));
}

}  // namespace
}  // namespace parley::gui::testing
