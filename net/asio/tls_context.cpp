#include "net/asio/tls_context.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

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

std::unique_ptr<TlsContext::Impl> client_impl(openssl::Context context, ServerName names) {
    auto impl = std::make_unique<TlsContext::Impl>();
    impl->context = std::move(context);
    impl->names = names;
    return impl;
}

openssl::Context server_context(const TlsIdentity& identity, X509* authority) {
    auto context = new_context(TLS_server_method());
    use_identity(context.get(), identity);
    trust(context.get(), authority);
    SSL_CTX_add_client_CA(context.get(), authority);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);   // asked for; who shows none is a plain client
    return context;
}

// Who asks for a name gets the certificate that has it; all others get the cluster's own.
int choose_by_name(SSL* ssl, int*, void* argument) {
    const auto* impl = static_cast<const TlsContext::Impl*>(argument);
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (name == nullptr || X509_check_host(impl->named_by.get(), name, 0, 0, nullptr) != 1) return SSL_TLSEXT_ERR_NOACK;
    SSL_set_SSL_CTX(ssl, impl->named.get());
    return SSL_TLSEXT_ERR_OK;
}

WallTime wall_time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
    return WallTime{static_cast<std::int64_t>(::timegm(&parts)) * 1000};
}

// Whether the CA vouches for the certificate of this context as for a server's, today.
Result<void> verify_chain(SSL_CTX* own, const std::string& file, const std::string& ca_file) {
    X509* const certificate = SSL_CTX_get0_certificate(own);
    const auto authority = authority_in(read_text(ca_file), ca_file);
    const std::unique_ptr<X509_STORE, void (*)(X509_STORE*)> store(X509_STORE_new(), X509_STORE_free);
    const std::unique_ptr<X509_STORE_CTX, void (*)(X509_STORE_CTX*)> check(X509_STORE_CTX_new(), X509_STORE_CTX_free);
    X509_STORE_add_cert(store.get(), authority.get());
    X509_STORE_CTX_init(check.get(), store.get(), certificate, nullptr);
    X509_STORE_CTX_set_purpose(check.get(), X509_PURPOSE_SSL_SERVER);
    const int verified = X509_verify_cert(check.get());
    ERR_clear_error();
    if (verified == 1) return {};
    return Error{ErrorKind::untrusted, fmt::format("{} is not signed by {} for a replica's use", file, ca_file)};
}

Result<void> verify_dates(const X509* certificate, const std::string& file) {
    if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) return Error{ErrorKind::untrusted, file + " has expired; issue a new one"};
    if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
        return Error{ErrorKind::untrusted, file + " is not valid yet; compare this machine's clock with that of the one it was issued on"};
    }
    return {};
}

std::shared_ptr<TlsContext> make_client(const std::string& ca_pem, const std::string& where,
                                        const std::optional<TlsIdentity>& identity, ServerName names) {
    auto context = new_context(TLS_client_method());
    const auto authority = authority_in(ca_pem, where);
    trust(context.get(), authority.get());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    if (identity) use_identity(context.get(), *identity);
    const bool vouches_for_others = !openssl::is_cluster_authority(authority.get());
    auto impl = client_impl(std::move(context), vouches_for_others ? ServerName::must_match_address : names);
    impl->tells_name = vouches_for_others;
    return std::make_shared<TlsContext>(std::move(impl));
}

}  // namespace

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;

std::shared_ptr<TlsContext> TlsContext::server(const TlsIdentity& identity, const std::string& ca_file, const std::optional<TlsIdentity>& named) {
    const auto authority = authority_in(read_text(ca_file), ca_file);
    auto impl = std::make_unique<Impl>();
    impl->is_server = true;
    impl->context = server_context(identity, authority.get());
    // The authority travels with the certificate, so that a new client has something to ask its user about.
    SSL_CTX_add1_chain_cert(impl->context.get(), authority.get());
    if (named) {
        impl->named = server_context(*named, authority.get());
        impl->named_by = openssl::Certificate(X509_dup(SSL_CTX_get0_certificate(impl->named.get())));
        // What SSL_CTX_set_tlsext_servername_callback stands for, without its C cast.
        SSL_CTX_callback_ctrl(impl->context.get(), SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, reinterpret_cast<void (*)()>(&choose_by_name));
        SSL_CTX_set_tlsext_servername_arg(impl->context.get(), impl.get());
    }
    return std::make_shared<TlsContext>(std::move(impl));
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
    return std::make_shared<TlsContext>(client_impl(std::move(context), ServerName::any_of_the_cluster));
}

Result<CertificateFacts> examine(const TlsIdentity& identity, const std::optional<std::string>& ca_file) {
    try {
        const auto context = new_context(TLS_server_method());
        use_identity(context.get(), identity);
        const X509* const certificate = SSL_CTX_get0_certificate(context.get());
        if (const auto dates = verify_dates(certificate, identity.certificate_file); !dates) return dates.error();
        if (ca_file) {
            if (const auto chain = verify_chain(context.get(), identity.certificate_file, *ca_file); !chain) return chain.error();
        }
        return CertificateFacts{openssl::subject_entry(certificate, NID_commonName), wall_time_of(X509_get0_notAfter(certificate))};
    } catch (const std::runtime_error& error) {
        return Error{ErrorKind::untrusted, error.what()};
    }
}

}  // namespace parley::net
