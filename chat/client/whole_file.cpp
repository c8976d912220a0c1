#include "chat/client/whole_file.hpp"

#include <algorithm>

namespace parley::chat {

net::Result<net::Bytes> read_whole(net::Disk& disk, const std::string& path, std::uint64_t bytes_max) {
    const auto file = disk.open(path, net::OpenMode::read_only);
    if (!file) return file.error();
    const net::Result<std::uint64_t> size = (*file)->size();
    if (!size) return size.error();
    net::Bytes bytes(static_cast<std::size_t>(std::min(*size, bytes_max)));
    const net::Result<std::size_t> got = (*file)->read(0, bytes);
    if (!got) return got.error();
    bytes.resize(*got);
    return bytes;
}

net::Result<void> replace_whole(net::Disk& disk, const std::string& fresh, const std::string& path, net::ByteView bytes) {
    if (disk.exists(fresh)) {
        if (net::Result<void> removed = disk.remove(fresh); !removed) return removed;
    }
    const auto file = disk.open(fresh, net::OpenMode::create_new);
    if (!file) return file.error();
    if (net::Result<void> written = (*file)->write(0, bytes); !written) return written;
    if (net::Result<void> synced = (*file)->sync(); !synced) return synced;
    return disk.rename(fresh, path);
}

}  // namespace parley::chat
