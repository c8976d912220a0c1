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
    if (disk.exists(fresh)) {
        if (net::Result<void> removed = disk.remove(fresh); !removed) return removed;
    }
    const auto file = disk.open(fresh, net::OpenMode::create_new);
    if (!file) return file.error();
    if (net::Result<void> written = (*file)->write(0, bytes_of(preferences_text(preferences))); !written) return written;
    if (net::Result<void> synced = (*file)->sync(); !synced) return synced;
    if (net::Result<void> renamed = disk.rename(fresh, file_of(folder, user)); !renamed) return renamed;
    return disk.sync_directory(folder);
}

}  // namespace parley::gui
