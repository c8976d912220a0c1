#include "net/asio/authority.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "net/asio/detail/openssl.hpp"

namespace parley::net {
namespace {

constexpr long valid_for_s = 10L * 365 * 24 * 3600;
// Clocks of the cluster's machines may differ a little when the certificate is first used.
constexpr long valid_before_s = 24L * 3600;

void require(bool succeeded, const char* what) {
    if (!succeeded) throw std::runtime_error(fmt::format("cannot make {}: {}", what, openssl::take_reason()));
}

std::string key_to_pem(EVP_PKEY* key) {
    const openssl::Bio memory(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_PKCS8PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "a private key");
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return {data, data + size};
}

openssl::Key key_from_pem(const std::string& pem) {
    const openssl::Bio memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return openssl::Key(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr));
}

void add_entry(X509_NAME* name, const char* field, const std::string& text) {
    const std::vector<unsigned char> bytes(text.begin(), text.end());
    require(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, bytes.data(), static_cast<int>(bytes.size()), -1, 0) == 1,
            "a certificate's name");
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& text) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, text.c_str());
    require(extension != nullptr, "a certificate's extension");
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

void set_random_serial(X509* certificate) {
    std::array<unsigned char, 16> serial{};
    require(RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1, "a serial number");
    serial[0] = static_cast<unsigned char>((serial[0] & 0x3FU) | 0x40U);   // positive, and always of one length
    BIGNUM* number = BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr);
    require(number != nullptr, "a serial number");
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
}

openssl::Certificate blank_certificate(EVP_PKEY* key, const std::string& common_name, const std::string& unit) {
    openssl::Certificate certificate(X509_new());
    require(certificate != nullptr, "a certificate");
    X509_set_version(certificate.get(), X509_VERSION_3);
    set_random_serial(certificate.get());
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -valid_before_s);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), valid_for_s);
    X509_NAME* name = X509_get_subject_name(certificate.get());
    add_entry(name, "O", "Parley");
    add_entry(name, "OU", unit);
    add_entry(name, "CN", common_name);
    X509_set_pubkey(certificate.get(), key);
    return certificate;
}

void sign(X509* certificate, const X509* issuer, EVP_PKEY* issuer_key) {
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
    require(X509_sign(certificate, issuer_key, EVP_sha256()) > 0, "a signature");
}

std::string subject_alternative_names(const std::vector<std::string>& names) {
    std::vector<std::string> all{"127.0.0.1", "::1", "localhost"};
    all.insert(all.end(), names.begin(), names.end());
    std::string text;
    for (const auto& name : all) {
        if (name.empty() || name.find_first_of(",;\n ") != std::string::npos) {
            throw std::runtime_error(fmt::format("\"{}\" is neither a host name nor an address", name));
        }
        std::array<unsigned char, 16> address{};
        const bool numeric = ::inet_pton(AF_INET, name.c_str(), address.data()) == 1 ||
                             ::inet_pton(AF_INET6, name.c_str(), address.data()) == 1;
        text += fmt::format("{}{}:{}", text.empty() ? "" : ",", numeric ? "IP" : "DNS", name);
    }
    return text;
}

Credentials issue(const Credentials& authority, const std::string& common_name, const std::string& unit,
                  const std::string& uses, const std::string& alternative_names) {
    const auto issuer = openssl::certificate_from_pem(authority.certificate_pem);
    const auto issuer_key = key_from_pem(authority.key_pem);
    require(issuer && issuer_key, "a certificate without the authority's own");
    const openssl::Key key(EVP_EC_gen("P-256"));
    require(key != nullptr, "a private key");
    const auto certificate = blank_certificate(key.get(), common_name, unit);
    add_extension(certificate.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate.get(), issuer.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(certificate.get(), issuer.get(), NID_ext_key_usage, uses);
    add_extension(certificate.get(), issuer.get(), NID_authority_key_identifier, "keyid");
    if (!alternative_names.empty()) add_extension(certificate.get(), issuer.get(), NID_subject_alt_name, alternative_names);
    sign(certificate.get(), issuer.get(), issuer_key.get());
    return {openssl::to_pem(certificate.get()), key_to_pem(key.get())};
}

std::string read_text(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error(fmt::format("cannot read {}: {}", file, std::strerror(errno)));
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

}  // namespace

Authority Authority::create(const std::string& cluster_name) {
    const openssl::Key key(EVP_EC_gen("P-256"));
    require(key != nullptr, "a private key");
    const auto certificate = blank_certificate(key.get(), cluster_name, "authority");
    add_extension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash");
    sign(certificate.get(), certificate.get(), key.get());
    return Authority({openssl::to_pem(certificate.get()), key_to_pem(key.get())});
}

Authority Authority::load(const std::string& certificate_file, const std::string& key_file) {
    Credentials own{read_text(certificate_file), read_text(key_file)};
    const auto certificate = openssl::certificate_from_pem(own.certificate_pem);
    if (!certificate) throw std::runtime_error(certificate_file + " holds no certificate of an authority");
    const auto key = key_from_pem(own.key_pem);
    if (!key || X509_check_private_key(certificate.get(), key.get()) != 1) {
        ERR_clear_error();
        throw std::runtime_error(fmt::format("{} is not the private key of {}", key_file, certificate_file));
    }
    return Authority(std::move(own));
}

Credentials Authority::issue_replica(const std::string& node_id_hex, const std::vector<std::string>& names) const {
    return issue(own_, node_id_hex, "replica", "serverAuth,clientAuth", subject_alternative_names(names));
}

Credentials Authority::issue_operator(const std::string& name) const {
    return issue(own_, name, "operator", "clientAuth", "");
}

std::string Authority::fingerprint() const { return fingerprint_of(own_.certificate_pem); }

std::string fingerprint_of(const std::string& certificate_pem) {
    const auto certificate = openssl::certificate_from_pem(certificate_pem);
    if (!certificate) throw std::runtime_error("this text holds no certificate");
    return openssl::fingerprint(certificate.get());
}

void write_private_file(const std::string& path, const std::string& text) {
    const std::string part = path + ".part";
    const auto fail = [&] { throw std::runtime_error(fmt::format("cannot write {}: {}", path, std::strerror(errno))); };
    ::unlink(part.c_str());
    const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) fail();
    const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
    if (::close(file) != 0 || !written || ::rename(part.c_str(), path.c_str()) != 0) fail();
    const auto folder = std::filesystem::path(path).parent_path();
    const int directory = ::open(folder.empty() ? "." : folder.c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC);
    if (directory < 0 || ::fsync(directory) != 0) fail();
    ::close(directory);
}

}  // namespace parley::net
