// People and rooms in the window: how they are shown, who has read what, one person's drafts on two devices, conversations of several, of what a
// room notifies, what a message said before and what is pinned.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <wx/uiaction.h>

#include "gui/views/list_box.hpp"
#include "gui/views/side_pane.hpp"
#include "gui/views/text.hpp"
#include "tests/gui/stage.hpp"

namespace parley::gui::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

bool is_ready(Window& window) {
    return window.until([&] { return window.model().selected() != nullptr && window.model().connection().state == ConnectionStatus::State::online; });
}

const Room* room_named(const Window& window, const std::string& name) {
    for (const chat::RoomId id : window.model().rooms()) {
        if (window.model().find(id)->row().name == name) return window.model().find(id);
    }
    return nullptr;
}

void go_to(Window& window, const std::string& name) {
    ASSERT_TRUE(window.until([&] { return room_named(window, name) != nullptr; }));
    window.frame().chat().select(room_named(window, name)->id());
    window.pump(500);
}

// Keys for whatever stands open then.
void press_later(int milliseconds, std::vector<int> keys) {
    later(milliseconds, [keys = std::move(keys)] {
        wxUIActionSimulator hands;
        for (const int key : keys) hands.Char(key);
    });
}

TEST(GuiPeople, AreShownAsTheyWantToBe) {
    register_person(*cluster, *sandbox, "listener");
    Window window(*cluster, "painter");
    window.register_account("painter");
    window.say("who am I");
    ASSERT_TRUE(on_screen_once(window, "who am I"));
    window.type("an unfinished sentence");
    window.press(',', wxMOD_CONTROL);
    ASSERT_TRUE(window.frame().chat().shows_settings());
    EXPECT_THAT(nameless_widgets(window.frame()), IsEmpty());
    window_named(window.frame(), "Shown name").SetFocus();
    window.type("Ada Lovelace");
    window.press(WXK_RETURN);
    const auto own = [&] { return window.model().profile_of(window.model().own_id()); };
    ASSERT_TRUE(window.until([&] { return own().name == "Ada Lovelace"; }));
    EXPECT_EQ(own().colour, chat::no_colour);
    window.press(WXK_TAB);    // to the colour
    window.press(WXK_DOWN);
    ASSERT_TRUE(window.until([&] { return own().colour == 0x3B6FB6; })) << own().colour;
    EXPECT_EQ(own().name, "Ada Lovelace");
    EXPECT_THAT(sandbox->as("listener", {"room", "members", "general"}).output, HasSubstr("Ada Lovelace"));

    window_named(window.frame(), "Shown name").SetFocus();
    window.press('A', wxMOD_CONTROL);
    window.type("listener");
    window.press(WXK_RETURN);
    ASSERT_TRUE(window.until([&] { return !window.model().notice().empty(); })) << "that is somebody else's";
    EXPECT_EQ(own().name, "Ada Lovelace");
    window.press(WXK_ESCAPE);
    window.press(WXK_RETURN);
    EXPECT_TRUE(on_screen_once(window, "an unfinished sentence")) << "what was being typed is still there";
    window.press(WXK_F6);
    window.press(WXK_F6);
    window.press(WXK_UP);
    EXPECT_THAT(spoken_name(window.frame().chat().messages()), StartsWith("Ada Lovelace: an unfinished sentence"));
}

TEST(GuiPeople, AMessageTellsWhoHasReadIt) {
    Window window(*cluster, "painter");
    ASSERT_TRUE(is_ready(window));
    window.pump(300);
    window.say("read me");
    ASSERT_TRUE(on_screen_once(window, "read me"));
    const std::uint64_t number = window.model().selected()->last();
    ASSERT_EQ(sandbox->as("listener", {"profile", "--name", "Rae"}).code, 0);
    ASSERT_EQ(sandbox->as("listener", {"read", "general"}).code, 0);
    window.press(WXK_F6);
    window.press(WXK_F6);
    window.press(WXK_UP);
    window.press('V');
    ASSERT_TRUE(window.until([&] { return window.model().readers().number == number && !window.model().readers().readers.empty(); }));
    const auto& readers = window.model().readers().readers;
    const auto reader = std::ranges::find(readers, "listener", &chat::ReceiptRow::name);
    ASSERT_NE(reader, readers.end());
    EXPECT_THAT(nameless_widgets(window.frame()), IsEmpty());
    EXPECT_TRUE(window.until([&] { return window.model().shown_name(reader->user, "") == "Rae"; }));
    window.press(WXK_ESCAPE);
    window.press(WXK_ESCAPE);
    window.say("and back");
    EXPECT_TRUE(on_screen_once(window, "and back"));
}

