#include "gui/engine/preferences_file.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "chat/client/account_file.hpp"

namespace parley::gui {
namespace {

constexpr std::uint64_t bytes_max = 16 * 1024;

std::string file_of(const std::string& folder, chat::UserId user) { return chat::path_in(folder, fmt::format("settings-{:016x}", user.value)); }

net::Bytes bytes_of(const std::string& text) {
    net::Bytes bytes(text.size());
    std::memcpy(bytes.data(), text.data(), text.size());
    return bytes;
}

net::Result<std::string> read_text(net::Disk& disk, const std::string& path) {
    const auto file = disk.open(path, net::OpenMode::read_only);
    if (!file) return file.error();
    const net::Result<std::uint64_t> size = (*file)->size();
    if (!size) return size.error();
    net::Bytes bytes(static_cast<std::size_t>(std::min(*size, bytes_max)));
    const net::Result<std::size_t> got = (*file)->read(0, bytes);
    if (!got) return got.error();
    std::string text(*got, '\0');
    std::memcpy(text.data(), bytes.data(), text.size());
    return text;
}

// The file is the old one or the new one, never a part.
net::Result<void> replace(net::Disk& disk, const std::string& fresh, const std::string& path, const std::string& text) {
    if (disk.exists(fresh)) {
        if (net::Result<void> removed = disk.remove(fresh); !removed) return removed;
    }
    const auto file = disk.open(fresh, net::OpenMode::create_new);
    if (!file) return file.error();
    if (net::Result<void> written = (*file)->write(0, bytes_of(text)); !written) return written;
    if (net::Result<void> synced = (*file)->sync(); !synced) return synced;
    return disk.rename(fresh, path);
}

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
    if (net::Result<void> written = replace(disk, fresh, file_of(folder, user), preferences_text(preferences)); !written) return written;
    return disk.sync_directory(folder);
}

std::string read_language(net::Disk& disk) {
    const auto text = disk.exists(language_file) ? read_text(disk, language_file) : net::Result<std::string>{""};
    return language_chosen(text ? *text : "");
}

net::Result<void> write_language(net::Disk& disk, std::uint32_t writer, const std::string& language) {
    return replace(disk, fmt::format("{}.new-{}", language_file, writer), language_file, language + "\n");
}

}  // namespace parley::gui
