// Asks the kernel by binding; the socket is closed at once, and what takes the port in between is told by the replica.
#include "chat/cli/up/ports.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

namespace parley::chat {
namespace {

bool can_bind(const addrinfo& address) {
    const int probe = ::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC, 0);
    if (probe < 0) return false;
    const int yes = 1;
    ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const bool done = ::bind(probe, address.ai_addr, address.ai_addrlen) == 0 && ::listen(probe, 1) == 0;
    ::close(probe);
    return done;
}

bool is_port_free(const std::string& host, std::uint32_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return false;
    const bool is_free = found != nullptr && can_bind(*found);
    ::freeaddrinfo(found);
    return is_free;
}

}  // namespace

bool is_block_free(const std::string& host, std::uint16_t base, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
        if (base + i > 65535 || !is_port_free(host, base + i)) return false;
    }
    return true;
}

std::optional<std::uint16_t> free_block(const std::string& host, std::uint16_t base, std::uint32_t count) {
    for (std::uint32_t candidate = base; candidate + count <= 65536; candidate += 10) {
        const auto port = static_cast<std::uint16_t>(candidate);
        if (is_block_free(host, port, count)) return port;
    }
    return std::nullopt;
}

}  // namespace parley::chat
