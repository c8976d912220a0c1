// Where the programs keep things of the user who runs them: the XDG base directories.
#pragma once

#include <string>

namespace parley::chat {

std::string user_home();                                  // $HOME
std::string state_home();                               // $XDG_STATE_HOME/parley, else ~/.local/state/parley
std::string config_home();                              // $XDG_CONFIG_HOME/parley, else ~/.config/parley
std::string download_home();                              // $XDG_DOWNLOAD_DIR, else ~/Downloads; below it: parley
std::string profile_folder(const std::string& profile); // $XDG_DATA_HOME/parley/profiles/NAME, else ~/.local/share/…

}  // namespace parley::chat
