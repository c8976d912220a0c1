// Names of chunks and files: the same everywhere and for ever, and another one as soon as anything is another.
#include "chat/files/content.hpp"

#include <set>
#include <span>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace parley::chat {
namespace {

net::ByteView bytes_of(std::string_view text) { return std::as_bytes(std::span{text}); }

std::string hex(const ChunkHash& hash) {
    std::string text;
    for (const std::byte byte : hash) text += fmt::format("{:02x}", std::to_integer<int>(byte));
    return text;
}

// `b2sum -l 256` prints the same.
TEST(Content, NameOfAChunkIsItsBlake2b) {
    EXPECT_EQ(hex(hash_of_chunk({})), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    EXPECT_EQ(hex(hash_of_chunk(bytes_of("abc"))), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST(Content, NameOfAFileIsGolden) {
    EXPECT_EQ(hex(hash_of_file(3, {hash_of_chunk(bytes_of("abc"))})), "3dad5dba272766915f8277d203881cb5521775effeddb735e2bb94119f95da31");
}

TEST(Content, NameOfAFileDependsOnSizeAndOrder) {
    const ChunkHash a = hash_of_chunk(bytes_of("a"));
    const ChunkHash b = hash_of_chunk(bytes_of("b"));
    const std::set<FileHash> all{hash_of_file(0, {}), hash_of_file(1, {a}), hash_of_file(2, {a}), hash_of_file(2, {a, b}), hash_of_file(2, {b, a}),
                                 hash_of_file(2, {a, b, b})};
    EXPECT_EQ(all.size(), 6U);
    EXPECT_FALSE(all.contains(hash_of_chunk(net::encode(std::vector{a, b}))));
}

TEST(Content, CountsChunksAndTheirBytes) {
    EXPECT_EQ(chunks_of(0), 0U);
    EXPECT_EQ(chunks_of(1), 1U);
    EXPECT_EQ(chunks_of(chunk_bytes), 1U);
    EXPECT_EQ(chunks_of(chunk_bytes + 1), 2U);
    EXPECT_EQ(chunks_of(std::uint64_t{1} << 30U), 1024U);
    EXPECT_EQ(chunks_of(UINT64_MAX), (std::uint64_t{1} << 44U));
    EXPECT_EQ(bytes_of_chunk(1, 0), 1U);
    EXPECT_EQ(bytes_of_chunk(chunk_bytes, 0), chunk_bytes);
    EXPECT_EQ(bytes_of_chunk(chunk_bytes + 7, 0), chunk_bytes);
    EXPECT_EQ(bytes_of_chunk(chunk_bytes + 7, 1), 7U);
}

}  // namespace
}  // namespace parley::chat
