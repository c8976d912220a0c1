// PagedBytes against a plain vector, and what copies share.
#include <gtest/gtest.h>

#include "sim/disk/inode.hpp"
#include "sim/disk/paged_bytes.hpp"
#include "tests/unit/sim_disk/manual_loop.hpp"

namespace parley::sim {
namespace {

net::Bytes content(const PagedBytes& file) {
    net::Bytes bytes(file.size());
    EXPECT_EQ(file.read(0, bytes), bytes.size());
    return bytes;
}

TEST(PagedBytes, IsAPlainRowOfBytes) {
    PagedBytes file;
    net::Bytes plain;
    for (std::uint64_t step = 0; step < 400; ++step) {
        const std::uint64_t draw = mix(1, step);
        const std::uint64_t offset = draw % 20'000 / ((draw >> 32U) % 2 == 0 ? 1 : 4096) * ((draw >> 32U) % 2 == 0 ? 1 : 4096);
        const std::size_t size = (draw >> 16U) % 9000;
        if (step % 7 == 0) {
            file.resize(offset);
            plain.resize(offset);
        } else {
            const net::Bytes piece(size, static_cast<std::byte>(step % 3));   // zeros, too
            file.write(offset, piece);
            if (plain.size() < offset + size) plain.resize(offset + size);
            std::copy(piece.begin(), piece.end(), plain.begin() + static_cast<std::ptrdiff_t>(offset));
        }
        ASSERT_EQ(content(file), plain) << "step " << step;
    }
}

TEST(PagedBytes, ACopyDoesNotSeeWhatIsWrittenLater) {
    PagedBytes file;
    file.write(0, net::Bytes(10'000, std::byte{1}));
    const PagedBytes copy = file;
    file.write(5000, net::Bytes(10, std::byte{2}));
    file.set(1, std::byte{3});
    EXPECT_EQ(content(copy), net::Bytes(10'000, std::byte{1}));
    EXPECT_EQ(file.at(1), std::byte{3});
    EXPECT_EQ(file.at(5009), std::byte{2});
}

TEST(PagedBytes, TakesRangesOfAnotherInStepAndOutOfStep) {
    PagedBytes source;
    source.write(0, net::Bytes(PagedBytes::page_size, std::byte{1}));
    source.write(PagedBytes::page_size, net::Bytes(PagedBytes::page_size, std::byte{2}));
    for (const std::uint64_t at : {std::uint64_t{0}, PagedBytes::page_size, std::uint64_t{100}}) {
        PagedBytes target;
        target.write_from(source, 0, at, source.size());
        EXPECT_EQ(target.size(), at + source.size());
        EXPECT_EQ(target.at(at), std::byte{1});
        EXPECT_EQ(target.at(at + PagedBytes::page_size), std::byte{2});
    }
}

TEST(PagedBytes, WhatIsCutOffComesBackAsZeros) {
    PagedBytes file;
    file.write(0, net::Bytes(5000, std::byte{1}));
    file.resize(4500);
    file.resize(9000);
    EXPECT_EQ(file.at(4499), std::byte{1});
    EXPECT_TRUE(file.is_zero(4500, 4500));
    EXPECT_FALSE(file.is_zero(4499, 10));
}

}  // namespace
}  // namespace parley::sim
