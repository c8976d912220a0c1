// Small files that are read and replaced as a whole: a reader sees the old one or the new one, never a part.
#pragma once

#include <string>

#include "net/ports/disk.hpp"

namespace parley::chat {

// At most `bytes_max` of it, from the first byte on.
net::Result<net::Bytes> read_whole(net::Disk& disk, const std::string& path, std::uint64_t bytes_max);
// `fresh`: a name nobody else uses meanwhile. That it is the new one is durable once its folder is synced.
net::Result<void> replace_whole(net::Disk& disk, const std::string& fresh, const std::string& path, net::ByteView bytes);

}  // namespace parley::chat
