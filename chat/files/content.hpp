// What a file consists of: chunks of one size, each named by its hash, and a hash over these names for the whole. The same
// bytes have the same names on every machine. Pure functions; where bytes lie and who may have them is decided elsewhere.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "net/archive/archive.hpp"
#include "net/ports/bytes.hpp"

namespace parley::chat {

// All chunks of a file have this size, but for its last one, which has what is left.
inline constexpr std::uint64_t chunk_bytes = std::uint64_t{1} << 20U;

// SHA-256: `sha256sum` of the bytes of a chunk prints its name. Processors compute it themselves, so it is what a file costs least by.
using ChunkHash = std::array<std::byte, 32>;
using FileHash = std::array<std::byte, 32>;

ChunkHash hash_of_chunk(net::ByteView bytes);
// Of the size and the names of the chunks, in order.
FileHash hash_of_file(std::uint64_t size, const std::vector<ChunkHash>& chunks);

// How many chunks a file of this size has; an empty one has none.
constexpr std::uint64_t chunks_of(std::uint64_t size) { return size / chunk_bytes + (size % chunk_bytes == 0 ? 0 : 1); }
// How many bytes chunk number `place` of it has, from 0 on.
constexpr std::uint64_t bytes_of_chunk(std::uint64_t size, std::uint64_t place) {
    const std::uint64_t before = place * chunk_bytes;
    return size - before < chunk_bytes ? size - before : chunk_bytes;
}

}  // namespace parley::chat
