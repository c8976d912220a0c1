// Authority: files that only their owner reads, certificates that differ, loading what was saved.
#include "net/asio/authority.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/stat.h>

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include "net/asio/detail/openssl.hpp"
#include "tests/net/link_fixture.hpp"

namespace parley::net {
namespace {

// The names a certificate is for, as OpenSSL prints them.
std::string names_in(const std::string& certificate_pem) {
    const auto certificate = openssl::certificate_from_pem(certificate_pem);
    const int at = X509_get_ext_by_NID(certificate.get(), NID_subject_alt_name, -1);
    const openssl::Bio memory(BIO_new(BIO_s_mem()));
    X509V3_EXT_print(memory.get(), X509_get_ext(certificate.get(), at), 0, 0);
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return {data, data + size};
}

TEST(Authority, WritesPrivateFilesWholeAndForTheirOwnerOnly) {
    const std::string file = testing::TempDir() + "parley-private-" + std::to_string(::getpid());
    write_private_file(file, "first");
    write_private_file(file, "second");
    struct stat info{};
    ASSERT_EQ(::stat(file.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    EXPECT_EQ(text.str(), "second");
    EXPECT_FALSE(std::filesystem::exists(file + ".part"));
    std::filesystem::remove(file);
    EXPECT_THROW(write_private_file("/nonexistent/key", "x"), std::runtime_error);
}

TEST(Authority, LoadsWhatItMadeAndRefusesAKeyOfAnother) {
    const TestCluster& ours = TestCluster::ours();
    const std::string key = std::filesystem::path(ours.ca()).parent_path() / "ca.key";
    write_private_file(key, ours.authority().key_pem());
    const Authority loaded = Authority::load(ours.ca(), key);
    EXPECT_EQ(loaded.fingerprint(), ours.authority().fingerprint());
    EXPECT_THROW(Authority::load(ours.ca(), ours.identity("operator").key_file), std::runtime_error);
    EXPECT_THROW(Authority::load("/nonexistent", key), std::runtime_error);
    EXPECT_THROW(Authority::load(key, key), std::runtime_error);
}

TEST(Authority, RenewsACertificateForTheSameNodeAndNamesWithAnotherKey) {
    const Authority& authority = TestCluster::ours().authority();
    const auto old = authority.issue_replica("00000000000000b1", {"chat.example.org", "10.0.0.5", "fd00::5"});
    const auto renewed = authority.renew_replica(old.certificate_pem, 90);
    EXPECT_NE(renewed.key_pem, old.key_pem);
    EXPECT_NE(fingerprint_of(renewed.certificate_pem), fingerprint_of(old.certificate_pem));
    const TestCluster& files = TestCluster::ours();
    files.put("renewed", renewed);
    const auto facts = examine(files.identity("renewed"), files.ca());
    ASSERT_TRUE(facts.has_value()) << facts.error().message;
    EXPECT_EQ(facts->common_name, "00000000000000b1");
    const auto again = authority.renew_replica(renewed.certificate_pem);
    EXPECT_EQ(names_in(again.certificate_pem), names_in(old.certificate_pem));
    EXPECT_NE(names_in(old.certificate_pem).find("chat.example.org"), std::string::npos);
    EXPECT_THROW(authority.renew_replica(authority.issue_operator("admin").certificate_pem), std::runtime_error);
    EXPECT_THROW(authority.renew_replica("nothing"), std::runtime_error);
}

TEST(Authority, EveryCertificateAndEveryAuthorityIsItsOwn) {
    const Authority& authority = TestCluster::ours().authority();
    const auto one = authority.issue_replica("00000000000000b1", {"chat.example.org", "10.0.0.5", "fd00::5"});
    const auto two = authority.issue_replica("00000000000000b1", {});
    EXPECT_NE(fingerprint_of(one.certificate_pem), fingerprint_of(two.certificate_pem));
    EXPECT_NE(one.key_pem, two.key_pem);
    EXPECT_NE(authority.fingerprint(), TestCluster::other().authority().fingerprint());
    EXPECT_EQ(authority.fingerprint().size(), 64U);
    EXPECT_THROW(fingerprint_of("no certificate"), std::runtime_error);
}

TEST(Authority, RefusesNamesThatWouldSayMoreThanOneName) {
    const Authority& authority = TestCluster::ours().authority();
    for (const std::string name : {"", "a,DNS:b", "two words", "a;b", "a\nb"}) {
        EXPECT_THROW((void)authority.issue_replica("00000000000000b1", {name}), std::runtime_error) << name;
    }
}

}  // namespace
}  // namespace parley::net
