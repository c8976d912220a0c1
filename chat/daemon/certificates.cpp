#include "chat/daemon/certificates.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace parley::chat {
namespace {

std::string below(const std::string& data, const std::string& path) { return path.starts_with('/') ? path : data + "/" + path; }

}  // namespace

Certificates::Certificates(std::string data, const DaemonConfig& config)
    : enabled_(config.tls), ca_(below(data, config.tls_ca)), replica_{below(data, config.tls_certificate), below(data, config.tls_key)} {
    if (config.client_certificate.empty() != config.client_key.empty()) {
        throw std::runtime_error("tls.client_certificate and tls.client_key go together: name both files, or none");
    }
    if (!config.client_certificate.empty()) clients_ = net::TlsIdentity{below(data, config.client_certificate), below(data, config.client_key)};
    if (enabled_) contexts_ = read();
}

Certificates::Contexts Certificates::read() const {
    return {net::TlsContext::server(replica_, ca_, clients_), net::TlsContext::client(ca_, replica_)};
}

net::Result<std::map<std::string, net::WallTime>> Certificates::examine(const std::string& node) const {
    const auto own = net::examine(replica_, ca_);
    if (!own) return own.error();
    if (own->common_name != node) {
        return net::Error{net::ErrorKind::untrusted,
                          fmt::format("{} belongs to the replica {}, and this one is {}", replica_.certificate_file, own->common_name, node)};
    }
    std::map<std::string, net::WallTime> dates{{"replica", own->valid_until}};
    if (!clients_) return dates;
    const auto shown = net::examine(*clients_, std::nullopt);
    if (!shown) return shown.error();
    dates["clients"] = shown->valid_until;
    return dates;
}

net::Result<void> Certificates::renew(const std::string& node) {
    if (!enabled_) return {};
    auto dates = examine(node);
    if (!dates) return dates.error();
    try {
        contexts_ = read();
    } catch (const std::runtime_error& error) {
        return net::Error{net::ErrorKind::untrusted, error.what()};
    }
    valid_until_ = *std::move(dates);
    return {};
}

}  // namespace parley::chat
