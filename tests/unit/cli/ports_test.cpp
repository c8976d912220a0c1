// Finding a free block of ports beside one that is taken.
#include "chat/cli/up/ports.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace parley::chat {
namespace {

// Listens on a port of the system's choice for as long as it lives.
class TakenPort {
public:
    TakenPort() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        const bool done = ::bind(socket_, generic, size) == 0 && ::listen(socket_, 1) == 0 && ::getsockname(socket_, generic, &size) == 0;
        port_ = done ? ntohs(address.sin_port) : 0;
    }
    TakenPort(const TakenPort&) = delete;
    TakenPort& operator=(const TakenPort&) = delete;
    ~TakenPort() { ::close(socket_); }
    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    int socket_;
    std::uint16_t port_ = 0;
};

TEST(FreeBlock, SkipsAPortThatIsTaken) {
    const TakenPort taken;
    ASSERT_NE(taken.port(), 0);
    EXPECT_FALSE(is_block_free("127.0.0.1", taken.port(), 1));
    const auto base = static_cast<std::uint16_t>(taken.port() - 1);
    EXPECT_FALSE(is_block_free("127.0.0.1", base, 3));
    const auto block = free_block("127.0.0.1", base, 3);
    ASSERT_TRUE(block);
    EXPECT_EQ((*block - base) % 10, 0);
    EXPECT_GT(*block, base);
    EXPECT_TRUE(is_block_free("127.0.0.1", *block, 3));
}

TEST(FreeBlock, DoesNotLeaveTheRangeOfPorts) {
    EXPECT_FALSE(is_block_free("127.0.0.1", 65535, 3));
    EXPECT_FALSE(free_block("127.0.0.1", 65534, 3));
}

}  // namespace
}  // namespace parley::chat
