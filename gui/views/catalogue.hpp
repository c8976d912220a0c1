// Catalogue: the words of another language, read from parley.mo by wxWidgets and given to the whole window (gui/model/words.hpp).
#pragma once

#include <string>

namespace parley::gui {

// Before the first window and the engine. Looks in share/locale beside the folder of the program, which is so in the build tree and where it is installed.
// False: there is no such catalogue, and everything stays English; so it is with "en", without one.
bool speak(const std::string& language);
// In the language that was chosen for this profile, or in the desktop's (gui/model/language.hpp); gives which one. GTK's own words (of the file dialogue,
// say) go by the environment and by a locale that is installed; they follow as far as that goes.
std::string speak_as_chosen(const std::string& profile_folder);

}  // namespace parley::gui
