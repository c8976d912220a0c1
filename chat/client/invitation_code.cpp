#include "chat/client/invitation_code.hpp"

#include <array>

#include <fmt/format.h>
#include <sodium.h>

namespace parley::chat {

std::string fresh_invitation_code(net::Secrets& secrets) {
    std::array<std::byte, 16> bytes{};
    secrets.fill(bytes);
    std::string code;
    for (const std::byte byte : bytes) code += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
    return code;
}

MakeInvite invitation_with(const std::string& code, std::uint32_t uses, std::uint32_t days) {
    constexpr std::uint64_t day_ms = 24 * 3'600'000;
    TokenHash hash{};
    static_assert(sizeof hash == crypto_hash_sha256_BYTES);
    crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()), reinterpret_cast<const unsigned char*>(code.data()), code.size());
    return {hash, uses, days * day_ms};
}

}  // namespace parley::chat
