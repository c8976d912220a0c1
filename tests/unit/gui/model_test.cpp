// What the window shows after the engine's notifications.
#include <gtest/gtest.h>

#include "tests/unit/gui/messages.hpp"

namespace parley::gui::testing {
namespace {

Model logged_in(std::vector<chat::RoomRow> rooms) {
    Model model;
    model.apply(AccountChanged{"ann", ann, ""});
    model.apply(RoomsListed{std::move(rooms), false});
    return model;
}

TEST(Model, ListsRoomsThenPeopleByNameAndShowsTheFirst) {
    Model model = logged_in({row(chat::RoomId{3}, "Zoe", 0, 0, true), row(general, "general"), row(kitchen, "Anvil")});
    EXPECT_EQ(model.rooms(), (std::vector<chat::RoomId>{kitchen, general, chat::RoomId{3}}));
    EXPECT_EQ(model.selected()->id(), kitchen);
}

TEST(Model, KeepsTheShownRoomWhenTheListComesAgain) {
    Model model = logged_in({row(general, "general"), row(kitchen, "kitchen")});
    model.select(kitchen);
    model.selected()->draft = "half";
    const Changed changed = model.apply(RoomsListed{{row(general, "general"), row(kitchen, "kitchen")}, false});
    EXPECT_FALSE(changed.selected);
    EXPECT_EQ(model.selected()->draft, "half");
}

TEST(Model, MovesOnWhenTheShownRoomIsGone) {
    Model model = logged_in({row(general, "general"), row(kitchen, "kitchen")});
    model.select(kitchen);
    const Changed changed = model.apply(RoomsListed{{row(general, "general")}, false});
    EXPECT_TRUE(changed.selected);
    EXPECT_EQ(model.selected()->id(), general);
    EXPECT_TRUE(changed.notice);
    EXPECT_EQ(model.notice(), "#kitchen is gone: it was deleted, or you are not in it any more.");
}

TEST(Model, OnlyWhatChangedIsDrawnAgain) {
    Model model = logged_in({row(general, "general"), row(kitchen, "kitchen")});
    Changed changed = model.apply(MessagesArrived{kitchen, messages(1, 1), false});
    EXPECT_TRUE(changed.rooms);
    EXPECT_FALSE(changed.messages);
    changed = model.apply(MessagesArrived{general, messages(1, 1), false});
    EXPECT_TRUE(changed.messages);
}

TEST(Model, AFirstMessageToSomebodyMovesFromTheProvisionalRoomToTheRealOne) {
    Model model = logged_in({row(general, "general")});
    const chat::RoomId provisional = model.conversation_with("bob");
    EXPECT_EQ(model.conversation_with("bob"), provisional) << "one conversation a person";
    model.select(provisional);
    EXPECT_TRUE(model.selected()->is_provisional());
    EXPECT_TRUE(std::holds_alternative<chat::ByUserName>(model.selected()->target()));
    model.apply(SendingBegan{chat::EntryId{1}, {}, "bob", "hello", noon});
    EXPECT_EQ(model.selected()->sending().size(), 1U);
    model.apply(SendingDone{chat::EntryId{1}, chat::RoomId{9}, 1});
    model.apply(RoomsListed{{row(general, "general"), row(chat::RoomId{9}, "bob", 1, 1, true)}, false});
    EXPECT_EQ(model.selected()->id(), chat::RoomId{9});
    EXPECT_EQ(model.rooms().size(), 2U);
    model.apply(MessagesArrived{chat::RoomId{9}, {message(1, ann, "hello")}, false});
    EXPECT_TRUE(model.selected()->sending().empty());
}

TEST(Model, AnAcknowledgedTextOfAProvisionalRoomIsNotShownForEverWhenTheListComesFirst) {
    Model model = logged_in({row(general, "general")});
    model.select(model.conversation_with("bob"));
    model.apply(SendingBegan{chat::EntryId{1}, {}, "bob", "hello", noon});
    model.apply(RoomsListed{{row(general, "general"), row(chat::RoomId{9}, "bob", 1, 1, true)}, false});
    EXPECT_EQ(model.selected()->id(), chat::RoomId{9});
    model.apply(MessagesArrived{chat::RoomId{9}, {message(1, ann, "hello")}, false});
    model.apply(SendingDone{chat::EntryId{1}, chat::RoomId{9}, 1});
    EXPECT_TRUE(model.selected()->sending().empty());
}

TEST(Model, RoomsAskedForAreShownAsSoonAsTheyAreListed) {
    Model model = logged_in({row(general, "general")});
    model.apply(RoomWanted{kitchen});
    EXPECT_EQ(model.selected()->id(), general);
    model.apply(RoomsListed{{row(general, "general"), row(kitchen, "kitchen")}, false});
    EXPECT_EQ(model.selected()->id(), kitchen);
}

TEST(Model, GoesRoundTheRoomsAndToUnreadOnes) {
    Model model = logged_in({row(general, "a"), row(kitchen, "b"), row(chat::RoomId{3}, "c", 5, 2)});
    EXPECT_EQ(model.neighbour(+1, false), kitchen);
    EXPECT_EQ(model.neighbour(-1, false), chat::RoomId{3});
    EXPECT_EQ(model.neighbour(+1, true), chat::RoomId{3});
    model.select(chat::RoomId{3});
    EXPECT_EQ(model.neighbour(+1, true), std::nullopt);
    EXPECT_EQ(model.unread(), 3U);
}

TEST(Model, PinsStayAsTheyAre) {
    Model model = logged_in({row(general, "general")});
    const auto pinned = [](std::uint64_t number, bool is_pinned, const std::string& text = "x") {
        chat::RoomMessage one = message(number, bob, text);
        one.pinned = is_pinned;
        return one;
    };
    const auto numbers = [&] {
        std::vector<std::uint64_t> found;
        for (const chat::RoomMessage& one : model.pins().messages) found.push_back(one.number);
        return found;
    };
    EXPECT_FALSE(model.apply(MessagesChanged{general, {pinned(4, true)}}).found) << "nobody has asked for them";
    model.apply(PinsLoaded{general, {pinned(2, true), pinned(9, true)}});
    EXPECT_TRUE(model.apply(MessagesChanged{general, {pinned(4, true)}}).found);
    EXPECT_EQ(numbers(), (std::vector<std::uint64_t>{2, 4, 9}));
    EXPECT_TRUE(model.apply(MessagesChanged{general, {pinned(9, true, "y"), pinned(2, false)}}).found);
    EXPECT_EQ(numbers(), (std::vector<std::uint64_t>{4, 9}));
    EXPECT_EQ(model.pins().messages.back().text, "y");
    chat::RoomMessage gone = pinned(4, true);
    gone.deleted = true;
    model.apply(MessagesChanged{general, {gone}});
    EXPECT_EQ(numbers(), (std::vector<std::uint64_t>{9}));
    EXPECT_FALSE(model.apply(MessagesChanged{general, {pinned(7, false)}}).found);
    EXPECT_FALSE(model.apply(MessagesChanged{kitchen, {pinned(7, true)}}).found) << "of another room";
}

TEST(Model, ARoomCallsAsItsLevelSays) {
    const auto listed = [](chat::Notify level, std::uint64_t last, std::uint64_t read, std::uint64_t mentions) {
        chat::RoomRow one = row(kitchen, "kitchen", last, read);
        one.notify = level;
        one.mentions = mentions;
        return one;
    };
    Model model = logged_in({row(general, "general"), listed(chat::Notify::mentions, 5, 2, 1)});
    EXPECT_EQ(model.unread(), 1U) << "of three unread ones";
    model.apply(MessagesArrived{kitchen, {message(6, bob, "nothing for anybody"), message(7, bob, "@ann look"), message(8, bob, "@room tea")}, false});
    EXPECT_EQ(model.unread(), 3U);
    EXPECT_EQ(model.take_alerts().size(), 2U);
    model.apply(RoomsListed{{row(general, "general"), listed(chat::Notify::mentions, 7, 2, 2)}, false});
    EXPECT_EQ(model.unread(), 3U) << "what the list knows is not counted twice";
    model.apply(ReadMoved{kitchen, 7});
    EXPECT_EQ(model.unread(), 1U);
    EXPECT_EQ(model.neighbour(+1, true), kitchen);
    model.apply(ReadMoved{kitchen, 8});
    EXPECT_EQ(model.unread(), 0U);
    model.apply(RoomsListed{{row(general, "general"), listed(chat::Notify::nothing, 8, 8, 0)}, false});
    model.apply(MessagesArrived{kitchen, {message(9, bob, "@ann look")}, false});
    EXPECT_EQ(model.unread(), 0U);
    EXPECT_EQ(model.find(kitchen)->unread(), 1U) << "it is unread all the same";
    EXPECT_TRUE(model.take_alerts().empty());
    EXPECT_EQ(model.neighbour(+1, true), std::nullopt);
    EXPECT_EQ(model.neighbour(+1, false), kitchen);
}

TEST(Model, ARoomsLevelAndTheSettingsBothCount) {
    chat::RoomRow quieter = row(kitchen, "kitchen");
    quieter.notify = chat::Notify::mentions;
    Model model = logged_in({row(general, "general"), quieter});
    Preferences all;
    all.alerts = Preferences::Alerts::all;
    model.apply(PreferencesRead{all, ""});
    model.apply(MessagesArrived{kitchen, {message(1, bob, "tea is ready")}, false});
    EXPECT_TRUE(model.take_alerts().empty());
    model.apply(MessagesArrived{kitchen, {message(2, bob, "@ann tea")}, false});
    EXPECT_EQ(model.take_alerts().size(), 1U);
    model.apply(MessagesArrived{general, {message(1, bob, "good morning")}, false});
    EXPECT_EQ(model.take_alerts().size(), 1U);
}

TEST(Model, FindsRoomsByAFewLetters) {
    Model model = logged_in({row(general, "general"), row(kitchen, "engine-room"), row(chat::RoomId{3}, "lobby")});
    EXPECT_EQ(model.matching("en"), (std::vector<chat::RoomId>{kitchen, general}));
    EXPECT_EQ(model.matching("grl"), (std::vector<chat::RoomId>{general}));
    EXPECT_EQ(model.matching("").size(), 3U);
    EXPECT_TRUE(model.matching("xyz").empty());
}

TEST(Model, RingsForMentionsAndDirectMessagesOfOthersOnly) {
    Model model = logged_in({row(general, "general"), row(kitchen, "bob", 0, 0, true)});
    model.is_watching = true;
    auto direct = messages(1, 1);
    direct[0].room = kitchen;
    model.apply(MessagesArrived{kitchen, direct, false});
    EXPECT_EQ(model.take_alerts().size(), 1U);
    model.apply(MessagesArrived{kitchen, {message(2, ann, "own, from another device")}, false});
    model.apply(MessagesArrived{general, {message(1, bob, "@ann look")}, false});
    EXPECT_TRUE(model.take_alerts().empty()) << "shown and watched";
    model.is_watching = false;
    model.apply(MessagesArrived{general, {message(2, bob, "@annabel look")}, false});
    EXPECT_TRUE(model.take_alerts().empty());
    model.apply(MessagesArrived{general, {message(3, bob, "look, @Ann!")}, false});
    const auto alerts = model.take_alerts();
    ASSERT_EQ(alerts.size(), 1U);
    EXPECT_EQ(alerts[0].title, "bob in #general");
    model.apply(MessagesArrived{general, {message(4, bob, "@ann missed")}, true});
    EXPECT_TRUE(model.take_alerts().empty()) << "what was missed while away rings no bell";
}

TEST(Model, DrawsALineAboveWhatCameWhileNobodyLooked) {
    Model model = logged_in({row(general, "general", 2, 2)});
    model.is_watching = true;
    model.apply(MessagesArrived{general, messages(3, 3), false});
    EXPECT_EQ(model.selected()->unread_line(), 0U);
    model.saw(3);
    model.is_watching = false;
    model.apply(MessagesArrived{general, messages(4, 4), false});
    model.apply(MessagesArrived{general, messages(5, 5), false});
    EXPECT_EQ(model.selected()->unread_line(), 4U);
}

TEST(Model, AnOpenThreadGrowsWithItsReplies) {
    Model model = logged_in({row(general, "general", 2, 2)});
    model.apply(ThreadLoaded{general, 1, messages(1, 2), false});
    auto reply = message(3, bob, "me too");
    reply.thread = 1;
    model.apply(MessagesArrived{general, {reply, message(4, bob, "of something else")}, false});
    ASSERT_EQ(model.thread().messages.size(), 3U);
    EXPECT_EQ(model.thread().messages.back().text, "me too");
}

TEST(Model, SaysPlainlyHowTheConnectionIs) {
    Model model;
    ConnectionStatus status;
    status.state = ConnectionStatus::State::online;
    model.apply(status);
    EXPECT_EQ(model.connection_sentence(), std::nullopt);
    status.state = ConnectionStatus::State::no_leader;
    status.replicas = 3;
    status.reachable = 1;
    status.unsent = 2;
    model.apply(status);
    EXPECT_EQ(model.connection_sentence(), "Read only: 1 of 3 replicas reachable. 2 not saved yet, kept here.");
    status.state = ConnectionStatus::State::no_room;
    model.apply(status);
    EXPECT_EQ(model.connection_sentence(), "Read only: the disks of too many replicas are full. 2 not saved yet, kept here.");
    status.state = ConnectionStatus::State::connecting;
    status.unsent = 0;
    model.apply(status);
    EXPECT_EQ(model.connection_sentence(), "Reconnecting…");
    status.lacks_room_here = true;
    status.unsent = 1;
    model.apply(status);
    EXPECT_EQ(model.connection_sentence(), "The disk of this computer is full. 1 not sent yet: that goes on when there is room; keep this window open until then.");
    status.state = ConnectionStatus::State::ended;
    status.sentence = "It ended.";
    model.apply(status);
    EXPECT_EQ(model.connection_sentence(), "It ended.");
}

TEST(Model, AnotherAccountSeesNothingOfTheLast) {
    Model model = logged_in({row(general, "general", 3)});
    model.apply(AccountChanged{{}, {}, "This login has ended."});
    EXPECT_FALSE(model.is_logged_in());
    EXPECT_TRUE(model.rooms().empty());
    EXPECT_EQ(model.selected(), nullptr);
    EXPECT_EQ(model.account_reason(), "This login has ended.");
}

TEST(Model, ReportsWhatWasSeenOnce) {
    Model model = logged_in({row(general, "general", 5, 2)});
    EXPECT_TRUE(model.saw(4));
    EXPECT_FALSE(model.saw(4));
    EXPECT_EQ(model.selected()->unread(), 1U);
}

chat::FoundPage found_page(std::vector<std::uint64_t> numbers, chat::FoundAt next) {
    chat::FoundPage page;
    for (const std::uint64_t number : numbers) {
        page.messages.emplace_back();
        page.messages.back().number = number;
    }
    page.next = next;
    page.more = next != chat::FoundAt{};
    return page;
}

TEST(Model, FurtherHitsGoBehindTheFirstOnes) {
    Model model;
    const chat::FoundAt next{7, chat::RoomId{1}, 3};
    model.apply(FoundEverywhere{"tea", {}, found_page({5, 4}, next), ""});
    model.apply(FoundEverywhere{"tea", next, found_page({2}, {}), ""});
    ASSERT_EQ(model.everywhere().page.messages.size(), 3U);
    EXPECT_EQ(model.everywhere().page.messages.back().number, 2U);
    EXPECT_FALSE(model.everywhere().page.more);
    model.apply(FoundEverywhere{"tea", next, found_page({2}, {}), ""});
    EXPECT_EQ(model.everywhere().page.messages.size(), 3U) << "a page that came twice";
    model.apply(FoundEverywhere{"milk", {}, found_page({9}, {}), ""});
    model.apply(FoundEverywhere{"tea", next, found_page({1}, {}), ""});
    EXPECT_EQ(model.everywhere().text, "milk");
    EXPECT_EQ(model.everywhere().page.messages.size(), 1U) << "a page of the search before";
}

TEST(Model, TypingIsShownUntilTheMessageComesOrItIsOver) {
    Model model = logged_in({row(general, "general"), row(kitchen, "kitchen")});
    model.select(general);
    EXPECT_TRUE(model.apply(TypingSeen{general, bob, "bob", false}).people);
    EXPECT_EQ(model.typing_sentence(), "bob is typing…");
    EXPECT_FALSE(model.apply(TypingSeen{kitchen, chat::UserId{7}, "eve", false}).people) << "in another room";
    model.apply(TypingSeen{general, chat::UserId{7}, "eve", false});
    EXPECT_EQ(model.typing_sentence(), "bob and eve are typing…");
    model.apply(TypingSeen{general, chat::UserId{7}, "eve", true});
    std::vector<chat::RoomMessage> said = messages(1, 1);
    said.front().author = bob;
    model.apply(MessagesArrived{general, said, false});
    EXPECT_EQ(model.typing_sentence(), "");
}

TEST(Model, PresenceIsOfflineUntilToldOtherwise) {
    Model model = logged_in({row(general, "general")});
    EXPECT_EQ(model.presence_of(bob), chat::Presence::offline);
    EXPECT_TRUE(model.apply(PresenceSeen{{{bob, chat::Presence::away}}}).people);
    EXPECT_EQ(model.presence_of(bob), chat::Presence::away);
}

TEST(Model, WhatWasMarkedUnreadStaysSoWhileItIsOnScreen) {
    Model model = logged_in({row(general, "general", 5, 5), row(kitchen, "kitchen")});
    model.select(general);
    model.apply(MarkedUnread{general, 2});
    EXPECT_EQ(model.selected()->unread(), 3U);
    EXPECT_EQ(model.selected()->unread_line(), 3U);
    EXPECT_FALSE(model.saw(5)) << "it is on screen, but to be read later";
    model.select(kitchen);
    model.select(general);
    EXPECT_TRUE(model.saw(5));
}

}  // namespace
}  // namespace parley::gui::testing
