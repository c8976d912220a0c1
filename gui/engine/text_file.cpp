#include "gui/engine/text_file.hpp"

#include <algorithm>
#include <cstring>

namespace parley::gui {
namespace {

constexpr std::uint64_t bytes_max = 16 * 1024;

net::Bytes bytes_of(const std::string& text) {
    net::Bytes bytes(text.size());
    std::memcpy(bytes.data(), text.data(), text.size());
    return bytes;
}

}  // namespace

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

net::Result<void> replace_text(net::Disk& disk, const std::string& fresh, const std::string& path, const std::string& text) {
    if (disk.exists(fresh)) {
        if (net::Result<void> removed = disk.remove(fresh); !removed) return removed;
    }
    const auto file = disk.open(fresh, net::OpenMode::create_new);
    if (!file) return file.error();
    if (net::Result<void> written = (*file)->write(0, bytes_of(text)); !written) return written;
    if (net::Result<void> synced = (*file)->sync(); !synced) return synced;
    return disk.rename(fresh, path);
}

}  // namespace parley::gui
