// People in the window: how they are shown, who has read what, one person's drafts on two devices, and conversations of several.
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

}  // namespace
}  // namespace parley::gui::testing
