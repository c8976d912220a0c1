#include "net/asio/tls_context.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <fmt/core.h>
#include <openssl/err.h>

#include "net/asio/detail/tls_context_impl.hpp"

namespace parley::net {
namespace {

[[noreturn]] void refuse(const std::string& sentence) {
    ERR_clear_error();
    throw std::runtime_error(sentence);
}

std::string read_text(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) refuse(fmt::format("cannot read {}: {}", file, std::strerror(errno)));
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

openssl::Context new_context(const SSL_METHOD* method) {
    openssl::Context context(SSL_CTX_new(method));
    if (!context) refuse("OpenSSL cannot be used: " + openssl::take_reason());
    SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
    // AES-128 first: the fastest where the processor has it, and as strong as the keys.
    SSL_CTX_set_ciphersuites(context.get(), "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384");
    // No resumption: a ticket would carry an identity past the certificate's end, and saves less than a millisecond.
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context.get(), 0);
    // Idle links give their record buffers back.
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
    return context;
}

void use_identity(SSL_CTX* context, const TlsIdentity& identity) {
    if (SSL_CTX_use_certificate_chain_file(context, identity.certificate_file.c_str()) != 1) {
        refuse(fmt::format("{} holds no usable certificate: {}", identity.certificate_file, openssl::take_reason()));
    }
    if (SSL_CTX_use_PrivateKey_file(context, identity.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
        refuse(fmt::format("{} holds no usable private key for {}: {}", identity.key_file, identity.certificate_file,
                           openssl::take_reason()));
    }
}

openssl::Certificate authority_in(const std::string& pem, const std::string& where) {
    auto authority = openssl::certificate_from_pem(pem);
    if (!authority) refuse(fmt::format("{} holds no certificate of an authority", where));
    return authority;
}

void trust(SSL_CTX* context, X509* authority) { X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority); }

std::shared_ptr<TlsContext> wrap(openssl::Context context, bool is_server, ServerName names) {
    auto impl = std::make_unique<TlsContext::Impl>();
    impl->context = std::move(context);
    impl->is_server = is_server;
    impl->names = names;
    return std::make_shared<TlsContext>(std::move(impl));
}

std::shared_ptr<TlsContext> make_client(const std::string& ca_pem, const std::string& where,
                                        const std::optional<TlsIdentity>& identity, ServerName names) {
    auto context = new_context(TLS_client_method());
    trust(context.get(), authority_in(ca_pem, where).get());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    if (identity) use_identity(context.get(), *identity);
    return wrap(std::move(context), false, names);
}

}  // namespace

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;

std::shared_ptr<TlsContext> TlsContext::server(const TlsIdentity& identity, const std::string& ca_file) {
    auto context = new_context(TLS_server_method());
    use_identity(context.get(), identity);
    const auto authority = authority_in(read_text(ca_file), ca_file);
    trust(context.get(), authority.get());
    // The authority travels with the certificate, so that a new client has something to ask its user about.
    SSL_CTX_add1_chain_cert(context.get(), authority.get());
    SSL_CTX_add_client_CA(context.get(), authority.get());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);   // asked for; who shows none is a plain client
    return wrap(std::move(context), true, ServerName::any_of_the_cluster);
}

std::shared_ptr<TlsContext> TlsContext::client(const std::string& ca_file, const std::optional<TlsIdentity>& identity,
                                               ServerName names) {
    return make_client(read_text(ca_file), ca_file, identity, names);
}

std::shared_ptr<TlsContext> TlsContext::client_pinned(const std::string& ca_pem, const std::optional<TlsIdentity>& identity,
                                                      ServerName names) {
    return make_client(ca_pem, "the pinned text", identity, names);
}

std::shared_ptr<TlsContext> trusting_context() {
    auto context = new_context(TLS_client_method());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    return wrap(std::move(context), false, ServerName::any_of_the_cluster);
}

}  // namespace parley::net
