// PreferencesFile: the preferences of one user in the folder of a cluster, and the language of the profile in the one above; read and replaced as a whole.
#pragma once

#include <string>

#include "chat/state/commands.hpp"
#include "gui/model/language.hpp"
#include "gui/model/preferences.hpp"
#include "net/ports/disk.hpp"

namespace parley::gui {

// A file that is not there is the defaults. The error is a sentence with the file's place.
net::Result<Preferences> read_preferences(net::Disk& disk, const std::string& folder, chat::UserId user);
// `writer` keeps two windows of a profile from using one temporary name. Durable when it returns.
net::Result<void> write_preferences(net::Disk& disk, const std::string& folder, chat::UserId user, std::uint32_t writer, const Preferences& preferences);


// One of `languages`; a file that is not there or not readable is "system".
std::string read_language(net::Disk& disk);
// Not synced to its folder: a choice that a power cut takes back is made again.
net::Result<void> write_language(net::Disk& disk, std::uint32_t writer, const std::string& language);

}  // namespace parley::gui
