// The list of servers beside the log-in form, by keyboard and by mouse: going to another one, taking one off, and what does not answer.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/cli/used_servers.hpp"
#include "gui/views/text.hpp"
#include "tests/gui/stage.hpp"

namespace parley::gui::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<chat::UsedServer> of_profile(const std::string& profile) {
    std::vector<chat::UsedServer> all = chat::used_servers(profile);
    std::erase_if(all, [&](const chat::UsedServer& one) { return one.profile != profile; });
    return all;
}

// By the keys of the list, from its beginning.
void choose(Window& window, const std::string& words) {
    ListBox& list = window.frame().servers()->list();
    list.SetFocus();
    window.pump(100);
    window.press(WXK_HOME);
    for (std::size_t step = 0; step < 100; ++step) {
        if (list.selected() != nullptr && to_utf8(list.selected()->detail + list.selected()->text).find(words) != std::string::npos) return;
        window.press(WXK_DOWN);
    }
    FAIL() << "there is no " << words;
}

std::string chosen(Window& window) { return to_utf8(window.frame().servers()->list().selected()->text); }

TEST(GuiServers, OneGoesToTheServerOfAnotherProfileByKeyAndIsIn) {
    register_person(*cluster, *sandbox, "switcher");
    { Window first(*cluster, "switcher"); }
    ASSERT_EQ(of_profile("switcher").size(), 1U);
    EXPECT_EQ(of_profile("switcher").front().accounts, std::vector<std::string>{"switcher"});

    Window window(*cluster, "switchers-second");
    ASSERT_FALSE(window.model().is_logged_in());
    ASSERT_TRUE(window.until([&] { return window.frame().servers() != nullptr && window.frame().servers()->IsShownOnScreen(); }));
    EXPECT_THAT(nameless_widgets(window.frame()), IsEmpty());
    choose(window, "switcher · profile switcher");
    ASSERT_TRUE(window.until([&] { return chosen(window).find("answers") != std::string::npos; }));
    EXPECT_THAT(spoken_name(window.frame().servers()->list()), HasSubstr("127.0.0.1"));
    window.press(WXK_RETURN);
    ASSERT_TRUE(window.until([&] { return window.model().is_logged_in() && window.model().selected() != nullptr; }));
    EXPECT_EQ(window.model().own_name(), "switcher");
    window.pump(300);
    window.say("from the other profile");
    EXPECT_TRUE(on_screen_once(window, "from the other profile"));
}

TEST(GuiServers, AFormThatWasRefusedElsewhereLogsInWhereOneGoesByMouse) {
    Window window(*cluster, "mouser");
    ASSERT_TRUE(window.until([&] { return !of_profile("mouser").empty(); }));
    ASSERT_TRUE(chat::note_server_used("mouser", "cluster-plain", {"127.0.0.1:1"}, "", 4'000'000'000'000));
    window.frame().servers()->list().SetFocus();
    ASSERT_TRUE(window.until([&] {   // read anew, and asked
        window.press(WXK_HOME);
        const ListItem* item = window.frame().servers()->list().selected();
        return item != nullptr && to_utf8(item->detail).starts_with("127.0.0.1:1 ") && to_utf8(item->text).find("does not answer") != std::string::npos;
    }));
    window.click(button_labelled(window.frame(), "Go there"));
    ASSERT_TRUE(window.until([&] { return window.model().connection().state != ConnectionStatus::State::online; }));
    window.pump(1500);
    EXPECT_FALSE(window.model().is_logged_in());

    choose(window, "profile mouser");   // the newest of them is nowhere
    window.press(WXK_DELETE);
    ASSERT_TRUE(window.until([&] { return of_profile("mouser").size() == 1; }));
    EXPECT_EQ(of_profile("mouser").front().addresses, cluster->servers());
    choose(window, "profile mouser");
    ASSERT_TRUE(window.until([&] { return chosen(window).find("answers") != std::string::npos; }));
    window.click(button_labelled(window.frame(), "Go there"));
    ASSERT_TRUE(window.until([&] { return window.model().connection().state == ConnectionStatus::State::online; }));
    window.pump(300);
    window.register_account("mouser");
    EXPECT_EQ(window.model().own_name(), "mouser");
    ASSERT_TRUE(window.until([&] { return of_profile("mouser").front().accounts == std::vector<std::string>{"mouser"}; }));
    EXPECT_FALSE(window.frame().servers()->IsShownOnScreen());
}

TEST(GuiServers, OneIsTakenOffTheListByMouse) {
    ASSERT_TRUE(chat::note_server_used("tidy", "cluster-old", {"127.0.0.1:2"}, "", 1000));
    Window window(*cluster, "tidy");
    ASSERT_TRUE(window.until([&] { return of_profile("tidy").size() == 2; }));
    ASSERT_TRUE(window.until([&] { return window.frame().servers()->IsShownOnScreen(); }));
    choose(window, "127.0.0.1:2 · profile tidy");
    window.click(button_labelled(window.frame(), "Take off the list"));
    ASSERT_TRUE(window.until([&] { return of_profile("tidy").size() == 1; }));
    EXPECT_EQ(of_profile("tidy").front().addresses, cluster->servers());
}

}  // namespace
}  // namespace parley::gui::testing