TEST(GuiPeople, ADraftIsTheSameOnTwoDevicesAndWhatWasSentDoesNotComeBack) {
    Window window(*cluster, "painter");
    ASSERT_TRUE(is_ready(window));
    std::vector<std::string> words{"login", "painter", "--password-file", sandbox->write_file("painters-password", "correcthorse\n")};
    const std::vector<std::string> reach = cluster->reach();
    words.insert(words.end(), reach.begin(), reach.end());
    ASSERT_EQ(sandbox->as("pocket", words).code, 0);
    ASSERT_EQ(sandbox->as("pocket", {"draft", "general", "begun on the way"}).code, 0);
    ASSERT_TRUE(window.until([&] { return window.frame().chat().composer().text() == "begun on the way"; }));
    window.type(", ended at the desk");
    const std::string whole = "begun on the way, ended at the desk";
    ASSERT_TRUE(window.until([&] { return sandbox->as("pocket", {"draft", "general"}).output.find(whole) != std::string::npos; }));
    window.press(WXK_RETURN);
    ASSERT_TRUE(on_screen_once(window, whole));
    ASSERT_TRUE(window.until([&] { return sandbox->as("pocket", {"draft"}).output == "no draft\n"; }));
    EXPECT_EQ(window.frame().chat().composer().text(), "");
    window.close();

    Window again(*cluster, "painter");
    ASSERT_TRUE(is_ready(again));
    again.pump(1500);
    EXPECT_EQ(again.frame().chat().composer().text(), "");
    EXPECT_EQ(again.model().selected()->draft, "");
}

TEST(GuiPeople, AConversationOfSeveralIsBegunByKeys) {
    register_person(*cluster, *sandbox, "thinker");
    Window window(*cluster, "painter");
    ASSERT_TRUE(is_ready(window));
    press_later(400, {WXK_DOWN, WXK_DOWN, WXK_RETURN});   // "Write to several people" in the menu
    later(1500, [] {
        wxUIActionSimulator hands;
        hands.Text("listener, thinker");
        hands.Char(WXK_RETURN);
    });
    window.press('N', wxMOD_CONTROL);
    ASSERT_TRUE(window.until([&] { return window.model().selected()->title() == "listener, thinker"; })) << window.model().selected()->title();
    window.pump(300);
    window.say("the three of us");
    ASSERT_TRUE(on_screen_once(window, "the three of us"));
    EXPECT_FALSE(window.model().selected()->is_provisional());
    EXPECT_EQ(window.model().selected()->row().members, 3U);
    EXPECT_THAT(sandbox->as("thinker", {"history", "@painter,@listener"}).output, HasSubstr("the three of us"));
}

TEST(GuiRooms, NotifyAsTheirReaderWants) {
    Window window(*cluster, "painter");
    ASSERT_TRUE(is_ready(window));
    ASSERT_EQ(sandbox->as("listener", {"room", "create", "noisy"}).code, 0);
    ASSERT_EQ(sandbox->as("listener", {"room", "invite", "noisy", "painter"}).code, 0);
    const auto noisy = [&] { return room_named(window, "noisy"); };
    go_to(window, "noisy");
    press_later(400, {WXK_DOWN, WXK_DOWN, WXK_RETURN});   // the second of three levels
    window.press('N', wxMOD_CONTROL | wxMOD_SHIFT);
    ASSERT_TRUE(window.until([&] { return noisy()->row().notify == chat::Notify::mentions; }));
    window.press(WXK_UP, wxMOD_ALT);
    ASSERT_TRUE(window.until([&] { return window.model().selected() != noisy(); }));
    const std::uint64_t before = window.model().unread();
    ASSERT_EQ(sandbox->as("listener", {"send", "noisy", "nothing for anybody"}).code, 0);
    ASSERT_TRUE(window.until([&] { return noisy()->unread() == 1; }));
    EXPECT_EQ(window.model().unread(), before);
    ASSERT_EQ(sandbox->as("listener", {"send", "noisy", "@painter look"}).code, 0);
    ASSERT_TRUE(window.until([&] { return noisy()->unread() == 2; }));
    EXPECT_EQ(window.model().unread(), before + 1) << "the one that speaks to the reader";
    go_to(window, "noisy");
    press_later(1600, {WXK_DOWN, WXK_DOWN, WXK_DOWN, WXK_RETURN});   // a click waits before it is made
    window.click(button_labelled(window.frame(), "Notify: mentions"));
    ASSERT_TRUE(window.until([&] { return noisy()->row().notify == chat::Notify::nothing; }));
    EXPECT_THAT(nameless_widgets(window.frame()), IsEmpty());
    EXPECT_NO_THROW(static_cast<void>(button_labelled(window.frame(), "Notify: nothing")));
    window.close();

    Window again(*cluster, "painter");
    EXPECT_TRUE(again.until([&] { return again.model().selected() != nullptr && again.model().find(again.model().rooms().front()) != nullptr; }));
    for (const chat::RoomId id : again.model().rooms()) {
        const chat::RoomRow& row = again.model().find(id)->row();
        EXPECT_EQ(row.notify, row.name == "noisy" ? chat::Notify::nothing : chat::Notify::everything) << row.name;
    }
}

