// Invitation: what `parley invite` gives out as one link, and every client understands: where the cluster is, by which CA
// one knows it, and the code that lets one register.
#pragma once

#include <string>
#include <vector>

#include "net/ports/result.hpp"

namespace parley::chat {

struct Invitation {
    std::vector<std::string> servers;
    std::string ca_fingerprint;     // empty: the cluster is without TLS
    std::string code;
    friend bool operator==(const Invitation&, const Invitation&) = default;
};

// parley://HOST:PORT,HOST:PORT/FINGERPRINT/CODE
std::string to_link(const Invitation& invitation);
net::Result<Invitation> parse_invitation(const std::string& link);

}  // namespace parley::chat
