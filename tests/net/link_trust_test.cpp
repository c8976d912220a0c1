// Who is let in and who is believed: certificates of ours, of another cluster, none, and for the wrong purpose. Every
// refusal is a sentence that says what to do.
#include "tests/net/link_fixture.hpp"

namespace parley::net {
namespace {

bool mentions(const Error& error, const std::string& text) { return error.message.find(text) != std::string::npos; }

class LinkTrust : public LinkFixture {
protected:
    // The server's end of a link that `tls` dialled successfully.
    std::unique_ptr<Link> accepted_from(const std::shared_ptr<TlsContext>& tls) {
        client = dial(tls).value();
        run_until([this] { return !accepted.empty(); }, "the accepted link");
        auto link = std::move(accepted.back());
        accepted.clear();
        return link;
    }
    std::unique_ptr<Link> client;
    const TestCluster& ours = TestCluster::ours();
    const TestCluster& other = TestCluster::other();
};

TEST_F(LinkTrust, BothEndsKnowWhoTheOtherIs) {
    listen(ours.server());
    auto link = accepted_from(TlsContext::client(ours.ca(), ours.identity("operator")));
    EXPECT_EQ(link->peer().certificate_name, "admin");
    EXPECT_EQ(link->peer().certificate_role, "operator");
    EXPECT_EQ(client->peer().certificate_name, "00000000000000a1");
    EXPECT_EQ(client->peer().certificate_role, "replica");
    EXPECT_EQ(client->peer().address, listener->address());
    link = accepted_from(TlsContext::client(ours.ca(), ours.identity("replica")));
    EXPECT_EQ(link->peer().certificate_role, "replica");
}

TEST_F(LinkTrust, AClientWithoutCertificateIsLetInAsNobody) {
    listen(ours.server());
    const auto link = accepted_from(ours.client());
    EXPECT_FALSE(link->peer().certificate_name.has_value());
    EXPECT_FALSE(link->peer().certificate_role.has_value());
}

TEST_F(LinkTrust, AServerOfAnotherClusterIsNotBelieved) {
    listen(other.server());
    const auto result = dial(ours.client());
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().kind, ErrorKind::untrusted);
    EXPECT_TRUE(mentions(result.error(), "--ca FILE")) << result.error().message;
    run_until([this] { return !refused.empty(); }, "the server's side of it");
    EXPECT_EQ(refused[0].kind, ErrorKind::untrusted) << refused[0].message;
    EXPECT_TRUE(accepted.empty());
}

TEST_F(LinkTrust, AClientCertificateOfAnotherClusterIsRefused) {
    listen(ours.server());
    auto result = dial(TlsContext::client(ours.ca(), other.identity("operator")));
    run_until([this] { return !refused.empty(); }, "the refusal");
    EXPECT_EQ(refused.size(), 1U);
    EXPECT_EQ(refused[0].kind, ErrorKind::untrusted);
    EXPECT_TRUE(mentions(refused[0], "127.0.0.1:")) << refused[0].message;
    EXPECT_TRUE(accepted.empty());
    // TLS 1.3: the client may believe it is in until the server's verdict arrives.
    if (!result) return;
    std::optional<Error> end;
    (*result)->start({[](const FrameView&) {}, [&](const Error& error) { end = error; }, {}});
    run_until([&] { return end.has_value(); }, "the verdict");
    EXPECT_EQ(end->kind, ErrorKind::untrusted) << end->message;
}

TEST_F(LinkTrust, AnOperatorsCertificateDoesNotMakeAServer) {
    listen(TlsContext::server(ours.identity("operator"), ours.ca()));
    const auto result = dial(ours.client());
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().kind, ErrorKind::untrusted);
    EXPECT_TRUE(mentions(result.error(), "replica")) << result.error().message;
}

TEST_F(LinkTrust, NamesAreCheckedWhereTheClientAsksForIt) {
    // A certificate for example.org alone would not do; ours always lists loopback.
    listen(ours.server());
    EXPECT_TRUE(dial(TlsContext::client(ours.ca(), {}, ServerName::must_match_address)).has_value());
    const std::string port = listener->address().substr(listener->address().rfind(':') + 1);
    AsioDialer strict(loop, TlsContext::client(ours.ca(), {}, ServerName::must_match_address));
    AsioDialer lax(loop, ours.client());
    std::optional<Error> strict_error;
    std::optional<bool> lax_connected;
    // 127.0.0.2 is this machine too, and not in the certificate.
    listener = AsioListener::open(loop, "127.0.0.2:0", ours.server()).value();
    listener->start([](const std::unique_ptr<Link>&) {}, {});
    strict.dial(listener->address(), LinkPurpose::client, [&](const Result<std::unique_ptr<Link>>& result) {
        strict_error = result ? Error{ErrorKind::closed, "connected"} : result.error();
    });
    lax.dial(listener->address(), LinkPurpose::client, [&](const Result<std::unique_ptr<Link>>& result) { lax_connected = result.has_value(); });
    run_until([&] { return strict_error && lax_connected; }, "both answers");
    EXPECT_EQ(strict_error->kind, ErrorKind::untrusted);
    EXPECT_TRUE(mentions(*strict_error, "127.0.0.2")) << strict_error->message;
    EXPECT_TRUE(*lax_connected);
}

