// Making and checking manifests: hashes of an image's bytes. Reads the file it is given and nothing else, so it may run
// away from the Loop.
#pragma once

#include "consensus/snapshot/messages.hpp"
#include "net/ports/disk.hpp"

namespace parley::consensus {

ImageHash hash_of_chunk(net::ByteView bytes);

// The manifest of the image that lies in `file`.
net::Result<Manifest> measure(net::File& file, Slot slot, std::uint64_t digest, std::uint32_t chunk_size);

// The chunk as it lies in the file, none when it is not what the manifest says.
net::Result<bool> holds_chunk(net::File& file, const Manifest& manifest, std::size_t chunk);

}  // namespace parley::consensus
