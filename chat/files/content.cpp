#include "chat/files/content.hpp"

#include <string_view>

#include <sodium.h>

#include "net/ports/check.hpp"

namespace parley::chat {
namespace {

using Hash = std::array<std::byte, 32>;

// Each kind of thing has a key of its own, so that no list of names is ever taken for a chunk with these bytes.
Hash keyed_hash(std::string_view key, net::ByteView bytes) {
    // Chooses the fastest implementation for this machine; harmless to repeat.
    static const bool is_ready = sodium_init() >= 0;
    CHECK(is_ready, "libsodium cannot start");
    Hash hash{};
    // libsodium takes and gives unsigned characters.
    const auto* const from = reinterpret_cast<const unsigned char*>(bytes.data());  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
    const auto* const with = reinterpret_cast<const unsigned char*>(key.data());  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
    auto* const to = reinterpret_cast<unsigned char*>(hash.data());  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
    const int done = crypto_generichash(to, hash.size(), from, bytes.size(), with, key.size());
    CHECK(done == 0, "BLAKE2b refused its arguments");
    return hash;
}

}  // namespace

ChunkHash hash_of_chunk(net::ByteView bytes) { return keyed_hash({}, bytes); }

FileHash hash_of_file(std::uint64_t size, const std::vector<ChunkHash>& chunks) {
    net::OutArchive out{sizeof size + 4 + chunks.size() * sizeof(ChunkHash)};
    out & size & chunks;
    return keyed_hash("parley file: size, chunks", out.take());
}

}  // namespace parley::chat
