#include "consensus/snapshot/manifest.hpp"

#include <algorithm>

#include <xxhash.h>

#include "net/archive/archive.hpp"

namespace parley::consensus {

namespace {

std::uint64_t chunks_for(std::uint64_t size, std::uint32_t chunk_size) { return (size + chunk_size - 1) / chunk_size; }

net::Result<net::Bytes> read_chunk(net::File& file, const Manifest& manifest, std::size_t chunk) {
    net::Bytes bytes(manifest.bytes_of(chunk));
    const auto got = file.read(manifest.offset_of(chunk), bytes);
    if (!got) return got.error();
    bytes.resize(*got);
    return bytes;
}

}  // namespace

ImageHash hash_of_chunk(net::ByteView bytes) {
    const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
    return ImageHash{hash.low64, hash.high64};
}

ImageId Manifest::id() const { return ImageId{slot, hash_of_chunk(net::encode(*this))}; }

bool Manifest::sane() const {
    return slot.value > 0 && size > 0 && chunk_size > 0 && chunk_size <= chunk_size_max && chunks.size() <= chunks_max &&
           chunks.size() == chunks_for(size, chunk_size);
}

std::size_t Manifest::bytes_of(std::size_t chunk) const {
    return static_cast<std::size_t>(std::min<std::uint64_t>(chunk_size, size - offset_of(chunk)));
}

net::Result<Manifest> measure(net::File& file, Slot slot, std::uint64_t digest, std::uint32_t chunk_size) {
    const auto size = file.size();
    if (!size) return size.error();
    Manifest manifest{slot, digest, *size, chunk_size, {}};
    const std::uint64_t count = chunks_for(manifest.size, chunk_size);
    if (count > Manifest::chunks_max) return net::Error{net::ErrorKind::refused, "the state is too large for an image"};
    for (std::size_t chunk = 0; chunk < count; ++chunk) {
        const auto bytes = read_chunk(file, manifest, chunk);
        if (!bytes) return bytes.error();
        manifest.chunks.push_back(hash_of_chunk(*bytes));
    }
    return manifest;
}

net::Result<bool> holds_chunk(net::File& file, const Manifest& manifest, std::size_t chunk) {
    const auto bytes = read_chunk(file, manifest, chunk);
    if (!bytes) return bytes.error();
    return hash_of_chunk(*bytes) == manifest.chunks[chunk];
}

}  // namespace parley::consensus
