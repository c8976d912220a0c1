// The inside of TlsContext: OpenSSL's context and how strictly names are checked.
#pragma once

#include "net/asio/detail/openssl.hpp"
#include "net/asio/tls_context.hpp"

namespace parley::net {

struct TlsContext::Impl {
    openssl::Context context;
    bool is_server = false;
    ServerName names = ServerName::any_of_the_cluster;
};

// A client's context that believes everyone: only for asking which authority a server shows.
std::shared_ptr<TlsContext> trusting_context();

}  // namespace parley::net
