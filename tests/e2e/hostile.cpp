// Plain sockets, IPv4 loopback only.
#include "tests/e2e/hostile.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace parley::e2e {
namespace {

int connect_to(const std::string& address) {
    const auto colon = address.rfind(':');
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
    ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const void* where = &to;
    if (fd < 0 || ::connect(fd, static_cast<const sockaddr*>(where), sizeof to) != 0) {
        if (fd >= 0) ::close(fd);
        throw std::runtime_error("cannot connect to " + address);
    }
    return fd;
}

}  // namespace

bool is_closed_after(const std::string& address, const std::string& bytes) {
    const int fd = connect_to(address);
    static_cast<void>(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    bool closed = false;
    while (!closed && std::chrono::steady_clock::now() < until) {
        pollfd wait{fd, POLLIN, 0};
        if (::poll(&wait, 1, 100) <= 0) continue;
        char answer[4096];
        closed = ::recv(fd, answer, sizeof answer, 0) <= 0;
    }
    ::close(fd);
    return closed;
}

std::string garbage(std::size_t size) {
    std::string bytes;
    std::uint64_t state = 88172645463325252ULL;
    while (bytes.size() < size) {
        state ^= state << 13U;
        state ^= state >> 7U;
        state ^= state << 17U;
        bytes += static_cast<char>(state & 0xFFU);
    }
    return bytes;
}

SilentConnection::SilentConnection(const std::string& address) : socket_(connect_to(address)) {}
SilentConnection::SilentConnection(SilentConnection&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
SilentConnection::~SilentConnection() {
    if (socket_ >= 0) ::close(socket_);
}

}  // namespace parley::e2e
