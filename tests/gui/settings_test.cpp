// Settings and suggestions in the window: what is chosen counts at once and is there the next time, and nothing is sent by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gui/views/accessible.hpp"
#include "gui/views/reply_chips.hpp"
#include "tests/gui/display.hpp"
#include "tests/gui/stage.hpp"

namespace parley::gui::testing {
namespace {

using ::testing::IsEmpty;

TEST(GuiSettings, AreReachedByKeysCountAtOnceAndAreThereAgain) {
    Window window(*cluster, "chooser");
    window.register_account("chooser");
    window.type("half of a thought");
    window.press(',', wxMOD_CONTROL);
    ASSERT_TRUE(window.frame().chat().shows_settings());
    EXPECT_THAT(nameless_widgets(window.frame()), IsEmpty());
    const int height = window.frame().GetCharHeight();
    window.frame().set_theme("dark");
    ASSERT_TRUE(window.until([&] { return window.model().preferences().theme == Preferences::Theme::dark; }));
    const int complaints_before = complaints();
    for (const int percent : {90, 150, 130}) {
        window.frame().set_text_percent(percent);
        ASSERT_TRUE(window.until([&] { return window.model().preferences().text_percent == percent; }));
        window.pump(300);
    }
    EXPECT_EQ(complaints(), complaints_before) << "a widget got a place too small for its letters";
    EXPECT_GT(window.frame().GetCharHeight(), height);
    window.press(WXK_ESCAPE);
    ASSERT_TRUE(window.frame().chat().shows_room());
    window.press(WXK_RETURN);
    EXPECT_TRUE(on_screen_once(window, "half of a thought")) << "what was being typed is still there";
    window.close();

    Window again(*cluster, "chooser");
    EXPECT_EQ(again.model().preferences().theme, Preferences::Theme::dark);
    EXPECT_EQ(again.model().preferences().text_percent, 130);
    again.frame().set_text_percent(100);
    again.frame().set_theme("system");
    ASSERT_TRUE(again.until([&] { return again.model().preferences() == Preferences{}; }));
    again.pump(200);
}

TEST(GuiReplies, AreTakenOverByAKeyOrAClickAndSentByNobodyButTheReader) {
    Window window(*cluster, "chooser");
    ASSERT_TRUE(window.until([&] { return window.model().selected() != nullptr && window.model().connection().state == ConnectionStatus::State::online; }));
    register_person(*cluster, *sandbox, "asker");
    ASSERT_EQ(sandbox->as("asker", {"send", "general", "thank you!"}).code, 0);
    ASSERT_TRUE(window.until([&] { return window.model().suggestions() != nullptr; }));
    window.pump(200);
    ASSERT_TRUE(window.frame().chat().replies().IsShown());
    EXPECT_THAT(nameless_widgets(window.frame()), IsEmpty());
    const std::vector<std::string> texts = window.model().suggestions()->texts;
    const std::size_t before = window.texts().size();
    window.type("well,");
    window.press('1', wxMOD_ALT);
    window.pump(600);
    EXPECT_EQ(window.model().selected()->draft, "well, " + texts.front());
    EXPECT_EQ(window.texts().size(), before) << "nothing was sent";
    EXPECT_THAT(window.model().selected()->sending(), IsEmpty());
    window.press(WXK_RETURN);
    ASSERT_TRUE(on_screen_once(window, "well, " + texts.front()));
    EXPECT_FALSE(window.frame().chat().replies().IsShown()) << "it is answered";

    ASSERT_EQ(sandbox->as("asker", {"send", "general", "thank you very much!"}).code, 0);
    ASSERT_TRUE(window.until([&] { return window.model().suggestions() != nullptr; }));
    window.pump(300);
    const std::string first = window.model().suggestions()->texts.front();
    ReplyChips& chips = window.frame().chat().replies();
    window.click(*chips.GetChildren().GetFirst()->GetData());
    window.pump(600);
    EXPECT_EQ(window.model().selected()->draft, first);
    for (std::size_t i = 0; i < first.size(); ++i) window.press(WXK_BACK);
}

}  // namespace
}  // namespace parley::gui::testing
