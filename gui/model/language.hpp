// Language: which ones the window has words in (po/), and which of them it speaks: the one that was chosen for the profile, or the first that the
// environment names and the window has.
#pragma once

#include <array>
#include <functional>
#include <string>

#include "gui/model/words.hpp"

namespace parley::gui {

struct Language {
    const char* code;     // as a catalogue is called, and as the file of the choice has it
    const char* name;     // in the settings; each by its own name
};
// The first one leaves it to the environment.
inline constexpr std::array languages{Language{"system", N_("As the desktop")}, Language{"en", "English"}, Language{"de", "Deutsch"}};
// The choice lies in the profile's folder and not with an account's settings: the page that logs somebody in speaks, too.
inline constexpr const char* language_file = "language";

// What the file has, or anything else: "system" then.
std::string language_chosen(const std::string& text);
// `variable` gives a variable of the environment, empty when it is not set. In the order of gettext: LANGUAGE with several, LC_ALL, LC_MESSAGES, LANG.
// Unlike there LANGUAGE also counts where the locale is C.UTF-8: no locale need be installed.
std::string language_spoken(const std::string& chosen, const std::function<std::string(const char* variable)>& variable);

}  // namespace parley::gui
