// AsioListener: accepts TCP connections on one address, does the TLS handshake and hands over finished links.
// A peer that stalls, speaks no TLS or is not trusted costs one slot of handshakes_max for at most handshake_limit.
#pragma once

#include <memory>
#include <string>

#include "net/asio/asio_loop.hpp"
#include "net/asio/link_options.hpp"
#include "net/asio/tls_context.hpp"
#include "net/ports/link.hpp"

namespace parley::net {

class AsioListener final : public Listener {
public:
    // Binds and listens at once, so that address() is known; links come after start(). "host:port" or "[v6]:port",
    // port 0 lets the system choose. Without `tls` only loopback addresses are allowed (ErrorKind::refused).
    // A port that is in use is ErrorKind::exists.
    static Result<std::unique_ptr<AsioListener>> open(AsioLoop& loop, const std::string& address,
                                                      std::shared_ptr<TlsContext> tls, LinkOptions options = {});
    ~AsioListener() override;   // stops; links handed over stay

    void start(Function<void(std::unique_ptr<Link>)> on_link, Function<void(const Error&)> on_refused) override;
    void stop() override;
    [[nodiscard]] std::string address() const override;
    // For connections from now on; those that stand, and handshakes under way, keep what they began with. Only where there was TLS.
    void use(std::shared_ptr<TlsContext> tls);

    struct Impl;
    explicit AsioListener(std::shared_ptr<Impl> impl);

private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace parley::net