TEST(GuiMessages, WhatOneSaidBeforeIsShownByKeyAndByClick) {
    Window window(*cluster, "painter");
    ASSERT_TRUE(is_ready(window));
    go_to(window, "general");
    window.say("tea at four");
    ASSERT_TRUE(on_screen_once(window, "tea at four"));
    const std::uint64_t number = window.model().selected()->last();
    window.press(WXK_UP);
    window.type(" or five");
    window.press(WXK_RETURN);
    ASSERT_TRUE(on_screen_once(window, "tea at four or five"));
    window.press(WXK_F6);
    window.press(WXK_F6);
    window.press(WXK_UP);
    window.press('H');
    const auto is_told = [&] { return window.model().edits().number == number && window.model().edits().edits.size() == 1; };
    ASSERT_TRUE(window.until(is_told));
    window.pump(200);
    const auto shown = [&] { return to_utf8(dynamic_cast<wxTextCtrl&>(window_named(window.frame(), "What the message said")).GetValue()); };
    EXPECT_THAT(shown(), StartsWith("Now\ntea at four or five\n\nUntil "));
    EXPECT_THAT(shown(), HasSubstr("\ntea at four\n"));
    EXPECT_THAT(nameless_widgets(window.frame()), IsEmpty());
    window.press(WXK_ESCAPE);
    EXPECT_THROW(window_named(window.frame(), "What the message said"), std::out_of_range);
    const auto end = window.frame().chat().messages().point_of({number, std::string{"tea at four or five"}.size() - 1});
    ASSERT_TRUE(end.has_value());
    window.click(window.frame().chat().messages(), *end + wxPoint(45, 0));
    window.pump(300);
    EXPECT_THAT(shown(), HasSubstr("\ntea at four\n"));
    window.press(WXK_ESCAPE);
}

TEST(GuiMessages, WhatIsPinnedIsListedAndStaysSo) {
    Window window(*cluster, "painter");
    ASSERT_TRUE(is_ready(window));
    ASSERT_EQ(sandbox->as("listener", {"room", "create", "board"}).code, 0);
    ASSERT_EQ(sandbox->as("listener", {"room", "invite", "board", "painter"}).code, 0);
    ASSERT_EQ(sandbox->as("listener", {"room", "role", "board", "painter", "moderator"}).code, 0);
    go_to(window, "board");
    window.say("the door code is 1234");
    ASSERT_TRUE(on_screen_once(window, "the door code is 1234"));
    window.press('P', wxMOD_CONTROL | wxMOD_SHIFT);
    ASSERT_TRUE(window.until([&] { return window.model().pins().room == window.model().selected()->id(); }));
    EXPECT_THAT(window.model().pins().messages, IsEmpty());
    window.frame().chat().messages().SetFocus();
    window.press(WXK_UP);
    window.press('P');
    ASSERT_TRUE(window.until([&] { return window.model().pins().messages.size() == 1; }));
    window.pump(200);
    EXPECT_THAT(nameless_widgets(window.frame()), IsEmpty());
    const std::string number = std::to_string(window.model().selected()->last());
    ASSERT_EQ(sandbox->as("listener", {"unpin", "board/" + number}).code, 0);
    EXPECT_TRUE(window.until([&] { return window.model().pins().messages.empty(); }));
    window.press(WXK_ESCAPE);
}

}  // namespace
}  // namespace parley::gui::testing
