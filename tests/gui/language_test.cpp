// The window in another language, on a machine that has no locale of it.
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/cli/paths.hpp"
#include "gui/model/language.hpp"
#include "gui/views/catalogue.hpp"
#include "gui/views/text.hpp"
#include "tests/gui/display.hpp"
#include "tests/gui/stage.hpp"

namespace parley::gui::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

void collect_texts(const wxWindow& window, std::vector<std::string>& found) {
    for (wxWindow* child : window.GetChildren()) {
        if (child->IsShownOnScreen()) found.push_back(to_utf8(child->GetLabel()));
        collect_texts(*child, found);
    }
}

std::vector<std::string> texts_of(const MainFrame& frame) {
    std::vector<std::string> found;
    collect_texts(frame, found);
    return found;
}

// What the desktop asks for, and English again behind it.
class InLanguage {
public:
    InLanguage(const char* wanted, const std::string& folder) {
        ::setenv("LANGUAGE", wanted, 1);
        spoken_ = speak_as_chosen(folder);
    }
    ~InLanguage() {
        ::setenv("LANGUAGE", "en", 1);
        speak("en");
    }
    InLanguage(const InLanguage&) = delete;
    InLanguage& operator=(const InLanguage&) = delete;
    [[nodiscard]] const std::string& spoken() const { return spoken_; }

private:
    std::string spoken_;
};

TEST(GuiLanguage, IsTheDesktopsWithoutALocaleOfIt) {
    const InLanguage language("de", sandbox->path("nowhere"));
    ASSERT_EQ(language.spoken(), "de");
    Window window(*cluster, "sprecherin");
    EXPECT_THAT(texts_of(window.frame()), Contains("Willkommen bei Parley"));
    EXPECT_THAT(texts_of(window.frame()), Contains("Konto anlegen"));
    window.register_account("sprecherin");
    EXPECT_EQ(spoken_name(window_named(window.frame(), "Nachricht an #general")), "Nachricht an #general");
    EXPECT_THAT(texts_of(window.frame()), Contains("Melden: alles"));
    EXPECT_THAT(nameless_widgets(window.frame()), IsEmpty());
    window.say("guten Morgen");
    ASSERT_TRUE(on_screen_once(window, "guten Morgen"));
    window.press(',', wxMOD_CONTROL);
    ASSERT_TRUE(window.frame().chat().shows_settings());
    EXPECT_THAT(texts_of(window.frame()), Contains("Schriftgröße"));
    EXPECT_THAT(to_utf8(window.frame().GetTitle()), HasSubstr("Einstellungen"));
    EXPECT_THAT(nameless_widgets(window.frame()), IsEmpty());
    window.press(WXK_ESCAPE);
    window.frame().chat().search_everywhere();
    EXPECT_NO_THROW(window_named(window.frame(), "In allen Räumen suchen"));
}

TEST(GuiLanguage, ARefusalIsWordedByTheWindow) {
    register_person(*cluster, *sandbox, "vergeben");
    const InLanguage language("de", sandbox->path("nowhere"));
    Window window(*cluster, "zweite");
    window.click(button_labelled(window.frame(), "Ich habe ein Konto"));
    window_named(window.frame(), "Name").SetFocus();
    window.type("vergeben");
    window.press(WXK_TAB);
    window.type("not the password");
    window.press(WXK_RETURN);
    ASSERT_TRUE(window.until([&] { return !window.model().form().sentence.empty(); }));
    EXPECT_EQ(window.model().form().sentence, "Name oder Passwort ist falsch: bitte noch einmal versuchen.");
}

TEST(GuiLanguage, IsChosenInTheSettingsForTheNextStart) {
    {
        Window window(*cluster, "waehlerin");
        window.register_account("waehlerin");
        window.press(',', wxMOD_CONTROL);
        window_named(window.frame(), "Language").SetFocus();
        window.press(WXK_DOWN);
        window.press(WXK_DOWN);
        ASSERT_TRUE(window.until([&] { return window.model().language() == "de"; }));
        EXPECT_THAT(texts_of(window.frame()), Contains("The window speaks this language when it is started the next time."));
        EXPECT_THAT(texts_of(window.frame()), Contains("Colours")) << "until then nothing changes";
    }
    const std::string folder = chat::profile_folder("waehlerin");
    ASSERT_TRUE(std::filesystem::exists(folder + "/" + language_file)) << folder;
    const InLanguage language("en", folder);
    EXPECT_EQ(language.spoken(), "de") << "the choice goes before the desktop";
    Window again(*cluster, "waehlerin");
    again.press(',', wxMOD_CONTROL);
    EXPECT_THAT(texts_of(again.frame()), Contains("Farben"));
}

}  // namespace
}  // namespace parley::gui::testing
