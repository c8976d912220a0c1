#include "net/asio/detail/openssl.hpp"

#include <array>

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace parley::net::openssl {

std::string take_reason() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "unknown" : reason;
}

std::string subject_entry(const X509* certificate, int nid) {
    const X509_NAME* subject = X509_get_subject_name(certificate);
    const int at = X509_NAME_get_index_by_NID(subject, nid, -1);
    if (at < 0) return {};
    const ASN1_STRING* text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, text);
    if (size < 0) return {};
    std::string result(utf8, utf8 + size);
    OPENSSL_free(utf8);
    return result;
}

bool is_cluster_authority(const X509* certificate) {
    return subject_entry(certificate, NID_organizationName) == organisation && subject_entry(certificate, NID_organizationalUnitName) == authority_unit;
}

std::string to_pem(X509* certificate) {
    const Bio memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(memory.get(), certificate);
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return {data, data + size};
}

Certificate certificate_from_pem(const std::string& pem) {
    const Bio memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    Certificate certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    return certificate;
}

std::string fingerprint(const X509* certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    X509_digest(certificate, EVP_sha256(), digest.data(), &size);
    std::string text;
    for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
    return text;
}

}  // namespace parley::net::openssl
