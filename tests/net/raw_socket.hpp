// A plain TCP socket for tests that misbehave: it sends any bytes, says nothing, or vanishes.
#pragma once

#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/ports/bytes.hpp"

namespace parley::net {

class RawSocket {
public:
    // Connects to "127.0.0.1:port".
    explicit RawSocket(const std::string& address) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in target{};
        target.sin_family = AF_INET;
        target.sin_port = htons(static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1))));
        target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&target), sizeof target) == 0;  // NOLINT
    }
    RawSocket(const RawSocket&) = delete;
    RawSocket& operator=(const RawSocket&) = delete;
    ~RawSocket() { ::close(socket_); }

    [[nodiscard]] bool connected() const { return connected_; }
    bool send(ByteView bytes) const {
        return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
    }
    void finish_sending() const { ::shutdown(socket_, SHUT_WR); }
    // True once the other end closed; never waits.
    [[nodiscard]] bool closed_by_peer() const {
        std::byte byte{};
        for (;;) {
            const ssize_t got = ::recv(socket_, &byte, 1, MSG_DONTWAIT);
            if (got == 0) return true;
            if (got < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
        }
    }

private:
    int socket_;
    bool connected_ = false;
};

}  // namespace parley::net
