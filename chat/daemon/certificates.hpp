// Certificates: whom this replica shows itself as, and whom it believes, from the files that parleyd.toml names. They are read at the start
// and again when somebody asks for it, without ending a link. What does not fit is refused with a sentence, and what was read before stays.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "chat/daemon/config.hpp"
#include "net/asio/tls_context.hpp"
#include "net/ports/result.hpp"
#include "net/ports/time.hpp"

namespace parley::chat {

class Certificates {
public:
    struct Contexts {
        std::shared_ptr<net::TlsContext> server;   // none: TLS is off
        std::shared_ptr<net::TlsContext> client;   // to other replicas
    };

    // `data`: the folder that relative paths are below. Throws std::runtime_error where a file cannot be used at all.
    Certificates(std::string data, const DaemonConfig& config);

    [[nodiscard]] const Contexts& contexts() const { return contexts_; }

    // Reads the files again, now for the replica of that name (its node id as the certificates have it). An error: nothing was changed.
    net::Result<void> renew(const std::string& node);

    // The end of each one's validity: "replica", and "clients" where there is a certificate for them.
    [[nodiscard]] const std::map<std::string, net::WallTime>& valid_until() const { return valid_until_; }

private:
    [[nodiscard]] net::Result<std::map<std::string, net::WallTime>> examine(const std::string& node) const;
    [[nodiscard]] Contexts read() const;

    bool enabled_;
    std::string ca_;
    net::TlsIdentity replica_;
    std::optional<net::TlsIdentity> clients_;
    Contexts contexts_;
    std::map<std::string, net::WallTime> valid_until_;
};

}  // namespace parley::chat
