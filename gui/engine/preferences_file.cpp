#include "gui/engine/preferences_file.hpp"

#include <fmt/format.h>

#include "chat/client/account_file.hpp"
#include "gui/engine/text_file.hpp"

namespace parley::gui {
namespace {

std::string file_of(const std::string& folder, chat::UserId user) { return chat::path_in(folder, fmt::format("settings-{:016x}", user.value)); }

}  // namespace

net::Result<Preferences> read_preferences(net::Disk& disk, const std::string& folder, chat::UserId user) {
    const std::string path = file_of(folder, user);
    if (!disk.exists(path)) return Preferences{};
    const auto text = read_text(disk, path);
    if (!text) return text.error();
    return parse_preferences(*text, disk.native_path(path));
}

net::Result<void> write_preferences(net::Disk& disk, const std::string& folder, chat::UserId user, std::uint32_t writer, const Preferences& preferences) {
    const std::string fresh = chat::path_in(folder, fmt::format("settings.new-{}", writer));
    if (net::Result<void> written = replace_text(disk, fresh, file_of(folder, user), preferences_text(preferences)); !written) return written;
    return disk.sync_directory(folder);
}

std::string read_language(net::Disk& disk) {
    const auto text = disk.exists(language_file) ? read_text(disk, language_file) : net::Result<std::string>{""};
    return language_chosen(text ? *text : "");
}

net::Result<void> write_language(net::Disk& disk, std::uint32_t writer, const std::string& language) {
    return replace_text(disk, fmt::format("{}.new-{}", language_file, writer), language_file, language + "\n");
}

}  // namespace parley::gui
