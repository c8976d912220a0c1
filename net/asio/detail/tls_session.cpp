#include "net/asio/detail/tls_session.hpp"

#include <array>

#include <boost/asio/ip/address.hpp>
#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "net/asio/detail/tls_context_impl.hpp"
#include "net/ports/check.hpp"

namespace parley::net {
namespace {

constexpr std::byte record_alert{0x15};
constexpr std::byte record_handshake{0x16};
// "protocol_version", fatal: what a TLS server answers to something that is no TLS.
constexpr std::array<unsigned char, 7> alert_not_tls{0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x46};

Error untrusted(std::string sentence) { return Error{ErrorKind::untrusted, std::move(sentence)}; }

bool is_numeric(const std::string& host) {
    boost::system::error_code not_numeric;
    boost::asio::ip::make_address(host, not_numeric);
    return !not_numeric;
}

// SSL_set_tlsext_host_name, without its C cast; OpenSSL makes a copy.
void tell_name(SSL* ssl, std::string host) { SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data()); }

void demand_name(SSL* ssl, const std::string& host) {
    X509_VERIFY_PARAM* rules = SSL_get0_param(ssl);
    const int set = is_numeric(host) ? X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str())
                                     : X509_VERIFY_PARAM_set1_host(rules, host.data(), host.size());
    CHECK(set == 1, "the name to verify could not be set");
}

}  // namespace

TlsSession::TlsSession(const TlsContext& context, const std::string& host)
    : is_server_(context.impl().is_server), host_(host), ssl_(SSL_new(context.impl().context.get())) {
    CHECK(ssl_ != nullptr, "out of memory");
    from_peer_ = BIO_new(BIO_s_mem());
    to_peer_ = BIO_new(BIO_s_mem());
    CHECK(from_peer_ != nullptr && to_peer_ != nullptr, "out of memory");
    SSL_set_bio(ssl_.get(), from_peer_, to_peer_);
    if (is_server_) {
        SSL_set_accept_state(ssl_.get());
        return;
    }
    SSL_set_connect_state(ssl_.get());
    if (context.impl().names == ServerName::must_match_address) demand_name(ssl_.get(), host);
    if (context.impl().tells_name && !is_numeric(host)) tell_name(ssl_.get(), host);
}

Result<void> TlsSession::feed(ByteView ciphertext) {
    if (!first_byte_seen_ && !ciphertext.empty()) {
        first_byte_seen_ = true;
        if (ciphertext[0] != record_handshake && ciphertext[0] != record_alert) {
            BIO_write(to_peer_, alert_not_tls.data(), static_cast<int>(alert_not_tls.size()));
            return Error{ErrorKind::wrong_peer, is_server_ ? "the other end does not speak TLS, which this port requires"
                                                           : "the server does not speak TLS; if that is meant, use --tls off"};
        }
    }
    const int taken = BIO_write(from_peer_, ciphertext.data(), static_cast<int>(ciphertext.size()));
    CHECK(taken == static_cast<int>(ciphertext.size()), "a memory buffer took only a part");
    return {};
}

Result<bool> TlsSession::handshake() {
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl_.get());
    if (done == 1) return true;
    if (SSL_get_error(ssl_.get(), done) == SSL_ERROR_WANT_READ) return false;
    return explain_failure();
}

Result<std::size_t> TlsSession::read(std::span<std::byte> plaintext) {
    ERR_clear_error();
    std::size_t got = 0;
    if (SSL_read_ex(ssl_.get(), plaintext.data(), plaintext.size(), &got) == 1) return got;
    const int error = SSL_get_error(ssl_.get(), 0);
    if (error == SSL_ERROR_WANT_READ) return std::size_t{0};
    if (error == SSL_ERROR_ZERO_RETURN) return Error{ErrorKind::closed, "the other end closed the link"};
    return explain_failure();
}

