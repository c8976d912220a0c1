// What a picture's first bytes say: of which kind it is and how large, before anything of it is unpacked. Somebody else made
// these bytes; a small file may claim to be as large as a house.
#pragma once

#include <cstdint>
#include <optional>

#include "net/ports/bytes.hpp"

namespace parley::gui {

struct PictureHead {
    enum class Kind : std::uint8_t { png, jpeg, gif };
    Kind kind = Kind::png;
    std::uint32_t width = 0;             // pixels, more than none
    std::uint32_t height = 0;
    friend bool operator==(const PictureHead&, const PictureHead&) = default;
};

// None: none of these kinds, cut off, or larger than a window unpacks.
std::optional<PictureHead> picture_head(net::ByteView bytes);

inline constexpr std::uint64_t picture_pixels_max = 24'000'000;

}  // namespace parley::gui
