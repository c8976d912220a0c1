// The real window on a real display with real replicas: what a person types is saved, shown once, and never lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gui/views/admin_page.hpp"
#include "gui/views/list_box.hpp"
#include "tests/gui/stage.hpp"

namespace parley::gui::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

void collect_empty_lists(wxWindow& window, std::vector<ListBox*>& found) {
    for (wxWindow* child : window.GetChildren()) {
        auto* list = dynamic_cast<ListBox*>(child);
        if (list != nullptr && list->empty() && list->IsShownOnScreen()) found.push_back(list);
        collect_empty_lists(*child, found);
    }
}

std::vector<ListBox*> empty_lists(wxWindow& window) {
    std::vector<ListBox*> found;
    collect_empty_lists(window, found);
    return found;
}

TEST(GuiWindow, RegistersSendsAndReceives) {
    Window window(*cluster, "first");
    EXPECT_FALSE(window.model().is_logged_in());
    EXPECT_THAT(nameless_widgets(window.frame()), IsEmpty()) << "the log-in form";
    window.register_account("first");
    EXPECT_EQ(window.model().own_name(), "first");
    window.say("hello world");
    EXPECT_TRUE(on_screen_once(window, "hello world"));
    register_person(*cluster, *sandbox, "someone");
    ASSERT_EQ(sandbox->as("someone", {"send", "general", "good morning"}).code, 0);
    EXPECT_TRUE(on_screen_once(window, "good morning"));
    EXPECT_THAT(nameless_widgets(window.frame()), IsEmpty()) << "the chat";
}

// GTK fades a scroll bar out by drawing all again for a while; told of it anew after each picture, it never came to an end.
TEST(GuiWindow, OneThatRestsDrawsNothing) {
    for (int i = 0; i < 40; ++i) ASSERT_EQ(sandbox->as("someone", {"send", "general", "line " + std::to_string(i)}).code, 0);
    Window window(*cluster, "first");
    ASSERT_TRUE(on_screen_once(window, "line 39"));
    window.pump(4000);   // also the caret's first turns, and what follows a start
    int pictures = 0;
    window.frame().chat().messages().Bind(wxEVT_PAINT, [&pictures](wxPaintEvent& event) {
        ++pictures;
        event.Skip();
    });
    window.pump(2000);
    EXPECT_LE(pictures, 3);
    window.frame().chat().messages().Refresh();
    window.pump(200);
    EXPECT_GE(pictures, 1) << "they are counted";
}

TEST(GuiWindow, SwitchesRoomsByKeysAndKeepsADraftForEach) {
    Window window(*cluster, "first");
    ASSERT_TRUE(window.until([&] { return window.model().selected() != nullptr; }));
    ASSERT_EQ(sandbox->as("someone", {"room", "create", "workshop"}).code, 0);
    ASSERT_EQ(sandbox->as("someone", {"room", "invite", "workshop", "first"}).code, 0);
    ASSERT_TRUE(window.until([&] { return window.model().rooms().size() == 2; }));
    ASSERT_EQ(window.model().selected()->row().name, "general");
    window.type("half a thought");
    window.press(WXK_DOWN, wxMOD_ALT);
    ASSERT_TRUE(window.until([&] { return window.model().selected()->row().name == "workshop"; }));
    window.say("in the workshop");
    EXPECT_TRUE(on_screen_once(window, "in the workshop"));
    window.press(WXK_UP, wxMOD_ALT);
    ASSERT_TRUE(window.until([&] { return window.model().selected()->row().name == "general"; }));
    EXPECT_EQ(window.model().selected()->draft, "half a thought");
    window.close();

    Window again(*cluster, "first");
    ASSERT_TRUE(again.until([&] { return again.model().selected() != nullptr && again.model().selected()->draft == "half a thought"; }));
    again.press(WXK_RETURN);
    EXPECT_TRUE(on_screen_once(again, "half a thought"));
}

void select_by_name(Window& window, const std::string& name) {
    for (const chat::RoomId id : window.model().rooms()) {
        if (window.model().find(id)->row().name == name) window.frame().chat().select(id);
    }
}