void TlsSession::write(ByteView plaintext) {
    ERR_clear_error();
    std::size_t put = 0;
    if (plaintext.empty()) return;
    const int done = SSL_write_ex(ssl_.get(), plaintext.data(), plaintext.size(), &put);
    // Towards memory it can only fail once the session is broken, which reading reports.
    CHECK(done == 0 || put == plaintext.size(), "a memory buffer took only a part");
}

void TlsSession::say_goodbye() {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
}

void TlsSession::take_output(Bytes& output) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(to_peer_, &data);
    if (size <= 0) return;
    const auto bytes = std::as_bytes(std::span{data, static_cast<std::size_t>(size)});
    output.insert(output.end(), bytes.begin(), bytes.end());
    BIO_reset(to_peer_);
}

void TlsSession::identify(PeerIdentity& peer) const {
    const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
    if (certificate == nullptr || SSL_get_verify_result(ssl_.get()) != X509_V_OK) return;
    if (SSL_get_verify_mode(ssl_.get()) == SSL_VERIFY_NONE) return;
    peer.certificate_name = openssl::subject_entry(certificate, NID_commonName);
    peer.certificate_role = openssl::subject_entry(certificate, NID_organizationalUnitName);
}

std::optional<std::string> TlsSession::shown_authority() const {
    const STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl_.get());
    if (chain == nullptr || sk_X509_num(chain) < 2) return {};
    X509* last = sk_X509_value(chain, sk_X509_num(chain) - 1);
    if (X509_check_ca(last) == 0) return {};
    return openssl::to_pem(last);
}

// ---- sentences ----

Error TlsSession::explain_failure() const {
    const unsigned long code = ERR_peek_error();
    const int reason = ERR_GET_REASON(code);
    const long verdict = SSL_get_verify_result(ssl_.get());
    const std::string text = openssl::take_reason();
    if (code != 0 && ERR_GET_LIB(code) == ERR_LIB_SSL && reason == SSL_R_CERTIFICATE_VERIFY_FAILED) return explain_verdict(verdict);
    return explain_reason(reason, text.c_str());
}

Error TlsSession::explain_verdict(long verdict) const {
    const std::string whose = is_server_ ? "the other end's certificate" : "the server's certificate";
    switch (verdict) {
        case X509_V_ERR_CERT_HAS_EXPIRED: return untrusted(whose + " has expired; issue a new one");
        case X509_V_ERR_CERT_NOT_YET_VALID: return untrusted(whose + " is not valid yet; compare the clocks of the two machines");
        case X509_V_ERR_HOSTNAME_MISMATCH: case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return untrusted(fmt::format("{} is not for {}; use one of the names it was issued for", whose, host_));
        case X509_V_ERR_INVALID_PURPOSE:
            return untrusted(whose + (is_server_ ? " may not be used by a client" : " does not belong to a replica"));
        default: break;
    }
    if (is_server_) return untrusted("the other end's certificate is not signed by this cluster's authority");
    return untrusted("the server's certificate is signed by an authority that is not known here; give the cluster's "
                     "certificate with --ca FILE");
}

Error TlsSession::explain_reason(int reason, const char* text) const {
    switch (reason) {
        case SSL_R_WRONG_VERSION_NUMBER: case SSL_R_UNSUPPORTED_PROTOCOL: case SSL_R_HTTP_REQUEST:
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION: case SSL_R_NO_PROTOCOLS_AVAILABLE:
        case SSL_R_UNKNOWN_PROTOCOL: case SSL_R_VERSION_TOO_LOW:
            return Error{ErrorKind::wrong_peer, "the other end does not speak TLS 1.3"};
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA: case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE: case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED: case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
            return untrusted(is_server_ ? "the client does not trust this replica's certificate: it knows another authority"
                                        : "the server does not accept our certificate: it is of another cluster or has expired");
        default: return Error{ErrorKind::malformed, fmt::format("TLS failed: {}", text)};
    }
}

}  // namespace parley::net
