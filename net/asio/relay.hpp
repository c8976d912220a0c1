// Relay: passes what comes over TCP on to another address, late or not at all when told so. A piece of network that can be broken
// without breaking the machine's.
#pragma once

#include <memory>
#include <string>

#include "net/asio/asio_loop.hpp"
#include "net/ports/result.hpp"

namespace parley::net {

class Relay {
public:
    static constexpr std::size_t held_bytes_max = std::size_t{4} << 20U;   // one way, of one connection; more waits at the sender

    // Listens on "host:port" (port 0: the system chooses) and connects to `target` whenever somebody connects here.
    static Result<std::unique_ptr<Relay>> open(AsioLoop& loop, const std::string& listen, const std::string& target);
    ~Relay();   // closes what is open

    [[nodiscard]] std::string address() const;

    // Nothing passes, in either direction, not even that a connection ended: a cable that was pulled. What comes meanwhile waits.
    void cut();
    // Everything passes, each byte so much later than it came.
    void pass(Duration late = {});

    struct Impl;
    explicit Relay(std::shared_ptr<Impl> impl);

private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace parley::net