TEST_F(LinkTrust, APinnedAuthorityIsAsGoodAsAFile) {
    listen(ours.server());
    EXPECT_TRUE(dial(TlsContext::client_pinned(ours.authority().certificate_pem())).has_value());
    EXPECT_EQ(dial(TlsContext::client_pinned(other.authority().certificate_pem())).error().kind, ErrorKind::untrusted);
}

TEST_F(LinkTrust, TheShownAuthorityCanBeAskedForAndPinned) {
    listen(ours.server());
    dialer = std::make_unique<AsioDialer>(loop, nullptr);
    std::optional<Result<ShownAuthority>> shown;
    dialer->ask_authority(listener->address(), [&](Result<ShownAuthority> result) { shown.emplace(std::move(result)); });
    run_until([&] { return shown.has_value(); }, "the authority");
    ASSERT_TRUE(shown->has_value()) << shown->error().message;
    EXPECT_EQ((*shown)->fingerprint, ours.authority().fingerprint());
    EXPECT_EQ((*shown)->fingerprint.size(), 64U);
    EXPECT_TRUE(dial(TlsContext::client_pinned((*shown)->ca_pem)).has_value());
}

TEST_F(LinkTrust, AskingAPlainServerForItsAuthorityIsAnError) {
    listen(nullptr);
    dialer = std::make_unique<AsioDialer>(loop, nullptr);
    std::optional<Result<ShownAuthority>> shown;
    dialer->ask_authority(listener->address(), [&](Result<ShownAuthority> result) { shown.emplace(std::move(result)); });
    run_until([&] { return !accepted.empty(); }, "the plain link");
    accepted[0]->start({[](const FrameView&) {}, [](const Error&) {}, {}});
    run_until([&] { return shown.has_value(); }, "the answer");
    EXPECT_FALSE(shown->has_value());
}

TEST_F(LinkTrust, FilesThatDoNotFitAreSentencesThatNameThem) {
    const auto sentence = [](const std::function<void()>& act) -> std::string {
        try {
            act();
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "no error";
    };
    EXPECT_NE(sentence([] { TlsContext::client("/nonexistent/ca.pem"); }).find("/nonexistent/ca.pem"), std::string::npos);
    const std::string key_as_ca = ours.identity("replica").key_file;
    EXPECT_NE(sentence([&] { TlsContext::client(key_as_ca); }).find(key_as_ca), std::string::npos);
    TlsIdentity mixed{ours.identity("replica").certificate_file, ours.identity("operator").key_file};
    EXPECT_NE(sentence([&] { TlsContext::server(mixed, ours.ca()); }).find(mixed.key_file), std::string::npos);
}

TEST_F(LinkTrust, WhatHasExpiredIsRefusedWithASentenceOfItsOwn) {
    ours.put("expired", ours.authority().issue_replica("00000000000000a1", {}, -1));
    listen(TlsContext::server(ours.identity("expired"), ours.ca()));
    const auto result = dial(ours.client());
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().kind, ErrorKind::untrusted);
    EXPECT_TRUE(mentions(result.error(), "the server's certificate has expired; issue a new one")) << result.error().message;
    listen(ours.server());
    refused.clear();
    const auto dialled = dial(TlsContext::client(ours.ca(), ours.identity("expired")));
    run_until([this] { return !refused.empty(); }, "the server's side of it");
    EXPECT_TRUE(mentions(refused[0], "the other end's certificate has expired")) << refused[0].message;
}

TEST_F(LinkTrust, NewCertificatesAreForNewLinksAndOldOnesGoOn) {
    listen(ours.server());
    auto server_end = accepted_from(ours.client());
    std::vector<std::string> texts;
    std::optional<Error> end;
    client->start({[&](const FrameView& frame) { texts.push_back(text_of(frame)); }, [&](const Error& error) { end = error; }, {}});
    auto old_client = std::move(client);
    ours.put("renewed", ours.authority().issue_replica("00000000000000a2", {}));
    listener->use(TlsContext::server(ours.identity("renewed"), ours.ca()));
    const auto second_end = accepted_from(ours.client());
    EXPECT_EQ(client->peer().certificate_name, "00000000000000a2");
    dialer->use(TlsContext::client(ours.ca(), ours.identity("operator")));
    server_end->send(frame_of(20, "still here"));
    run_until([&] { return !texts.empty(); }, "a frame on the old link");
    EXPECT_EQ(texts, std::vector<std::string>{"still here"});
    EXPECT_FALSE(end.has_value());
    std::optional<Result<std::unique_ptr<Link>>> answer;
    dialer->dial(listener->address(), LinkPurpose::client, [&](Result<std::unique_ptr<Link>> result) { answer.emplace(std::move(result)); });
    run_until([&] { return !accepted.empty() && answer; }, "a link of the dialer's new certificate");
    EXPECT_EQ(accepted.back()->peer().certificate_role, "operator");
}

