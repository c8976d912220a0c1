// The inside of TlsContext: OpenSSL's context and how strictly names are checked.
#pragma once

#include "net/asio/detail/openssl.hpp"
#include "net/asio/tls_context.hpp"

namespace parley::net {

struct TlsContext::Impl {
    openssl::Context context;
    openssl::Context named;             // of a server: for clients that ask for one of its names
    openssl::Certificate named_by;      // the certificate it shows
    bool is_server = false;
    bool tells_name = false;            // of a client
    ServerName names = ServerName::any_of_the_cluster;
};

// A client's context that believes everyone: only for asking which authority a server shows.
std::shared_ptr<TlsContext> trusting_context();

}  // namespace parley::net