TEST(GuiWindow, AClickBeforeARoomIsDrawnMeansNoMessageOfIt) {
    Window window(*cluster, "first");
    ASSERT_TRUE(window.until([&] { return window.model().rooms().size() == 2; }));
    select_by_name(window, "workshop");
    ASSERT_TRUE(on_screen_once(window, "in the workshop"));
    window.pump(300);
    MessageCanvas& canvas = window.frame().chat().messages();
    const wxPoint last_row(200, canvas.GetClientSize().y - 30);
    window.click(canvas, last_row);
    const std::string said = spoken_name(canvas);
    ASSERT_THAT(said, ::testing::StartsWith("first: in the workshop"));
    select_by_name(window, "general");
    ASSERT_THAT(window.texts(), ::testing::Contains("hello world"));
    for (int y = 10; y < canvas.GetClientSize().y; y += 15) {
        for (const auto& kind : {wxEVT_MOTION, wxEVT_LEFT_DOWN, wxEVT_LEFT_UP}) {
            wxMouseEvent event(kind);
            event.SetPosition(wxPoint(200, y));
            canvas.ProcessWindowEvent(event);
        }
    }
    EXPECT_EQ(spoken_name(canvas), said) << "the picture was still the workshop's";
    window.pump(300);
}

TEST(GuiWindow, ChangesTheLastMessageAndAnswersOneByKeys) {
    Window window(*cluster, "first");
    ASSERT_TRUE(window.until([&] { return window.model().selected() != nullptr && !window.texts().empty(); }));
    window.pump(200);
    window.say("to be changed");
    ASSERT_TRUE(on_screen_once(window, "to be changed"));
    window.press(WXK_UP);
    window.type(", and it was");
    window.press(WXK_RETURN);
    EXPECT_TRUE(on_screen_once(window, "to be changed, and it was"));
    const std::uint64_t number = window.model().selected()->last();
    EXPECT_EQ(window.model().selected()->find(number)->edits, 1U);

    window.press(WXK_F6);
    window.press(WXK_F6);
    window.press(WXK_UP);
    EXPECT_THAT(spoken_name(window.frame().chat().messages()), ::testing::StartsWith("first: to be changed, and it was, "));
    window.press('R');
    window.say("an answer");
    ASSERT_TRUE(on_screen_once(window, "an answer"));
    EXPECT_EQ(window.model().selected()->messages().back().reply_to, number);
    ASSERT_TRUE(window.until([&] { return window.model().selected()->find(number)->replies == 1; }));
}

TEST(GuiWindow, ARoomThatGoesWhileOneTypesInItIsSaidAndTheTextIsNotLost) {
    Window window(*cluster, "first");
    ASSERT_TRUE(window.until([&] { return window.model().selected() != nullptr && window.model().connection().state == ConnectionStatus::State::online; }));
    ASSERT_EQ(sandbox->as("someone", {"room", "create", "ephemeral"}).code, 0);
    ASSERT_EQ(sandbox->as("someone", {"room", "invite", "ephemeral", "first"}).code, 0);
    ASSERT_TRUE(window.until([&] { return window.model().rooms().size() == 3; }));
    window.press(WXK_UP, wxMOD_ALT);
    ASSERT_TRUE(window.until([&] { return window.model().selected()->row().name == "ephemeral"; }));
    window.pump(200);
    window.type("a thought about it");
    ASSERT_EQ(sandbox->as("someone", {"room", "delete", "ephemeral", "--yes"}).code, 0);
    ASSERT_TRUE(window.until([&] { return window.model().rooms().size() == 2; }));
    EXPECT_EQ(window.model().notice(), "#ephemeral is gone: it was deleted, or you are not in it any more.");
    window.pump(300);
    wxWindow* notice = wxWindow::FindWindowByLabel("#ephemeral is gone: it was deleted, or you are not in it any more. A click copies what you were writing there.", &window.frame());
    ASSERT_NE(notice, nullptr);
    window.click(*notice, wxPoint(20, 8));
    EXPECT_EQ(clipboard(), "a thought about it");
    EXPECT_FALSE(notice->IsShownOnScreen());
}

