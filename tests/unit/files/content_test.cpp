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

// `sha256sum` prints the same.
TEST(Content, NameOfAChunkIsItsSha256) {
    EXPECT_EQ(hex(hash_of_chunk({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(hash_of_chunk(bytes_of("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Content, NameOfAFileIsGolden) {
    EXPECT_EQ(hex(hash_of_file(3, {hash_of_chunk(bytes_of("abc"))})), "4b19b6b01dc1e828e88cf1146d100b8f81b9cd3aeb818a3e0780612fb40273cf");
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
