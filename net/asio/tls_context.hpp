// TlsContext: who we are and whom we trust, read from PEM files once. TLS 1.3 only. The same context serves any number
// of links and Loops. Files that do not fit are start-up errors: std::runtime_error with a sentence that names the file.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/ports/result.hpp"
#include "net/ports/time.hpp"

namespace parley::net {

// A certificate (PEM, may be followed by its chain) and its private key.
struct TlsIdentity {
    std::string certificate_file;
    std::string key_file;
};

// What a client demands of a server's certificate beside its chain to the CA and its use as a server. A CA that is no cluster's own
// (is_cluster_authority) vouches for others, too: then the name must match in any case, and the server is told which one is meant.
enum class ServerName {
    any_of_the_cluster,   // the CA is the cluster's own: each of its replicas may answer at any address
    must_match_address,   // the dialled host must be among the certificate's names
};

class TlsContext {
public:
    // For a listener: proves `identity`; a client certificate is optional and must be signed by `ca_file` if it is shown. A client
    // that asks for one of the names of `named` is shown that one instead, whoever signed it.
    static std::shared_ptr<TlsContext> server(const TlsIdentity& identity, const std::string& ca_file,
                                              const std::optional<TlsIdentity>& named = {});

    // For a dialer: trusts servers under `ca_file` alone; shows `identity` when there is one (replicas, the operator).
    static std::shared_ptr<TlsContext> client(const std::string& ca_file, const std::optional<TlsIdentity>& identity = {},
                                              ServerName names = ServerName::any_of_the_cluster);
    // The same with the CA's PEM text instead of a file: for a CA that a profile has pinned.
    static std::shared_ptr<TlsContext> client_pinned(const std::string& ca_pem, const std::optional<TlsIdentity>& identity = {},
                                                     ServerName names = ServerName::any_of_the_cluster);

    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;
    ~TlsContext();

    struct Impl;
    // For the other files of net/asio alone.
    [[nodiscard]] const Impl& impl() const { return *impl_; }
    explicit TlsContext(std::unique_ptr<Impl> impl);

private:
    std::unique_ptr<Impl> impl_;
};

// What a certificate says of itself.
struct CertificateFacts {
    std::string common_name;
    WallTime valid_until;
};

// Would others believe this identity from now on? It is read, its key fits, it is valid today and, with a `ca_file`, signed by that CA
// for a server's use. Otherwise a sentence that names the file.
Result<CertificateFacts> examine(const TlsIdentity& identity, const std::optional<std::string>& ca_file);

}  // namespace parley::net
