// AsioDialer: connects to "host:port", does the TLS handshake, checks the server, hands over the link. One attempt per
// call and no retry: that is the caller's policy. The error sentences are written for the person at the keyboard.
#pragma once

#include <memory>
#include <string>

#include "net/asio/asio_loop.hpp"
#include "net/asio/link_options.hpp"
#include "net/asio/tls_context.hpp"
#include "net/ports/link.hpp"

namespace parley::net {

// The authority a server shows, not verified: what a person is asked about once, and what is then pinned.
struct ShownAuthority {
    std::string ca_pem;
    std::string fingerprint;   // as fingerprint_of() in authority.hpp
};

class AsioDialer final : public Dialer {
public:
    // Without `tls` only loopback addresses are dialled.
    AsioDialer(AsioLoop& loop, std::shared_ptr<TlsContext> tls, LinkOptions options = {});
    ~AsioDialer() override;

    void dial(const std::string& address, LinkPurpose purpose,
              Function<void(Result<std::unique_ptr<Link>>)> on_result) override;

    // For attempts from now on. Only where there was TLS.
    void use(std::shared_ptr<TlsContext> tls);

    // Asks the server which authority it claims, without trusting anything, and hangs up. Needs no TlsContext.
    void ask_authority(const std::string& address, Function<void(Result<ShownAuthority>)> on_result);

    struct Impl;

private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace parley::net
