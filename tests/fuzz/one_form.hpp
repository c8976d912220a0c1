// What every decoder of outside bytes promises, as a fuzz target: it never crashes, and what it accepts has exactly
// one form, the bytes it came from.
#pragma once

#include <algorithm>

#include "net/archive/archive.hpp"
#include "net/ports/check.hpp"

namespace parley::fuzz {

template <class T>
void expect_one_form(const unsigned char* data, std::size_t size) {
    const net::ByteView bytes = std::as_bytes(std::span{data, size});
    const auto decoded = net::decode<T>(bytes);
    if (!decoded) return;
    CHECK(std::ranges::equal(net::encode(*decoded), bytes), "two forms of one value");
}

}  // namespace parley::fuzz