TEST(GuiWindow, KeysInAnEmptyListDoNothing) {
    Window window(*cluster, "first");
    ASSERT_TRUE(window.until([&] { return window.model().selected() != nullptr; }));
    window.press('F', wxMOD_CONTROL);
    window.type("nothing of that kind");
    window.pump(300);
    const std::vector<ListBox*> lists = empty_lists(window.frame());
    ASSERT_FALSE(lists.empty());
    for (ListBox* list : lists) {
        list->SetFocus();
        for (const int key : {WXK_HOME, WXK_END, WXK_PAGEUP, WXK_PAGEDOWN, WXK_SPACE, WXK_UP, WXK_DOWN}) window.press(key);
        EXPECT_EQ(list->selected(), nullptr);
    }
    window.press(WXK_ESCAPE);
    EXPECT_NE(window.model().selected(), nullptr);
}

TEST(GuiWindow, WhatIsOnScreenDoesNotMoveByItself) {
    Window window(*cluster, "first");
    ASSERT_TRUE(window.until([&] { return window.model().selected() != nullptr && !window.texts().empty(); }));
    window.pump(200);
    std::string tall = "tall";
    for (int line = 0; line < 40; ++line) tall += "\nline " + std::to_string(line);
    ASSERT_EQ(sandbox->as("someone", {"send", "general", tall}).code, 0);
    ASSERT_TRUE(on_screen_once(window, tall));
    window.pump(300);
    EXPECT_EQ(window.frame().chat().reading_place(), chat::ReadingPlace{}) << "at the end it follows";
    window.press(WXK_PAGEUP);
    window.pump(200);
    const chat::ReadingPlace place = window.frame().chat().reading_place();
    ASSERT_NE(place, chat::ReadingPlace{});
    ASSERT_EQ(sandbox->as("someone", {"send", "general", "one below"}).code, 0);
    ASSERT_TRUE(on_screen_once(window, "one below"));
    window.pump(300);
    EXPECT_EQ(window.frame().chat().reading_place(), place);
    window.press(WXK_ESCAPE);
    window.pump(200);
    EXPECT_EQ(window.frame().chat().reading_place(), chat::ReadingPlace{});
}

TEST(GuiWindow, WhatIsTypedWithoutReplicasIsSentOnceWhenTheyAreBack) {
    Window window(*cluster, "first");
    ASSERT_TRUE(window.until([&] { return window.model().connection().state == ConnectionStatus::State::online; }));
    for (int replica = 1; replica <= cluster->size(); ++replica) cluster->process(replica).signal(SIGKILL);
    ASSERT_TRUE(window.until([&] { return window.model().connection().state != ConnectionStatus::State::online; }));
    window.say("typed in the dark");
    ASSERT_TRUE(window.until([&] { return window.model().selected()->sending().size() == 1; }));
    window.close();

    Window again(*cluster, "first");
    ASSERT_TRUE(again.until([&] { return again.model().selected() != nullptr && again.model().selected()->sending().size() == 1; }))
        << "opens without any replica, with what is not sent yet";
    EXPECT_THAT(again.texts(), ::testing::Contains("hello world"));
    for (int replica = 1; replica <= cluster->size(); ++replica) cluster->start(replica);
    EXPECT_TRUE(on_screen_once(again, "typed in the dark"));
    again.pump(1000);
    EXPECT_TRUE(on_screen_once(again, "typed in the dark"));
}

TEST(GuiWindow, OneReplicaMayDieUnderIt) {
    Window window(*cluster, "first");
    ASSERT_TRUE(window.until([&] { return window.model().connection().state == ConnectionStatus::State::online; }));
    const int leader = cluster->leader();
    cluster->kill(leader);
    window.say("the leader is gone");
    EXPECT_TRUE(on_screen_once(window, "the leader is gone"));
    cluster->start(leader);
    ASSERT_TRUE(cluster->wait_until_all_are_up());
}

TEST(GuiWindow, WhatIsAskedOfAWindowThatWasClosedIsDropped) {
    Window window(*cluster, "first");
    ASSERT_TRUE(window.until([&] { return window.model().selected() != nullptr; }));
    MainFrame& frame = window.frame();   // is there for a turn of the loop
    frame.Close(true);
    frame.chat().toggle_members();
    frame.Close(true);
}

