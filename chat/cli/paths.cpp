// XDG base directories; a user without HOME is looked up in the password database.
#include "chat/cli/paths.hpp"

#include <cstdlib>
#include <stdexcept>

#include <pwd.h>
#include <unistd.h>

namespace parley::chat {
namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::string home() {
    const std::string named = variable("HOME");
    if (!named.empty()) return named;
    const passwd* entry = getpwuid(getuid());
    if (entry != nullptr && entry->pw_dir != nullptr) return entry->pw_dir;
    throw std::runtime_error("no home folder is known; set HOME or XDG_STATE_HOME and XDG_DATA_HOME");
}

// A relative path in an XDG variable is to be ignored, says the specification.
std::string base(const char* name, const char* below_home) {
    const std::string named = variable(name);
    return named.starts_with('/') ? named : home() + below_home;
}

}  // namespace

std::string user_home() { return home(); }

std::string state_home() { return base("XDG_STATE_HOME", "/.local/state") + "/parley"; }

std::string config_home() { return base("XDG_CONFIG_HOME", "/.config") + "/parley"; }

std::string download_home() { return base("XDG_DOWNLOAD_DIR", "/Downloads") + "/parley"; }

std::string profile_folder(const std::string& profile) {
    return base("XDG_DATA_HOME", "/.local/share") + "/parley/profiles/" + profile;
}

}  // namespace parley::chat
