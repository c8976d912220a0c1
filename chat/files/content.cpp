#include "chat/files/content.hpp"

#include <memory>
#include <string_view>

#include <openssl/evp.h>

#include "net/ports/check.hpp"

namespace parley::chat {
namespace {

using Hash = std::array<std::byte, 32>;

// What comes first keeps kinds of things apart: no list of names is ever taken for a chunk with these bytes.
Hash sha256(std::string_view first, net::ByteView bytes) {
    static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free};
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    Hash hash{};
    // OpenSSL gives unsigned characters.
    auto* const to = reinterpret_cast<unsigned char*>(hash.data());  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
    const bool is_done = EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr) == 1 &&
                         EVP_DigestUpdate(context.get(), first.data(), first.size()) == 1 &&
                         EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 && EVP_DigestFinal_ex(context.get(), to, nullptr) == 1;
    CHECK(is_done, "OpenSSL has no SHA-256");
    return hash;
}

}  // namespace

ChunkHash hash_of_chunk(net::ByteView bytes) { return sha256({}, bytes); }

FileHash hash_of_file(std::uint64_t size, const std::vector<ChunkHash>& chunks) {
    net::OutArchive out{sizeof size + 4 + chunks.size() * sizeof(ChunkHash)};
    out & size & chunks;
    return sha256("parley file: size, chunks", out.take());
}

}  // namespace parley::chat
