// Bytes of an open file at a place, all of them or an error that is a sentence.
#pragma once

#include <string>

#include "net/ports/bytes.hpp"
#include "net/ports/result.hpp"

namespace parley::chat {

// "cannot read tea.png: No such file or directory", of the present errno.
net::Error refused_by_system(const char* what, const std::string& path);
// How many there are, up to as many as fit; fewer at the end of the file.
net::Result<std::size_t> read_at(int descriptor, std::uint64_t offset, std::span<std::byte> into);
net::Result<void> write_at(int descriptor, std::uint64_t offset, net::ByteView bytes);

}  // namespace parley::chat
