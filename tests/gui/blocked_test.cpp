// Blocking somebody in the window: by the member's menu and by command, what they say is folded, and the settings let them go again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <wx/listbox.h>
#include <wx/uiaction.h>

#include "gui/views/list_box.hpp"
#include "gui/views/text.hpp"
#include "tests/gui/stage.hpp"

namespace parley::gui::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const chat::RoomMessage& newest(Window& window) { return window.model().selected()->messages().back(); }
bool is_folded(Window& window, std::uint64_t number) {
    const Room& room = *window.model().selected();
    return room.find(number) != nullptr && room.is_folded(*room.find(number));
}

TEST(GuiBlocked, AreFoldedShownOnDemandAndLetGoInTheSettings) {
    register_person(*cluster, *sandbox, "pest");
    Window window(*cluster, "gardener");
    window.register_account("gardener");
    ASSERT_TRUE(window.until([&] { return window.model().connection().state == ConnectionStatus::State::online; }));
    window.say("/create greenhouse");
    ASSERT_TRUE(window.until([&] { return window.model().selected()->row().name == "greenhouse"; }));
    window.pump(300);
    window.say("/invite pest");
    ASSERT_TRUE(window.until([&] { return window.model().selected()->row().members == 2; }));
    ASSERT_EQ(sandbox->as("pest", {"send", "greenhouse", "greenfly everywhere"}).code, 0);
    ASSERT_TRUE(on_screen_once(window, "greenfly everywhere"));
    const std::uint64_t number = newest(window).number;

    // By the mouse: the list of members, the second of them, "Block pest…", and yes.
    window.press('M', wxMOD_CONTROL);
    ASSERT_TRUE(window.until([&] { return window.model().selected()->members && window.model().selected()->members->size() == 2; }));
    window.pump(300);
    ListBox& members = dynamic_cast<ListBox&>(*wxWindow::FindWindowByName("Members", &window.frame()));
    const bool is_first = window.model().selected()->members->front().name == "pest";
    later(900, [] {
        wxUIActionSimulator hands;   // write, role, block
        for (const int key : {WXK_DOWN, WXK_DOWN, WXK_DOWN, WXK_RETURN}) hands.Char(key);
    });
    later(2600, [] {
        wxUIActionSimulator hands;   // from "No", where the focus is
        hands.Char(WXK_TAB);
        hands.Char(WXK_RETURN);
    });
    window.point(members, wxPoint(60, members.FromDIP(is_first ? 17 : 60)));
    wxUIActionSimulator().MouseClick(wxMOUSE_BTN_RIGHT);
    ASSERT_TRUE(window.until([&] { return !window.model().blocked().empty(); }));
    EXPECT_TRUE(is_folded(window, number));
    window.press(WXK_ESCAPE);
    window.pump(300);

    // By the keyboard: the message tells what it is, Enter shows it and folds it again.
    MessageCanvas& canvas = window.frame().chat().messages();
    canvas.SetFocus();
    window.press(WXK_UP);
    EXPECT_THAT(spoken_name(canvas), HasSubstr("Message of a blocked person."));
    EXPECT_THAT(spoken_name(canvas), Not(HasSubstr("greenfly")));
    window.press(WXK_RETURN);
    EXPECT_FALSE(is_folded(window, number));
    EXPECT_THAT(spoken_name(canvas), HasSubstr("greenfly"));
    window.press(WXK_RETURN);
    EXPECT_TRUE(is_folded(window, number));
    window.pump(300);
    const auto show = canvas.point_of({number, std::string{"Message of a blocked person.  S"}.size()});
    ASSERT_TRUE(show.has_value());
    window.click(canvas, *show + wxPoint(3, 6));
    EXPECT_FALSE(is_folded(window, number)) << "by the mouse, too";
    window.press(WXK_RETURN);
    EXPECT_TRUE(is_folded(window, number));
    window.press(WXK_ESCAPE);

    // What comes later is folded as well, also in a new window.
    ASSERT_EQ(sandbox->as("pest", {"send", "greenhouse", "and in your tea"}).code, 0);
    ASSERT_TRUE(on_screen_once(window, "and in your tea"));
    EXPECT_TRUE(is_folded(window, newest(window).number));
    EXPECT_NE(sandbox->as("pest", {"send", "@gardener", "hello"}).code, 0) << "no direct messages";
    window.close();
    Window again(*cluster, "gardener");
    ASSERT_TRUE(again.until([&] { return again.model().selected() != nullptr && again.model().connection().state == ConnectionStatus::State::online; }));
    EXPECT_EQ(again.model().blocked().size(), 1U);
    again.pump(500);
    for (const chat::RoomId id : again.model().rooms()) {
        if (again.model().find(id)->row().name == "greenhouse") again.frame().chat().select(id);
    }
    ASSERT_TRUE(again.until([&] { return again.model().selected()->find(number) != nullptr; }));
    EXPECT_TRUE(is_folded(again, number));

    // /blocked opens the list; Tab, and the button takes the block away.
    again.pump(300);
    again.say("/blocked");
    ASSERT_TRUE(again.until([&] { return again.frame().chat().shows_settings(); }));
    again.pump(500);
    const auto* list = dynamic_cast<wxListBox*>(wxWindow::FindFocus());
    ASSERT_NE(list, nullptr) << "it has the focus";
    EXPECT_EQ(list->GetCount(), 1U);
    EXPECT_EQ(to_utf8(list->GetString(0)), "pest");
    EXPECT_THAT(nameless_widgets(again.frame()), IsEmpty());
    again.press(WXK_TAB);
    again.press(WXK_SPACE);
    ASSERT_TRUE(again.until([&] { return again.model().blocked().empty(); }));
    again.press(WXK_ESCAPE);
    EXPECT_FALSE(is_folded(again, number));
    again.pump(300);
    again.say("/block pest");
    EXPECT_TRUE(again.until([&] { return is_folded(again, number); }));
    again.say("/unblock pest");
    EXPECT_TRUE(again.until([&] { return !is_folded(again, number); }));
}

}  // namespace
}  // namespace parley::gui::testing
