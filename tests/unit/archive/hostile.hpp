// What hostile bytes may do to a decoder, tried on one encoded value: every cut, every flipped bit, every length blown
// up. Whatever still decodes must encode to exactly the bytes it came from: one value, one form.
#pragma once

#include <cstddef>

#include <gtest/gtest.h>

#include "net/archive/archive.hpp"

namespace parley::net {

// Bytes asked of operator new in this thread since reset_allocated().
std::size_t allocated();
void reset_allocated();

// Decoded elements are larger than their bytes (an empty text takes 4 bytes there and 32 here), lists grow by doubling,
// and the last list may be given up half read.
inline constexpr std::size_t amplification_max = 64;

template <class T>
bool decode_within_limits(ByteView bytes) {
    reset_allocated();
    const auto decoded = decode<T>(bytes);
    const std::size_t taken = allocated();
    EXPECT_LE(taken, amplification_max * bytes.size() + 1024) << "for " << bytes.size() << " bytes";
    if (!decoded) return false;
    EXPECT_EQ(encode(*decoded), Bytes(bytes.begin(), bytes.end())) << "two forms of one value";
    return true;
}

template <class T>
void survive_every_cut(const Bytes& good) {
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_FALSE(decode_within_limits<T>(ByteView{good}.first(size))) << "cut to " << size;
    }
}

template <class T>
void survive_every_flip(const Bytes& good) {
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            Bytes bytes = good;
            bytes[at] ^= static_cast<std::byte>(1U << bit);
            decode_within_limits<T>(bytes);
        }
    }
}

// Four bytes of 0xFF or of "a million" at every place: where a length is, it must be refused before memory is taken.
template <class T>
void survive_every_huge_length(const Bytes& good) {
    for (std::size_t at = 0; at + 4 <= good.size(); ++at) {
        Bytes huge = good;
        Bytes large = good;
        for (std::size_t i = 0; i < 4; ++i) {
            huge[at + i] = std::byte{0xFF};
            large[at + i] = std::byte{static_cast<unsigned char>(i == 2 ? 0x10 : 0)};
        }
        decode_within_limits<T>(huge);
        decode_within_limits<T>(large);
    }
}

template <class T>
void survive(const T& value) {
    const Bytes good = encode(value);
    EXPECT_TRUE(decode_within_limits<T>(good));
    survive_every_cut<T>(good);
    survive_every_flip<T>(good);
    survive_every_huge_length<T>(good);
    Bytes longer = good;
    longer.push_back(std::byte{0});
    EXPECT_FALSE(decode_within_limits<T>(longer));
}

}  // namespace parley::net
