// How large a picture says it is, before anything of it is unpacked: only what the bytes really say, and never beyond their end.
#include <gtest/gtest.h>

#include "gui/model/picture_head.hpp"

namespace parley::gui::testing {
namespace {

using Kind = PictureHead::Kind;

net::Bytes bytes_of(std::initializer_list<int> values) {
    net::Bytes bytes;
    for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
    return bytes;
}

net::Bytes png(std::uint32_t width, std::uint32_t height) {
    net::Bytes bytes = bytes_of({0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'});
    for (const std::uint32_t side : {width, height}) {
        for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes.push_back(static_cast<std::byte>(side >> shift & 0xFFU));
    }
    return bytes;
}

const net::Bytes jpeg = bytes_of({0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xFF, 0xC2, 0, 11, 8, 0x01, 0x02, 0x03, 0x04, 3, 1});
const net::Bytes gif = bytes_of({'G', 'I', 'F', '8', '9', 'a', 0x10, 0x01, 0x20, 0x00});

TEST(PictureHead, TellsKindAndSize) {
    EXPECT_EQ(picture_head(png(640, 480)), (PictureHead{Kind::png, 640, 480}));
    EXPECT_EQ(picture_head(jpeg), (PictureHead{Kind::jpeg, 0x304, 0x102}));
    EXPECT_EQ(picture_head(gif), (PictureHead{Kind::gif, 0x110, 0x20}));
}

TEST(PictureHead, WhatIsCutOffOrNoPictureHasNone) {
    for (const net::Bytes& whole : {png(640, 480), jpeg, gif}) {
        const std::size_t needed = whole == jpeg ? 18 : whole.size();
        for (std::size_t size = 0; size < needed; ++size) EXPECT_EQ(picture_head(net::ByteView{whole}.first(size)), std::nullopt) << size;
    }
    EXPECT_EQ(picture_head(bytes_of({'<', 's', 'v', 'g', '>', ' ', ' ', ' ', ' ', ' ', ' ', ' '})), std::nullopt);
}

TEST(PictureHead, AJpegWhoseSegmentsLeadNowhereHasNone) {
    EXPECT_EQ(picture_head(bytes_of({0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0, 0, 0, 0, 0, 0})), std::nullopt) << "a length that does not go on";
    EXPECT_EQ(picture_head(bytes_of({0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0})), std::nullopt) << "beyond the end";
    net::Bytes filling(5000, std::byte{0xFF});
    filling[1] = std::byte{0xD8};
    EXPECT_EQ(picture_head(filling), std::nullopt);
}

TEST(PictureHead, WhatWouldTakeTheMachinesMemoryIsNotUnpacked) {
    EXPECT_NE(picture_head(png(6000, 4000)), std::nullopt);
    EXPECT_EQ(picture_head(png(6001, 4000)), std::nullopt);
    EXPECT_EQ(picture_head(png(0xFFFFFFFF, 0xFFFFFFFF)), std::nullopt);
    EXPECT_EQ(picture_head(png(0, 10)), std::nullopt);
}

}  // namespace
}  // namespace parley::gui::testing
