// Files in the model: what is on its way stands once in its room, and what is said of a file is true of it.
#include <gtest/gtest.h>

#include "gui/model/rows.hpp"
#include "tests/unit/gui/messages.hpp"

namespace parley::gui::testing {
namespace {

using Stage = Carrying::Stage;

const chat::EntryId upload{std::uint64_t{1} << 62U | 1U};
const chat::EntryId entry{7};

chat::MessageFile tea(std::uint64_t id = 0, std::uint64_t size = 3 << 20U) { return {chat::FileId{id}, size, "tea.png", "image/png"}; }

chat::RoomMessage with_file(std::uint64_t number, chat::UserId author, std::uint64_t id, const std::string& text = "") {
    chat::RoomMessage made = message(number, author, text);
    made.kind = chat::MessageKind::file;
    made.file = tea(id);
    return made;
}

Model in_general() {
    Model model;
    model.apply(AccountChanged{"ann", ann, ""});
    model.apply(RoomsListed{{row(general, "general")}, false});
    model.select(general);
    return model;
}

TEST(Files, OneOnItsWayStandsInItsRoomUntilItsMessageIsThere) {
    Model model = in_general();
    model.apply(SendingBegan{upload, general, "", "look", noon, 0, tea()});
    model.apply(SendingMoved{upload, {Stage::sending, 1 << 20U}});
    ASSERT_EQ(model.selected()->sending().size(), 1U);
    EXPECT_EQ(model.selected()->sending()[0].carrying, (Carrying{Stage::sending, 1 << 20U}));
    model.apply(FilePosted{upload, entry, chat::FileId{5}});
    EXPECT_EQ(model.selected()->sending()[0].entry, entry);
    EXPECT_EQ(model.selected()->sending()[0].carrying, std::nullopt);
    model.apply(MessagesArrived{general, {with_file(1, ann, 5, "look")}, false});
    EXPECT_EQ(rows_of(*model.selected()).back().kind, Row::Kind::message) << "before its answer, too";
    model.apply(SendingDone{entry, general, 1});
    EXPECT_TRUE(model.selected()->sending().empty());
}

TEST(Files, AnotherFileOfOnesOwnIsNotTakenForIt) {
    Model model = in_general();
    model.apply(SendingBegan{upload, general, "", "", noon, 0, tea()});
    model.apply(SendingMoved{upload, {}});
    model.apply(MessagesArrived{general, {with_file(1, ann, 0)}, false});
    EXPECT_EQ(rows_of(*model.selected()).back().kind, Row::Kind::sending) << "its bytes are not there yet";
    model.apply(FilePosted{upload, entry, chat::FileId{5}});
    model.apply(MessagesArrived{general, {with_file(2, ann, 6), message(3, ann, "")}, false});
    EXPECT_EQ(rows_of(*model.selected()).back().kind, Row::Kind::sending);
}

TEST(Files, ARefusedOneStaysUntilSomebodyDecides) {
    Model model = in_general();
    model.apply(SendingBegan{upload, general, "", "look", noon, 0, tea()});
    model.apply(SendingRefused{upload, "Too large."});
    ASSERT_TRUE(model.selected()->sending()[0].is_refused());
    model.apply(SendingDropped{upload});
    EXPECT_TRUE(model.selected()->sending().empty());
}

TEST(Files, TheFirstMessageToSeveralPeopleMakesTheirConversation) {
    Model model = in_general();
    const chat::RoomId room = model.conversation_with("bob,@cyn");
    EXPECT_EQ(model.find(room)->title(), "bob, cyn");
    EXPECT_EQ(model.find(room)->row().members, 3U);
    const chat::Target target = model.find(room)->target();
    ASSERT_TRUE(std::holds_alternative<chat::ByPeople>(target));
    EXPECT_EQ(std::get<chat::ByPeople>(target).names, (std::vector<std::string>{"bob", "cyn"}));
    EXPECT_TRUE(std::holds_alternative<chat::ByUserName>(model.find(model.conversation_with("bob"))->target()));
}

TEST(Files, HowOneStandsHereIsKnownOfItsMessage) {
    Model model = in_general();
    model.apply(MessagesArrived{general, {with_file(1, bob, 5)}, false});
    EXPECT_EQ(model.selected()->file(1), nullptr);
    model.apply(FileStands{general, 1, {true, 1 << 20U, "", ""}});
    EXPECT_EQ(standing_sentence(tea(), model.selected()->file(1)), "Fetching: 1.0 MiB of 3.0 MiB");
    model.apply(FileStands{general, 1, {false, 0, "no room", ""}});
    EXPECT_EQ(standing_sentence(tea(), model.selected()->file(1)), "Not fetched: no room");
    model.apply(FileStands{general, 1, {false, 0, "", "/home/ann/tea.png"}});
    EXPECT_EQ(standing_sentence(tea(), model.selected()->file(1)), "3.0 MiB  ·  /home/ann/tea.png");
    EXPECT_EQ(standing_sentence(tea(), nullptr), "3.0 MiB  ·  image/png");
}

TEST(Files, OnlySmallPicturesAreFetchedUnaskedAndLargerOnesShownOnceTheyAreHere) {
    const FileStanding here{false, 0, "", "/home/ann/tea.png"};
    EXPECT_TRUE(has_preview(tea(1, preview_fetched_max), nullptr));
    EXPECT_FALSE(has_preview(tea(1, preview_fetched_max + 1), nullptr));
    EXPECT_TRUE(has_preview(tea(1, preview_fetched_max + 1), &here));
    EXPECT_FALSE(has_preview(tea(1, preview_read_max + 1), &here));
    EXPECT_FALSE(has_preview(tea(1, 0), nullptr));
    EXPECT_FALSE(has_preview({chat::FileId{1}, 100, "tea.svg", "image/svg+xml"}, nullptr)) << "a program of its own";
}

TEST(Files, APictureIsTakenOnce) {
    Model model = in_general();
    EXPECT_TRUE(model.apply(PictureCame{general, 1, nullptr, false, "tea.png"}).pictures);
    EXPECT_EQ(model.take_pictures().size(), 1U);
    EXPECT_TRUE(model.take_pictures().empty());
}

TEST(Files, TheSheetShowsAnEndingThatIsOne) {
    EXPECT_EQ(ending_of("tea.png"), "PNG");
    EXPECT_EQ(ending_of("archive.tar.gz"), "GZ");
    EXPECT_EQ(ending_of("tea"), "FILE");
    EXPECT_EQ(ending_of(".hidden"), "FILE");
    EXPECT_EQ(ending_of("tea."), "FILE");
    EXPECT_EQ(ending_of("tea.longer"), "FILE");
    EXPECT_EQ(ending_of("tea.é"), "FILE");
}

TEST(Files, WhatIsOnItsWaySaysHowFar) {
    EXPECT_EQ(carrying_sentence(tea(), {Stage::waiting, 0}), "3.0 MiB  ·  waits to be sent");
    EXPECT_EQ(carrying_sentence(tea(), {Stage::reading, 1 << 20U}), "Reading: 1.0 MiB of 3.0 MiB");
    EXPECT_EQ(carrying_sentence(tea(), {Stage::sending, 2 << 20U}), "Sending: 2.0 MiB of 3.0 MiB");
    EXPECT_EQ(carrying_sentence(tea(), {Stage::spreading, 3 << 20U}), "3.0 MiB  ·  the replicas copy it to each other");
    EXPECT_EQ(carrying_sentence(tea(), {Stage::posting, 3 << 20U}), "3.0 MiB  ·  being posted");
}

}  // namespace
}  // namespace parley::gui::testing
