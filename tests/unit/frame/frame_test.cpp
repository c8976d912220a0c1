// Frames: the bytes that docs/wire.md writes down, streams cut anywhere, and everything that must be refused.
#include "net/frame/frame.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace parley::net {
namespace {

Bytes bytes_of(const std::string& text) {
    const auto view = std::as_bytes(std::span{text});
    return {view.begin(), view.end()};
}

std::string hex(ByteView bytes) {
    std::string text;
    for (const std::byte byte : bytes) text += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
    return text;
}

// All frames a reader makes of the bytes, as "type:payload", ending in "error" where the stream broke.
std::vector<std::string> read_all(FrameReader& reader) {
    std::vector<std::string> frames;
    for (;;) {
        const auto frame = reader.next();
        if (!frame) {
            frames.push_back("error");
            return frames;
        }
        if (!*frame) return frames;
        std::string text;
        for (const std::byte byte : (*frame)->payload) text += std::to_integer<char>(byte);
        frames.push_back(fmt::format("{}:{}", (*frame)->header.type, text));
    }
}

Bytes stream() {
    Bytes bytes;
    for (const auto& [type, text] : {std::pair<std::uint16_t, std::string>{1, "first"}, {2, ""}, {0xFFFF, std::string(300, 'x')}}) {
        const auto frame = encode_frame(FrameHeader{type, 5, 6}, bytes_of(text));
        bytes.insert(bytes.end(), frame->begin(), frame->end());
    }
    return bytes;
}

const std::vector<std::string>& stream_frames() {
    static const std::vector<std::string> frames{"1:first", "2:", "65535:" + std::string(300, 'x')};
    return frames;
}

TEST(Frame, HasTheBytesThatAreWrittenDown) {
    const auto frame = encode_frame(FrameHeader{0x0203, 0x1122334455667788, 0x99AABBCCDDEEFF01}, bytes_of("hi"));
    EXPECT_EQ(hex(*frame),
              "02000000"           // payload bytes
              "0100" "0302"        // version, type
              "8877665544332211"   // cluster
              "01ffeeddccbbaa99"   // incarnation
              "9a6eead7bb00232a"   // XXH3-64 of the payload
              "e389489832c71fca"   // XXH3-64 of the 32 bytes before
              "6869");
    EXPECT_EQ(encode_frame(FrameHeader{}, {})->size(), frame_header_size);
}

TEST(Frame, GivesBackHeaderAndPayload) {
    FrameReader reader;
    const FrameHeader header{7, 8, 9};
    reader.feed(*encode_frame(header, bytes_of("payload")));
    const auto frame = reader.next();
    ASSERT_TRUE(frame.has_value() && frame->has_value());
    EXPECT_EQ((*frame)->header, header);
    EXPECT_EQ(hex((*frame)->payload), hex(bytes_of("payload")));
    EXPECT_FALSE(reader.next()->has_value());
}

TEST(FrameReader, FindsTheSameFramesWhereverTheStreamIsCut) {
    const Bytes bytes = stream();
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        FrameReader reader;
        reader.feed(ByteView{bytes}.first(cut));
        auto frames = read_all(reader);
        reader.feed(ByteView{bytes}.subspan(cut));
        for (auto& frame : read_all(reader)) frames.push_back(std::move(frame));
        EXPECT_EQ(frames, stream_frames()) << "cut at " << cut;
    }
}

TEST(FrameReader, ReadsAStreamByteByByte) {
    FrameReader reader;
    std::vector<std::string> frames;
    for (const std::byte byte : stream()) {
        reader.feed(ByteView{&byte, 1});
        for (auto& frame : read_all(reader)) frames.push_back(std::move(frame));
    }
    EXPECT_EQ(frames, stream_frames());
}

TEST(FrameReader, ATruncatedStreamNeverGivesTheLastFrame) {
    const Bytes bytes = stream();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        FrameReader reader;
        reader.feed(ByteView{bytes}.first(size));
        const auto frames = read_all(reader);
        ASSERT_LT(frames.size(), 3U) << "cut to " << size;
        for (const auto& frame : frames) EXPECT_NE(frame, "error") << "cut to " << size;
    }
}

TEST(FrameReader, NoFlippedBitGoesUnseen) {
    const auto good = encode_frame(FrameHeader{3, 4, 5}, bytes_of("some payload"));
    for (std::size_t at = 0; at < good->size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            Bytes bytes = *good;
            bytes[at] ^= static_cast<std::byte>(1U << bit);
            FrameReader reader;
            reader.feed(bytes);
            const auto frame = reader.next();
            // Not even a length that grew makes the reader wait: it would swallow the frames behind in silence.
            EXPECT_FALSE(frame.has_value()) << "byte " << at << " bit " << bit;
        }
    }
}

TEST(FrameReader, RefusesALengthAboveTheLimitBeforeThePayloadComes) {
    Bytes bytes = *encode_frame(FrameHeader{}, Bytes(101));
    bytes.resize(frame_header_size);
    FrameReader tight(100);
    tight.feed(bytes);
    EXPECT_EQ(tight.next().error().kind, ErrorKind::malformed);
    FrameReader wide(101);
    wide.feed(bytes);
    EXPECT_FALSE(wide.next()->has_value());
}

TEST(FrameReader, CallsAnotherVersionAnotherPeer) {
    Bytes bytes = *encode_frame(FrameHeader{}, {});
    bytes[4] = std::byte{2};
    FrameReader reader;
    reader.feed(bytes);
    EXPECT_EQ(reader.next().error().kind, ErrorKind::wrong_peer);
}

TEST(FrameReader, TheLargestFramePasses) {
    const Bytes payload(frame_payload_size_max, std::byte{0x77});
    const auto frame = encode_frame(FrameHeader{1, 0, 0}, payload);
    FrameReader reader;
    for (ByteView rest{*frame}; !rest.empty(); rest = rest.subspan(std::min<std::size_t>(rest.size(), 65'536))) {
        reader.feed(rest.first(std::min<std::size_t>(rest.size(), 65'536)));
    }
    const auto read = reader.next();
    ASSERT_TRUE(read.has_value() && read->has_value());
    EXPECT_EQ((*read)->payload.size(), frame_payload_size_max);
}

TEST(FrameDeathTest, AFrameAboveTheLimitIsOurOwnMistake) {
    EXPECT_DEATH(encode_frame(FrameHeader{}, Bytes(frame_payload_size_max + 1)), "longer than its limit");
}

}  // namespace
}  // namespace parley::net
