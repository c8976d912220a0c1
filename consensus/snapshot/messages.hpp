// What replicas say to each other about images of the state (docs/protocol.md, "Snapshots"). All of it is free: it says
// nothing about promises or votes. An image is known by its slot and the hash of its chunks, so that the same image may be
// fetched from several peers at once.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "consensus/core/types.hpp"

namespace parley::consensus {

// XXH3-128: against damage, not against forgers; replicas know each other by certificate.
struct ImageHash {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    friend auto operator<=>(const ImageHash&, const ImageHash&) = default;
};
template <class Archive>
void serialize(Archive& a, ImageHash& h, unsigned) {
    a & make_nvp("low", h.low) & make_nvp("high", h.high);
}

struct ImageId {
    Slot slot;
    ImageHash hash;   // of the whole manifest
    friend auto operator<=>(const ImageId&, const ImageId&) = default;
};
template <class Archive>
void serialize(Archive& a, ImageId& id, unsigned) {
    a & make_nvp("slot", id.slot) & make_nvp("hash", id.hash);
}

// What an image is, chunk by chunk.
struct Manifest {
    static constexpr std::uint32_t chunk_size_max = std::uint32_t{1} << 20U;
    static constexpr std::size_t chunks_max = std::size_t{1} << 17U;

    Slot slot;                       // the state after this slot
    std::uint64_t digest = 0;        // of the state, as the state machine computes it
    std::uint64_t size = 0;          // bytes
    std::uint32_t chunk_size = 0;    // of every chunk but the last
    std::vector<ImageHash> chunks;

    [[nodiscard]] ImageId id() const;
    // The numbers fit each other and the limits.
    [[nodiscard]] bool sane() const;
    [[nodiscard]] std::uint64_t offset_of(std::size_t chunk) const { return std::uint64_t{chunk} * chunk_size; }
    [[nodiscard]] std::size_t bytes_of(std::size_t chunk) const;
    friend bool operator==(const Manifest&, const Manifest&) = default;
};
template <class Archive>
void serialize(Archive& a, Manifest& m, unsigned) {
    a & make_nvp("slot", m.slot) & make_nvp("digest", m.digest) & make_nvp("size", m.size) &
        make_nvp("chunk_size", m.chunk_size) & make_nvp("chunks", m.chunks);
}

// Whoever lies below everybody's floor, to all: which image do you have that holds `next`?
struct ImageWanted {
    Slot next;
    friend bool operator==(const ImageWanted&, const ImageWanted&) = default;
};
// The answer, when there is one: now, or once it is made.
struct ImageOffered {
    Manifest manifest;
    friend bool operator==(const ImageOffered&, const ImageOffered&) = default;
};
struct ChunkWanted {
    ImageId image;
    std::uint32_t chunk = 0;
    friend bool operator==(const ChunkWanted&, const ChunkWanted&) = default;
};
// Empty: the sender does not have that image (any more).
struct ChunkData {
    ImageId image;
    std::uint32_t chunk = 0;
    net::Bytes bytes;
    friend bool operator==(const ChunkData&, const ChunkData&) = default;
};

using SnapshotMessage = std::variant<ImageWanted, ImageOffered, ChunkWanted, ChunkData>;

template <class Archive>
void serialize(Archive& a, ImageWanted& m, unsigned) { a & make_nvp("next", m.next); }
template <class Archive>
void serialize(Archive& a, ImageOffered& m, unsigned) { a & make_nvp("manifest", m.manifest); }
template <class Archive>
void serialize(Archive& a, ChunkWanted& m, unsigned) { a & make_nvp("image", m.image) & make_nvp("chunk", m.chunk); }
template <class Archive>
void serialize(Archive& a, ChunkData& m, unsigned) {
    a & make_nvp("image", m.image) & make_nvp("chunk", m.chunk) & make_nvp("bytes", m.bytes);
}

}  // namespace parley::consensus
