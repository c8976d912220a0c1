// Preferences: what somebody chose for this window: colours, size of type, what is notified of. A small text of its own per user,
// one "name = word" a line, so that it can be read and mended by hand.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "net/ports/result.hpp"

namespace parley::gui {

struct Preferences {
    enum class Theme : std::uint8_t { system, light, dark };
    enum class Alerts : std::uint8_t { all, personal, none };   // personal: direct messages, and what names one or everybody
    Theme theme = Theme::system;
    int text_percent = 100;              // of the desktop's own size; one of text_percents
    Alerts alerts = Alerts::personal;
    bool alert_sound = true;
    bool alert_text = true;              // the notification shows what was said, not only by whom
    bool has_tray_icon = false;
    friend bool operator==(const Preferences&, const Preferences&) = default;
};

inline constexpr std::array<int, 5> text_percents{90, 100, 115, 130, 150};

const char* theme_name(Preferences::Theme theme);      // system, light, dark
Preferences::Theme theme_named(const std::string& name);   // anything else: system

std::string preferences_text(const Preferences& preferences);
// `name` is how the file is called in the error, a sentence with the line. What the text does not name is as at first.
net::Result<Preferences> parse_preferences(const std::string& text, const std::string& name);

}  // namespace parley::gui
