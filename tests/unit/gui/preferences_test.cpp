// The file with what somebody chose: what is written is read again, and what cannot be read says where and why.
#include "gui/model/preferences.hpp"

#include <gtest/gtest.h>

namespace parley::gui::testing {
namespace {

Preferences chosen() {
    Preferences preferences;
    preferences.theme = Preferences::Theme::dark;
    preferences.text_percent = 130;
    preferences.alerts = Preferences::Alerts::all;
    preferences.alert_sound = false;
    preferences.alert_text = false;
    preferences.has_tray_icon = true;
    return preferences;
}

std::string problem_of(const std::string& text) {
    const auto read = parse_preferences(text, "settings");
    return read ? "" : read.error().message;
}

TEST(Preferences, WhatIsWrittenIsReadAgain) {
    for (const Preferences& one : {Preferences{}, chosen()}) {
        const auto read = parse_preferences(preferences_text(one), "settings");
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(*read, one);
    }
}

TEST(Preferences, WhatIsNotNamedIsAsAtFirst) {
    const auto read = parse_preferences("# mine\n\n  theme=dark  \r\n", "settings");
    ASSERT_TRUE(read) << read.error().message;
    Preferences expected;
    expected.theme = Preferences::Theme::dark;
    EXPECT_EQ(*read, expected);
}

TEST(Preferences, WhatCannotBeReadIsASentenceWithItsLine) {
    EXPECT_EQ(problem_of("theme = dark\ntext_size = huge\n"), "settings, line 2: text_size is one of 90, 100, 115, 130, 150");
    EXPECT_EQ(problem_of("theme: dark"), "settings, line 1: expected is a name, = and a word");
    EXPECT_EQ(problem_of("colour = red"), "settings, line 1: unknown name \"colour\"; known are theme, text_size, notifications, sound, show_text, tray_icon");
    EXPECT_NE(problem_of(std::string("\0\x01\xFF", 3)), "");
}

}  // namespace
}  // namespace parley::gui::testing