TEST(GuiWindow, AnAdministratorDisablesSomebodyByKeysAndGoesOnTyping) {
    Window window(*cluster, "first");
    ASSERT_TRUE(window.until([&] { return window.model().is_administrator() && window.model().selected() != nullptr; }));
    window.type("half a sentence");
    window.press('A', wxMOD_CONTROL | wxMOD_SHIFT);
    ASSERT_TRUE(window.frame().chat().shows_administration());
    const auto& users = window.model().admin().users();
    ASSERT_TRUE(window.until([&] { return users.users.size() == 2; }));
    window.type("someone");
    ASSERT_TRUE(window.until([&] { return users.pattern == "someone" && users.users.size() == 1; }));
    window.press(WXK_DOWN);      // chooses the one
    window.press(WXK_RETURN);    // to the first button, a new password; disabling is the second
    window.press(WXK_TAB);
    window.press(WXK_SPACE);
    window.pump(200);
    EXPECT_FALSE(users.users.front().is_disabled) << "it is asked first";
    EXPECT_THAT(nameless_widgets(window.frame()), IsEmpty()) << "with a question open";
    window.press(WXK_TAB, wxMOD_SHIFT);   // from Cancel to the answer that does it
    window.press(WXK_SPACE);
    ASSERT_TRUE(window.until([&] { return users.users.size() == 1 && users.users.front().is_disabled; }));
    EXPECT_EQ(window.model().admin().outcome().sentence, "someone is disabled.");
    EXPECT_EQ(sandbox->as("someone", {"send", "general", "am I out?"}).code, 1);
    using Tab = AdminPage::Tab;
    for (const Tab tab : {Tab::users, Tab::rooms, Tab::registration, Tab::audit, Tab::cluster}) {
        window.frame().chat().administration()->show_tab(tab);
        window.pump(300);
        EXPECT_THAT(nameless_widgets(window.frame()), IsEmpty()) << "part " << static_cast<int>(tab);
    }
    EXPECT_EQ(window.model().admin().audit().entries.size(), 1U);
    EXPECT_EQ(window.model().admin().rooms().rooms.size(), 2U);
    window.press(WXK_ESCAPE);
    EXPECT_FALSE(window.frame().chat().shows_administration());
    window.press(WXK_RETURN);
    EXPECT_TRUE(on_screen_once(window, "half a sentence"));
}

TEST(GuiWindow, WhoIsNoAdministratorFindsNoSuchPage) {
    register_person(*cluster, *sandbox, "third");
    Window window(*cluster, "third");
    ASSERT_TRUE(window.until([&] { return window.model().selected() != nullptr && window.model().connection().state == ConnectionStatus::State::online; }));
    window.pump(500);
    window.press('A', wxMOD_CONTROL | wxMOD_SHIFT);
    EXPECT_FALSE(window.frame().chat().shows_administration());
}

TEST(GuiWindow, WhatAnAdministratorDoesWithoutReplicasIsDoneWhenTheyAreBack) {
    Window window(*cluster, "first");
    ASSERT_TRUE(window.until([&] { return window.model().is_administrator(); }));
    window.press('A', wxMOD_CONTROL | wxMOD_SHIFT);
    const auto& users = window.model().admin().users();
    window.type("someone");
    ASSERT_TRUE(window.until([&] { return users.pattern == "someone" && users.users.size() == 1 && users.users.front().is_disabled; }));
    for (int replica = 1; replica <= cluster->size(); ++replica) cluster->process(replica).signal(SIGKILL);
    ASSERT_TRUE(window.until([&] { return window.model().connection().state != ConnectionStatus::State::online; }));
    window.press(WXK_DOWN);
    window.press(WXK_RETURN);
    window.press(WXK_TAB);
    window.press(WXK_SPACE);     // enabling is not asked about
    ASSERT_TRUE(window.until([&] { return window.model().admin().is_busy("someone"); }));
    for (int replica = 1; replica <= cluster->size(); ++replica) cluster->start(replica);
    EXPECT_TRUE(window.until([&] { return users.users.size() == 1 && !users.users.front().is_disabled; }));
    EXPECT_EQ(window.model().admin().outcome().sentence, "someone may log in again.");
}

}  // namespace
}  // namespace parley::gui::testing
