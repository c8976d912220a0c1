// Certificates of replicas that run: new ones without a stop, and whoever has a wrong one or none is refused, each with a sentence
// of its own in the replica's log.
#include <csignal>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "consensus/driver/peers.hpp"
#include "net/asio/asio_dialer.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/authority.hpp"
#include "net/asio/tls_context.hpp"
#include "tests/e2e/cluster.hpp"
#include "tests/e2e/hostile.hpp"

namespace parley::e2e {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

class CertificatesOf : public ::testing::Test {
protected:
    CertificatesOf() : cluster_(sandbox_, 3, Watch::supervised) { sandbox_.register_account("ada"); }

    [[nodiscard]] std::string certificate(int replica) const { return cluster_.replica_folder(replica) + "/tls/replica.pem"; }
    [[nodiscard]] std::string key(int replica) const { return cluster_.replica_folder(replica) + "/tls/replica.key"; }
    [[nodiscard]] std::string log(int replica) const { return read_text(cluster_.replica_folder(replica) + "/parleyd.log"); }
    bool log_says(int replica, const std::string& sentence) {
        return eventually(seconds{20}, [&] { return log(replica).find(sentence) != std::string::npos; });
    }
    Finished renew(int replica) { return sandbox_.run("parleyd", {"certificate", certificate(replica), "--ca", cluster_.data(), "--days", "400"}); }
    [[nodiscard]] net::Authority authority() const { return net::Authority::load(cluster_.data() + "/ca.pem", cluster_.data() + "/ca.key"); }
    std::string node_of(int replica) {
        const auto facts = net::examine({certificate(replica), key(replica)}, cluster_.data() + "/ca.pem");
        return facts ? facts->common_name : facts.error().message;
    }
    void put(int replica, const net::Credentials& credentials) {
        net::write_private_file(key(replica), credentials.key_pem);
        net::write_private_file(certificate(replica), credentials.certificate_pem);
    }
    bool can_send() { return sandbox_.as("ada", {"send", "general", "hi"}).code == 0; }
    std::vector<std::string> ballots() {
        std::vector<std::string> all;
        for (const ReplicaLine& line : cluster_.status()) all.push_back(line.ballot);
        return all;
    }

