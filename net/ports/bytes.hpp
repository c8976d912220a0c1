// Byte containers shared by every layer. A SharedBytes is encoded once and never changed afterwards,
// so any number of links and log writes may hold it without a copy.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace parley::net {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;
using SharedBytes = std::shared_ptr<const Bytes>;

inline SharedBytes share(Bytes bytes) { return std::make_shared<const Bytes>(std::move(bytes)); }

}  // namespace parley::net
