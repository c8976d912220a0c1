#include "chat/client/nonce.hpp"

#include <array>
#include <cstddef>

namespace parley::chat {

std::uint64_t fresh_nonce(net::Secrets& secrets) {
    std::array<std::byte, 7> bytes{};
    secrets.fill(bytes);
    std::uint64_t nonce = 1;
    for (const std::byte byte : bytes) nonce = nonce << 8U | std::to_integer<std::uint64_t>(byte);
    return nonce;
}

}  // namespace parley::chat
