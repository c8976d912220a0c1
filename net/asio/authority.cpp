#include "net/asio/authority.hpp"

#include <algorithm>
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

constexpr long day_s = 24L * 3600;
// Clocks of the cluster's machines may differ a little when the certificate is first used.
constexpr long valid_before_s = day_s;

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

openssl::Certificate blank_certificate(EVP_PKEY* key, const std::string& common_name, const std::string& unit, long days,
                                       const std::string& organisation = openssl::organisation) {
    openssl::Certificate certificate(X509_new());
    require(certificate != nullptr, "a certificate");
    X509_set_version(certificate.get(), X509_VERSION_3);
    set_random_serial(certificate.get());
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), std::min(days * day_s, 0L) - valid_before_s);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * day_s);
    X509_NAME* name = X509_get_subject_name(certificate.get());
    add_entry(name, "O", organisation);
    add_entry(name, "OU", unit);
    add_entry(name, "CN", common_name);
    X509_set_pubkey(certificate.get(), key);
    return certificate;
}

void sign(X509* certificate, const X509* issuer, EVP_PKEY* issuer_key) {
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
    require(X509_sign(certificate, issuer_key, EVP_sha256()) > 0, "a signature");
}

// Empty for a kind that we do not issue.
std::string name_text(const GENERAL_NAME* name) {
    int kind = 0;
    const auto* value = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(name, &kind));
    const unsigned char* bytes = ASN1_STRING_get0_data(value);
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(value));
    if (kind == GEN_DNS) return {bytes, bytes + size};
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (kind != GEN_IPADD || (size != 4 && size != 16)) return {};
    return ::inet_ntop(size == 4 ? AF_INET : AF_INET6, bytes, text.data(), text.size()) == nullptr ? "" : text.data();
}

const std::vector<std::string> names_of_all{"127.0.0.1", "::1", "localhost"};

std::string subject_alternative_names(const std::vector<std::string>& names) {
    std::vector<std::string> all = names_of_all;
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
                  const std::string& uses, const std::string& alternative_names, long days) {
    const auto issuer = openssl::certificate_from_pem(authority.certificate_pem);
    const auto issuer_key = key_from_pem(authority.key_pem);
    require(issuer && issuer_key, "a certificate without the authority's own");
    const openssl::Key key(EVP_EC_gen("P-256"));
    require(key != nullptr, "a private key");
    const auto certificate = blank_certificate(key.get(), common_name, unit, days);
    add_extension(certificate.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate.get(), issuer.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(certificate.get(), issuer.get(), NID_ext_key_usage, uses);
    add_extension(certificate.get(), issuer.get(), NID_authority_key_identifier, "keyid");
    if (!alternative_names.empty()) add_extension(certificate.get(), issuer.get(), NID_subject_alt_name, alternative_names);
    sign(certificate.get(), issuer.get(), issuer_key.get());
    return {openssl::to_pem(certificate.get()), key_to_pem(key.get())};
}

// Of the alternative names, all but those that every replica has.
std::vector<std::string> names_of(const X509* certificate) {
    std::vector<std::string> names;
    const auto list = std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)>(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)), GENERAL_NAMES_free);
    for (int i = 0; list && i < sk_GENERAL_NAME_num(list.get()); ++i) {
        std::string text = name_text(sk_GENERAL_NAME_value(list.get(), i));
        if (!text.empty() && std::ranges::find(names_of_all, text) == names_of_all.end()) names.push_back(std::move(text));
    }
    return names;
}

std::string read_text(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error(fmt::format("cannot read {}: {}", file, std::strerror(errno)));
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

}  // namespace

Authority Authority::create(const std::string& cluster_name, const std::string& organisation) {
    const openssl::Key key(EVP_EC_gen("P-256"));
    require(key != nullptr, "a private key");
    const auto certificate = blank_certificate(key.get(), cluster_name, openssl::authority_unit, certificate_days, organisation);
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

Credentials Authority::issue_replica(const std::string& node_id_hex, const std::vector<std::string>& names, long days) const {
    return issue(own_, node_id_hex, "replica", "serverAuth,clientAuth", subject_alternative_names(names), days);
}

Credentials Authority::renew_replica(const std::string& certificate_pem, long days) const {
    const auto old = openssl::certificate_from_pem(certificate_pem);
    if (!old || openssl::subject_entry(old.get(), NID_organizationalUnitName) != "replica") {
        throw std::runtime_error("this is not the certificate of a replica");
    }
    return issue_replica(openssl::subject_entry(old.get(), NID_commonName), names_of(old.get()), days);
}

Credentials Authority::issue_operator(const std::string& name) const {
    return issue(own_, name, "operator", "clientAuth", "", certificate_days);
}

std::string Authority::fingerprint() const { return fingerprint_of(own_.certificate_pem); }

bool is_cluster_authority(const std::string& certificate_pem) {
    const auto certificate = openssl::certificate_from_pem(certificate_pem);
    return certificate && openssl::is_cluster_authority(certificate.get());
}

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
