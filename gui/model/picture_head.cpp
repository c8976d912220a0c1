#include "gui/model/picture_head.hpp"

#include <algorithm>
#include <array>

namespace parley::gui {
namespace {

using Kind = PictureHead::Kind;

std::uint32_t byte_at(net::ByteView bytes, std::size_t at) { return std::to_integer<std::uint32_t>(bytes[at]); }
std::uint32_t big_16(net::ByteView bytes, std::size_t at) { return byte_at(bytes, at) << 8U | byte_at(bytes, at + 1); }
std::uint32_t little_16(net::ByteView bytes, std::size_t at) { return byte_at(bytes, at) | byte_at(bytes, at + 1) << 8U; }
std::uint32_t big_32(net::ByteView bytes, std::size_t at) { return big_16(bytes, at) << 16U | big_16(bytes, at + 2); }

template <std::size_t size>
bool begins_with(net::ByteView bytes, const std::array<std::uint8_t, size>& mark) {
    if (bytes.size() < size) return false;
    return std::ranges::equal(bytes.first(size), mark, {}, [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
}

std::optional<PictureHead> png_head(net::ByteView bytes) {
    constexpr std::array<std::uint8_t, 16> mark{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'};
    if (!begins_with(bytes, mark) || bytes.size() < 24) return std::nullopt;
    return PictureHead{Kind::png, big_32(bytes, 16), big_32(bytes, 20)};
}

std::optional<PictureHead> gif_head(net::ByteView bytes) {
    constexpr std::array<std::uint8_t, 4> mark{'G', 'I', 'F', '8'};
    if (!begins_with(bytes, mark) || bytes.size() < 10) return std::nullopt;
    return PictureHead{Kind::gif, little_16(bytes, 6), little_16(bytes, 8)};
}

// From segment to segment up to the one that begins the picture.
std::optional<PictureHead> jpeg_head(net::ByteView bytes) {
    constexpr std::array<std::uint8_t, 3> mark{0xFF, 0xD8, 0xFF};
    if (!begins_with(bytes, mark)) return std::nullopt;
    std::size_t at = 2;
    while (at + 9 <= bytes.size() && byte_at(bytes, at) == 0xFF) {
        const std::uint32_t segment = byte_at(bytes, at + 1);
        if (segment == 0xFF) {   // filling
            ++at;
            continue;
        }
        const bool is_frame = segment >= 0xC0 && segment <= 0xCF && segment != 0xC4 && segment != 0xC8 && segment != 0xCC;
        if (is_frame) return PictureHead{Kind::jpeg, big_16(bytes, at + 7), big_16(bytes, at + 5)};
        const std::uint32_t length = big_16(bytes, at + 2);
        if (length < 2) return std::nullopt;
        at += 2 + length;
    }
    return std::nullopt;
}

}  // namespace

std::optional<PictureHead> picture_head(net::ByteView bytes) {
    std::optional<PictureHead> head = png_head(bytes);
    if (!head) head = gif_head(bytes);
    if (!head) head = jpeg_head(bytes);
    if (!head || head->width == 0 || head->height == 0) return std::nullopt;
    if (std::uint64_t{head->width} * head->height > picture_pixels_max) return std::nullopt;
    return head;
}

}  // namespace parley::gui
