// Favourite rooms in the window: by key, by the room's menu, first in the list, and there again after a restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <wx/uiaction.h>

#include "gui/views/list_box.hpp"
#include "tests/gui/stage.hpp"

namespace parley::gui::testing {
namespace {

using ::testing::HasSubstr;

std::string name_at(Window& window, std::size_t place) { return window.model().find(window.model().rooms().at(place))->row().name; }

ListBox& list_of(Window& window, const std::string& chosen) { return dynamic_cast<ListBox&>(window_named(window.frame(), chosen)); }

TEST(GuiFavourites, StandFirstAndStayThere) {
    register_person(*cluster, *sandbox, "collectorfriend");
    Window window(*cluster, "collector");
    window.register_account("collector");
    ASSERT_TRUE(window.until([&] { return window.model().connection().state == ConnectionStatus::State::online; }));
    for (const char* name : {"beetles", "stamps"}) {
        window.say(std::string{"/create "} + name);
        ASSERT_TRUE(window.until([&] { return window.model().selected()->row().name == name; }));
        window.pump(300);
    }
    EXPECT_EQ(name_at(window, 0), "beetles");
    window.press('D', wxMOD_CONTROL);
    ASSERT_TRUE(window.until([&] { return window.model().is_favourite(window.model().selected()->id()); }));
    EXPECT_EQ(name_at(window, 0), "stamps");
    window.pump(200);
    ListBox& list = list_of(window, "Rooms and people: stamps, favourite");
    EXPECT_EQ(window.model().selected()->row().name, "stamps") << "what is shown stays";

    // The third row: the heading, stamps, the heading of the rooms, beetles.
    const int row_height = list.GetSize().y > 0 ? list.FromDIP(30) : 0;
    const wxPoint beetles(60, 2 * list.FromDIP(36) + row_height + row_height / 2);
    later(1700, [] {
        wxUIActionSimulator hands;   // the menu: bring in, topic, rename, archive, favourite
        for (const int key : {WXK_DOWN, WXK_DOWN, WXK_DOWN, WXK_DOWN, WXK_DOWN, WXK_RETURN}) hands.Char(key);
    });
    window.pump(700);
    window.point(list, beetles);
    wxUIActionSimulator().MouseClick(wxMOUSE_BTN_RIGHT);
    ASSERT_TRUE(window.until([&] { return window.model().selected()->row().name == "beetles" && window.model().is_favourite(window.model().selected()->id()); }))
        << window.model().selected()->row().name;
    EXPECT_EQ(name_at(window, 0), "beetles");
    EXPECT_EQ(name_at(window, 1), "stamps");
    EXPECT_EQ(name_at(window, 2), "general");
    window.close();

    Window again(*cluster, "collector");
    ASSERT_TRUE(again.until([&] { return again.model().rooms().size() == 3; }));
    EXPECT_EQ(name_at(again, 0), "beetles");
    EXPECT_EQ(name_at(again, 1), "stamps");
    ASSERT_TRUE(again.until([&] { return again.model().selected() != nullptr && again.model().connection().state == ConnectionStatus::State::online; }));
    again.pump(500);
    again.frame().chat().select(again.model().rooms().at(1));
    again.pump(200);
    again.press('D', wxMOD_CONTROL);
    EXPECT_TRUE(again.until([&] { return name_at(again, 2) == "stamps"; })) << "back among the rooms";
    EXPECT_EQ(name_at(again, 1), "general");
}

}  // namespace
}  // namespace parley::gui::testing