    Sandbox sandbox_;
    Cluster cluster_;
};

TEST_F(CertificatesOf, AReplicaThatRunsAreTakenAnewAndNothingIsDropped) {
    const auto before = ballots();
    const pid_t pid = cluster_.pid_of(1);
    // A client that stays connected all the while.
    Process tail(sandbox_.command("parley", {"tail", "general", "--profile", "ada", "--servers", cluster_.servers()[0], "--ca", cluster_.ca()}, "tail"));
    ASSERT_TRUE(eventually(seconds{20}, [&] { return cluster_.status()[0].clients >= 1; }));
    const std::string old = read_text(certificate(1));
    for (int replica = 1; replica <= 3; ++replica) {
        const Finished renewed = renew(replica);
        ASSERT_EQ(renewed.code, 0) << renewed.errors;
        ASSERT_EQ(::kill(cluster_.pid_of(replica), SIGHUP), 0);
        EXPECT_TRUE(log_says(replica, "new certificate for replica: valid until ")) << log(replica);
    }
    EXPECT_NE(read_text(certificate(1)), old);
    EXPECT_EQ(std::filesystem::status(key(1)).permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_TRUE(can_send());
    EXPECT_EQ(cluster_.pid_of(1), pid);
    EXPECT_EQ(ballots(), before) << "somebody lost the leader over it";
    EXPECT_TRUE(eventually(seconds{10}, [&] { return read_text(sandbox_.path("output/tail.out")).find("hi") != std::string::npos; }));
    EXPECT_TRUE(tail.is_running());
    EXPECT_EQ(read_text(sandbox_.path("output/tail.err")), "") << "the client noticed";
    // Links that are made anew stand on the new certificates.
    cluster_.kill(2);
    EXPECT_TRUE(cluster_.wait_until_all_are_up());
}

TEST_F(CertificatesOf, AFileThatDoesNotFitIsRefusedWithASentenceAndTheOldOneStays) {
    const net::Authority other = net::Authority::create("another cluster");
    const std::vector<std::pair<net::Credentials, std::string>> wrong{
        {other.issue_replica(node_of(1), {}), "is not signed by"},
        {authority().issue_replica(node_of(1), {}, -1), "has expired"},
        {authority().issue_replica("00000000000000aa", {}), "belongs to the replica 00000000000000aa"},
        {net::Credentials{"nothing", authority().issue_operator("x").key_pem}, "holds no usable certificate"},
    };
    const pid_t pid = cluster_.pid_of(1);
    for (const auto& [credentials, sentence] : wrong) {
        put(1, credentials);
        ASSERT_EQ(::kill(pid, SIGHUP), 0);
        EXPECT_TRUE(log_says(1, sentence)) << sentence << " in\n" << log(1);
        const Finished status = sandbox_.parley({"status", "--servers", cluster_.servers()[0], "--ca", cluster_.ca()});
        EXPECT_THAT(status.output, HasSubstr("3 of 3 replicas")) << "it shows the old one: " << status.errors;
    }
    EXPECT_THAT(log(1), HasSubstr("the certificates stay as they were"));
    EXPECT_EQ(cluster_.pid_of(1), pid);
}

TEST_F(CertificatesOf, AnExpiredOneKeepsAReplicaOutUntilItHasAnother) {
    const std::string node = node_of(3);
    put(3, authority().issue_replica(node, {}, -1));
    const pid_t pid = cluster_.pid_of(3);
    ASSERT_EQ(::kill(pid, SIGKILL), 0);
    EXPECT_TRUE(log_says(3, "others will not believe this replica's certificate")) << log(3);
    EXPECT_TRUE(log_says(1, "the other end's certificate has expired; issue a new one")) << log(1);
    const Finished asked = sandbox_.parley({"status", "--servers", cluster_.servers()[2], "--ca", cluster_.ca(), "--timeout", "2"});
    EXPECT_THAT(asked.output + asked.errors, HasSubstr("the server's certificate has expired"));
    // A client begins with any of the three.
    for (int i = 0; i < 8; ++i) EXPECT_TRUE(can_send()) << "two of three go on";
    put(3, authority().issue_replica(node, {}, 400));
    int running = 0;
    for (const auto& [process, line] : processes_of_home(sandbox_.folder())) {
        if (line.find(cluster_.replica_folder(3)) == std::string::npos || line.find("parleyd") == std::string::npos) continue;
        EXPECT_EQ(::kill(process, SIGHUP), 0);
        ++running;
    }
    EXPECT_EQ(running, 1);
    EXPECT_TRUE(cluster_.wait_until_all_are_up());
}

TEST_F(CertificatesOf, AnotherAuthoritysCertificateIsForClientsThatAskForItsName) {
    const net::Authority public_one = net::Authority::create("everybody", "Somebody else");
    const std::string root = sandbox_.write_file("root.pem", public_one.certificate_pem());
    for (int replica = 1; replica <= 3; ++replica) {
        const std::string folder = cluster_.replica_folder(replica);
        const net::Credentials shown = public_one.issue_replica("chat.example.org", {});
        net::write_private_file(folder + "/tls/clients.pem", shown.certificate_pem);
        net::write_private_file(folder + "/tls/clients.key", shown.key_pem);
        std::string config = read_text(folder + "/parleyd.toml");
        for (const auto& [name, file] : {std::pair{"client_certificate", "tls/clients.pem"}, {"client_key", "tls/clients.key"}}) {
            const std::string empty = std::string(name) + " = \"\"";
            ASSERT_NE(config.find(empty), std::string::npos);
            config.replace(config.find(empty), empty.size(), std::string(name) + " = \"" + file + "\"");
        }
        net::write_private_file(folder + "/parleyd.toml", config);
        cluster_.kill(replica);
        ASSERT_TRUE(cluster_.wait_until_all_are_up()) << "among themselves replicas show their own";
    }
    const std::string server = cluster_.servers()[0];
    const std::string by_name = "localhost" + server.substr(server.rfind(':'));
    const std::vector<std::string> reach{"--servers", by_name, "--ca", root};
    const auto with = [&](std::vector<std::string> words) {
        words.insert(words.end(), reach.begin(), reach.end());
        return sandbox_.as("visitor", words);
    };
    const Finished in = with({"login", "ada", "--password-file", sandbox_.path("password")});
    EXPECT_EQ(in.code, 0) << in.errors;
    EXPECT_EQ(with({"send", "general", "by another authority"}).code, 0);
    EXPECT_TRUE(can_send()) << "who has the cluster's own sees the cluster's own";
    // Asked for by no name it is not shown.
    const Finished numeric = sandbox_.parley({"status", "--servers", server, "--ca", root, "--timeout", "2"});
    EXPECT_THAT(numeric.output + numeric.errors, HasSubstr("signed by an authority that is not known here"));
    for (int replica = 1; replica <= 3; ++replica) {
        ASSERT_EQ(::kill(cluster_.pid_of(replica), SIGHUP), 0);
        EXPECT_TRUE(log_says(replica, "new certificate for clients: valid until "));
    }
}

// Dials with these and says hello as a replica; the log of the replica it dialled has the reason of the refusal.
void come_as_a_replica(const std::string& server, const std::shared_ptr<net::TlsContext>& tls, std::uint64_t node) {
    net::AsioLoop loop;
    net::AsioDialer dialer(loop, tls);
    std::unique_ptr<net::Link> link;
    dialer.dial(server, net::LinkPurpose::consensus, [&](net::Result<std::unique_ptr<net::Link>> dialled) {
        if (!dialled) return loop.stop();
        link = std::move(*dialled);
        link->start({[](const net::FrameView&) {}, [&](const net::Error&) { loop.stop(); }, {}});
        consensus::ReplicaHello hello;
        hello.node = consensus::NodeId{node};
        const net::FrameHeader header{static_cast<std::uint16_t>(consensus::FrameType::replica_hello), 0, 1};
        link->send(net::encode_frame(header, net::encode(hello)));
    });
    loop.after(seconds{5}, [&] { loop.stop(); });
    loop.run();
}

TEST_F(CertificatesOf, EveryRefusalHasASentenceOfItsOwn) {
    const std::string server = cluster_.servers()[0];
    std::set<std::string> sentences;
    const auto refused_with = [&](const std::string& sentence) {
        EXPECT_TRUE(log_says(1, sentence)) << sentence << " in\n" << log(1);
        sentences.insert(sentence);
    };
    EXPECT_TRUE(is_closed_after(server, "GET / HTTP/1.1\r\n\r\n"));
    refused_with("the other end does not speak TLS, which this port requires");

    const Finished plain = sandbox_.parley({"status", "--servers", server, "--tls", "off", "--timeout", "2"});
    EXPECT_NE(plain.code, 0);
    EXPECT_THAT(plain.output + plain.errors, HasSubstr("TLS"));

    const std::string stranger = sandbox_.write_file("other.pem", net::Authority::create("another cluster").certificate_pem());
    const Finished wrong = sandbox_.parley({"status", "--servers", server, "--ca", stranger, "--timeout", "2"});
    EXPECT_THAT(wrong.output + wrong.errors, HasSubstr("signed by an authority that is not known here"));
    refused_with("the client does not trust this replica's certificate");

    const net::Authority other = net::Authority::create("another cluster");
    const auto identity = [&](const net::Credentials& credentials) {
        net::write_private_file(sandbox_.path("shown.pem"), credentials.certificate_pem);
        net::write_private_file(sandbox_.path("shown.key"), credentials.key_pem);
        return net::TlsContext::client(cluster_.ca(), net::TlsIdentity{sandbox_.path("shown.pem"), sandbox_.path("shown.key")});
    };
    come_as_a_replica(server, identity(other.issue_replica(node_of(2), {})), 1);
    refused_with("the other end's certificate is not signed by this cluster's authority");
    come_as_a_replica(server, identity(authority().issue_replica(node_of(2), {}, -1)), 1);
    refused_with("the other end's certificate has expired");
    EXPECT_EQ(sentences.size(), 4U);
    EXPECT_TRUE(can_send());
}

}  // namespace
}  // namespace parley::e2e
