// OpenSSL's objects as values that free themselves, and its error queue as text.
#pragma once

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace parley::net::openssl {

struct Free {
    void operator()(BIO* object) const { BIO_free_all(object); }
    void operator()(EVP_PKEY* object) const { EVP_PKEY_free(object); }
    void operator()(SSL* object) const { SSL_free(object); }
    void operator()(SSL_CTX* object) const { SSL_CTX_free(object); }
    void operator()(X509* object) const { X509_free(object); }
};
using Bio = std::unique_ptr<BIO, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Session = std::unique_ptr<SSL, Free>;
using Context = std::unique_ptr<SSL_CTX, Free>;
using Certificate = std::unique_ptr<X509, Free>;

// The oldest reason in the queue, which is emptied; "unknown" when there is none.
std::string take_reason();

// The text of one entry of the subject's name; empty when it has none.
std::string subject_entry(const X509* certificate, int nid);

// What certificates of Parley's own authorities say of themselves.
inline constexpr const char* organisation = "Parley";
inline constexpr const char* authority_unit = "authority";
bool is_cluster_authority(const X509* certificate);

std::string to_pem(X509* certificate);
// The first certificate in the text, or none.
Certificate certificate_from_pem(const std::string& pem);
std::string fingerprint(const X509* certificate);

}  // namespace parley::net::openssl
