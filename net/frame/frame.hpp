// Frames: what goes over a link. Fixed little-endian header, then the payload; all limits are checked before memory is
// taken. The layout is written down in docs/wire.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "net/ports/bytes.hpp"
#include "net/ports/result.hpp"

namespace parley::net {

inline constexpr std::size_t frame_header_size = 40;
inline constexpr std::uint16_t wire_version = 1;
inline constexpr std::size_t frame_payload_size_max = std::size_t{4} << 20U;

// length u32 (payload bytes) · version u16 · type u16 · cluster u64 · incarnation u64 · payload checksum u64 · header
// checksum u64 (over all that stands before it). Both are XXH3-64. The header has its own, since a length is acted on
// before the payload is there: one flipped bit in it would swallow the frames behind without an error.
struct FrameHeader {
    std::uint16_t type = 0;
    std::uint64_t cluster = 0;       // 0: not known yet (a client's first frame)
    std::uint64_t incarnation = 0;   // of the sending process
    friend bool operator==(const FrameHeader&, const FrameHeader&) = default;
};

// A checked frame; the payload belongs to whoever delivers it and is valid during that call.
struct FrameView {
    FrameHeader header;
    ByteView payload;
};

// One encode per message: the result is shared by every link it leaves on.
SharedBytes encode_frame(const FrameHeader& header, ByteView payload);

// Cuts a stream of bytes into frames. After an error the stream is unusable: close the link.
class FrameReader {
public:
    explicit FrameReader(std::size_t payload_size_max = frame_payload_size_max);

    // Adds bytes as they came.
    void feed(ByteView bytes);

    // The next whole frame, none when more bytes are needed, or why the stream is broken. The view stays valid until
    // the next call of feed() or next().
    Result<std::optional<FrameView>> next();

private:
    std::size_t payload_size_max_;
    Bytes buffer_;
    std::size_t begin_ = 0;
};

}  // namespace parley::net
