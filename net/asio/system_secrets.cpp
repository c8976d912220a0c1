#include "net/asio/system_secrets.hpp"

#include <cerrno>

#include <sys/random.h>

#include "net/ports/check.hpp"

namespace parley::net {

void SystemSecrets::fill(std::span<std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        CHECK(got > 0, "the kernel's random generator failed");
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
}

}  // namespace parley::net
