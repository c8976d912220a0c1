// image | label | size of the label (8 bytes) | hash of label and size (8) | mark (8); numbers little-endian.
#include "chat/daemon/snapshot_file.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "consensus/snapshot/manifest.hpp"
#include "net/archive/archive.hpp"

namespace parley::chat {
namespace {

using net::Error;
using net::ErrorKind;

constexpr std::string_view mark = "PARLEYS1";
constexpr std::size_t ending_bytes = 24;
constexpr std::uint64_t label_bytes_max = std::uint64_t{8} << 20U;

void put_number(net::Bytes& bytes, std::uint64_t value) {
    for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<std::byte>(value >> (8 * i)));
}

std::uint64_t number_at(std::span<const std::byte> bytes, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) value |= std::to_integer<std::uint64_t>(bytes[at + i]) << (8 * i);
    return value;
}

Error no_snapshot() { return {ErrorKind::malformed, "this is no snapshot, or it was cut short: its end is missing"}; }

net::Result<net::Bytes> read_exactly(net::File& file, std::uint64_t offset, std::size_t size) {
    net::Bytes bytes(size);
    const auto got = file.read(offset, bytes);
    if (!got) return got.error();
    if (*got != size) return no_snapshot();
    return bytes;
}

net::Result<SnapshotLabel> read_label(net::File& file) {
    const auto size = file.size();
    if (!size) return size.error();
    if (*size < ending_bytes) return no_snapshot();
    const auto ending = read_exactly(file, *size - ending_bytes, ending_bytes);
    if (!ending) return ending.error();
    if (std::memcmp(ending->data() + 16, mark.data(), mark.size()) != 0) return no_snapshot();
    const std::uint64_t length = number_at(*ending, 0);
    if (length > label_bytes_max || length + ending_bytes > *size) return no_snapshot();
    auto bytes = read_exactly(file, *size - ending_bytes - length, length + 8);   // with its length, as it was hashed
    if (!bytes) return bytes.error();
    if (consensus::hash_of_chunk(*bytes).low != number_at(*ending, 8)) {
        return Error{ErrorKind::damaged, "this snapshot is not what was taken: its label was changed since"};
    }
    bytes->resize(length);
    auto label = net::decode<SnapshotLabel>(*bytes);
    if (!label || !label->manifest.sane() || label->manifest.size + length + ending_bytes != *size) return no_snapshot();
    return label;
}

}  // namespace

net::Result<void> label_snapshot(net::File& file, const SnapshotLabel& label) {
    net::Bytes bytes = net::encode(label);
    put_number(bytes, bytes.size());
    put_number(bytes, consensus::hash_of_chunk(bytes).low);
    std::ranges::transform(mark, std::back_inserter(bytes), [](char c) { return static_cast<std::byte>(c); });
    if (const auto written = file.write(label.manifest.size, bytes); !written) return written;
    return file.sync();
}

net::Result<SnapshotLabel> check_snapshot(net::File& file) {
    auto label = read_label(file);
    if (!label) return label;
    for (std::size_t chunk = 0; chunk < label->manifest.chunks.size(); ++chunk) {
        const auto holds = consensus::holds_chunk(file, label->manifest, chunk);
        if (!holds) return holds.error();
        if (!*holds) return Error{ErrorKind::damaged, "this snapshot is not what was taken: bytes in it were changed since. Use another one"};
    }
    return label;
}

}  // namespace parley::chat
