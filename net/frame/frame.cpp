#include "net/frame/frame.hpp"

#include <xxhash.h>

#include "net/archive/archive.hpp"
#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"

namespace parley::net {
namespace {

// The header as it travels, its own checksum last.
struct WireHeader {
    std::uint32_t length = 0;
    std::uint16_t version = wire_version;
    FrameHeader fields;
    std::uint64_t payload_checksum = 0;
    std::uint64_t header_checksum = 0;
};

template <class Archive>
void serialize(Archive& archive, WireHeader& header, unsigned) {
    archive & make_nvp("length", header.length) & make_nvp("version", header.version) &
        make_nvp("type", header.fields.type) & make_nvp("cluster", header.fields.cluster) &
        make_nvp("incarnation", header.fields.incarnation) & make_nvp("payload_checksum", header.payload_checksum) &
        make_nvp("header_checksum", header.header_checksum);
}

constexpr std::size_t header_checksum_offset = frame_header_size - sizeof(std::uint64_t);
// A reader that once held a large frame gives the memory back: a server has thousands of readers.
constexpr std::size_t kept_capacity_max = std::size_t{256} << 10U;

std::uint64_t checksum_of(ByteView bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

// Of an encoded header.
std::uint64_t header_checksum_of(ByteView header) { return checksum_of(header.first(header_checksum_offset)); }

}  // namespace

SharedBytes encode_frame(const FrameHeader& header, ByteView payload) {
    CHECK(payload.size() <= frame_payload_size_max, "a frame longer than its limit");
    OutArchive archive(frame_header_size + payload.size());
    archive & WireHeader{static_cast<std::uint32_t>(payload.size()), wire_version, header, checksum_of(payload), 0};
    Bytes bytes = archive.take();
    const std::uint64_t checksum = header_checksum_of(bytes);
    for (std::size_t i = 0; i < sizeof checksum; ++i) {
        bytes[header_checksum_offset + i] = static_cast<std::byte>((checksum >> (8U * i)) & 0xFFU);
    }
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    return share(std::move(bytes));
}

FrameReader::FrameReader(std::size_t payload_size_max) : payload_size_max_(payload_size_max) {}

void FrameReader::feed(ByteView bytes) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
    if (buffer_.empty() && buffer_.capacity() > kept_capacity_max) buffer_ = {};
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

Result<std::optional<FrameView>> FrameReader::next() {
    const ByteView rest = ByteView{buffer_}.subspan(begin_);
    if (rest.size() < frame_header_size) return std::optional<FrameView>{};
    const WireHeader header = *decode<WireHeader>(rest.first(frame_header_size));
    if (header.version != wire_version) return Error{ErrorKind::wrong_peer, "the other end speaks another wire version"};
    const bool checked = !planted("frame_checksum_unchecked");
    if (checked && header_checksum_of(rest) != header.header_checksum) {
        return Error{ErrorKind::malformed, "a frame whose header has a wrong checksum"};
    }
    if (header.length > payload_size_max_) return Error{ErrorKind::malformed, "a frame longer than its limit"};
    if (rest.size() < frame_header_size + header.length) return std::optional<FrameView>{};
    const ByteView payload = rest.subspan(frame_header_size, header.length);
    if (checked && checksum_of(payload) != header.payload_checksum) {
        return Error{ErrorKind::malformed, "a frame whose checksum is wrong"};
    }
    begin_ += frame_header_size + header.length;
    return std::optional<FrameView>{FrameView{header.fields, payload}};
}

}  // namespace parley::net