// A public name in front of the cluster: "localhost" stands for it here.
class NamedCertificate : public LinkTrust {
protected:
    NamedCertificate() { foreign.put("shown", foreign.authority().issue_replica("not a node", {})); }
    [[nodiscard]] std::shared_ptr<TlsContext> both() const { return TlsContext::server(ours.identity("replica"), ours.ca(), foreign.identity("shown")); }
    std::optional<Result<std::unique_ptr<Link>>> dial_as(const std::string& host, const std::shared_ptr<TlsContext>& tls) {
        named_dialer = std::make_unique<AsioDialer>(loop, tls);
        std::optional<Result<std::unique_ptr<Link>>> answer;
        const std::string port = listener->address().substr(listener->address().rfind(':'));
        named_dialer->dial(host + port, LinkPurpose::client, [&](Result<std::unique_ptr<Link>> result) { answer.emplace(std::move(result)); });
        run_until([&] { return answer.has_value(); }, "the dialer's answer");
        return answer;
    }
    const TestCluster foreign{"somebody", "Somebody else"};
    std::unique_ptr<AsioDialer> named_dialer;
};

TEST_F(NamedCertificate, IsShownToWhoAsksForItsNameAndToNobodyElse) {
    EXPECT_FALSE(is_cluster_authority(foreign.authority().certificate_pem()));
    EXPECT_TRUE(is_cluster_authority(ours.authority().certificate_pem()));
    listen(both());
    const auto named = dial_as("localhost", foreign.client());
    ASSERT_TRUE(named->has_value()) << named->error().message;
    EXPECT_EQ((**named)->peer().certificate_name, "not a node");
    const auto own = dial_as("localhost", ours.client());
    ASSERT_TRUE(own->has_value()) << own->error().message;
    EXPECT_EQ((**own)->peer().certificate_name, "00000000000000a1");
    // Operators are recognised at either. The server's ends of the first two may come after the clients'.
    run_until([this] { return accepted.size() == 2; }, "the first two links");
    accepted.clear();
    const auto as_operator = dial_as("localhost", TlsContext::client(foreign.ca(), ours.identity("operator")));
    ASSERT_TRUE(as_operator->has_value()) << as_operator->error().message;
    run_until([this] { return !accepted.empty(); }, "the accepted link");
    EXPECT_EQ(accepted.back()->peer().certificate_role, "operator");
}

TEST_F(NamedCertificate, AnAuthorityThatVouchesForOthersIsBelievedForTheNameAlone) {
    // 127.0.0.2 is this machine too, and not in the certificate; a numeric host is asked for by nobody's name.
    listener = AsioListener::open(loop, "127.0.0.2:0", TlsContext::server(foreign.identity("shown"), foreign.ca())).value();
    listener->start([](const std::unique_ptr<Link>&) {}, {});
    const auto numeric = dial_as("127.0.0.2", foreign.client());
    ASSERT_FALSE(numeric->has_value());
    EXPECT_EQ(numeric->error().kind, ErrorKind::untrusted);
    EXPECT_TRUE(mentions(numeric->error(), "is not for 127.0.0.2")) << numeric->error().message;
}

TEST(Examine, TellsWhatOthersWouldHoldAgainstACertificate) {
    const TestCluster& ours = TestCluster::ours();
    const auto facts = examine(ours.identity("replica"), ours.ca());
    ASSERT_TRUE(facts.has_value()) << facts.error().message;
    EXPECT_EQ(facts->common_name, "00000000000000a1");
    const std::int64_t now_ms = AsioLoop{}.wall_now().ms;
    constexpr std::int64_t day_ms = 24LL * 3600 * 1000;
    EXPECT_NEAR(static_cast<double>(facts->valid_until.ms - now_ms), static_cast<double>(certificate_days * day_ms), static_cast<double>(day_ms));
    std::vector<std::string> sentences;
    const auto refusal = [&](const TlsIdentity& identity, const std::optional<std::string>& ca) {
        const auto examined = examine(identity, ca);
        EXPECT_FALSE(examined.has_value());
        sentences.push_back(examined ? "" : examined.error().message);
    };
    ours.put("expired", ours.authority().issue_replica("00000000000000a1", {}, -1));
    refusal(ours.identity("expired"), ours.ca());
    EXPECT_NE(sentences.back().find("has expired"), std::string::npos);
    refusal(ours.identity("operator"), ours.ca());
    refusal(TestCluster::other().identity("replica"), ours.ca());
    EXPECT_NE(sentences.back().find("is not signed by"), std::string::npos);
    refusal({ours.identity("replica").certificate_file, ours.identity("operator").key_file}, ours.ca());
    refusal({"/nonexistent.pem", "/nonexistent.key"}, ours.ca());
    EXPECT_TRUE(examine(TestCluster::other().identity("replica"), std::nullopt).has_value()) << "of any authority";
}

}  // namespace
}  // namespace parley::net
