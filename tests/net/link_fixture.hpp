// What the tests of links share: an authority with certificates in a temporary folder, a listener and a dialer on one
// Loop, and bounded waiting.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/asio/asio_dialer.hpp"
#include "net/asio/asio_listener.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/authority.hpp"

namespace parley::net {

inline Bytes bytes_of(const std::string& text) {
    const auto view = std::as_bytes(std::span{text});
    return {view.begin(), view.end()};
}

inline SharedBytes frame_of(std::uint16_t type, const std::string& text) {
    return encode_frame(FrameHeader{type, 7, 3}, bytes_of(text));
}

inline std::string text_of(const FrameView& frame) {
    std::string text;
    for (const std::byte byte : frame.payload) text += std::to_integer<char>(byte);
    return text;
}

// Files of one cluster: its CA, one replica, one operator. Made once: keys cost time under sanitizers.
class TestCluster {
public:
    explicit TestCluster(const std::string& name, const std::string& organisation = "Parley") : authority_(Authority::create(name, organisation)) {
        std::string pattern = testing::TempDir() + "parley-net-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
        write_private_file(ca(), authority_.certificate_pem());
        put("replica", authority_.issue_replica("00000000000000a1", {}));
        put("operator", authority_.issue_operator("admin"));
    }
    TestCluster(const TestCluster&) = delete;
    TestCluster& operator=(const TestCluster&) = delete;
    ~TestCluster() { std::filesystem::remove_all(folder_); }

    [[nodiscard]] const Authority& authority() const { return authority_; }
    [[nodiscard]] std::string ca() const { return folder_ + "/ca.pem"; }
    [[nodiscard]] TlsIdentity identity(const std::string& who) const { return {folder_ + "/" + who + ".pem", folder_ + "/" + who + ".key"}; }
    void put(const std::string& who, const Credentials& credentials) const {
        write_private_file(identity(who).certificate_file, credentials.certificate_pem);
        write_private_file(identity(who).key_file, credentials.key_pem);
    }
    [[nodiscard]] std::shared_ptr<TlsContext> server() const { return TlsContext::server(identity("replica"), ca()); }
    [[nodiscard]] std::shared_ptr<TlsContext> client() const { return TlsContext::client(ca()); }

    static const TestCluster& ours() {
        static const TestCluster cluster("ours");
        return cluster;
    }
    static const TestCluster& other() {
        static const TestCluster cluster("other");
        return cluster;
    }

private:
    Authority authority_;
    std::string folder_;
};

class LinkFixture : public testing::Test {
protected:
    // Runs the Loop until the condition holds; a test that waits in vain fails after ten seconds.
    void run_until(const std::function<bool()>& condition, const char* what) {
        const Instant limit = loop.now() + std::chrono::seconds(10);
        while (!condition() && loop.now() < limit) {
            loop.after(std::chrono::milliseconds(1), [this] { loop.stop(); });
            loop.run();
        }
        ASSERT_TRUE(condition()) << "in vain waited for " << what;
    }
    void run_for(Duration duration) {
        loop.after(duration, [this] { loop.stop(); });
        loop.run();
    }

    void listen(std::shared_ptr<TlsContext> tls, LinkOptions options = {}) {
        listener = AsioListener::open(loop, "127.0.0.1:0", std::move(tls), options).value();
        listener->start([this](std::unique_ptr<Link> link) { accepted.push_back(std::move(link)); },
                        [this](const Error& error) { refused.push_back(error); });
    }
    // The link, or why there is none.
    Result<std::unique_ptr<Link>> dial(const std::shared_ptr<TlsContext>& tls, LinkOptions options = {}) {
        dialer = std::make_unique<AsioDialer>(loop, tls, options);
        std::optional<Result<std::unique_ptr<Link>>> answer;
        dialer->dial(listener->address(), LinkPurpose::client, [&](Result<std::unique_ptr<Link>> result) { answer.emplace(std::move(result)); });
        EXPECT_FALSE(answer.has_value()) << "answered inside dial()";
        run_until([&] { return answer.has_value(); }, "the dialer's answer");
        return std::move(*answer);
    }

    AsioLoop loop;
    std::unique_ptr<AsioListener> listener;
    std::unique_ptr<AsioDialer> dialer;
    std::vector<std::unique_ptr<Link>> accepted;
    std::vector<Error> refused;
};

// Two connected ends, with TLS or without.
class LinkPair : public LinkFixture, public testing::WithParamInterface<bool> {
protected:
    void connect(LinkOptions options = {}) {
        listen(GetParam() ? TestCluster::ours().server() : nullptr, options);
        client = dial(GetParam() ? TestCluster::ours().client() : nullptr, options).value();
        run_until([this] { return !accepted.empty(); }, "the accepted link");
        server = std::move(accepted.back());
        accepted.clear();
    }
    // Collects frames and the reason of the end.
    LinkEvents collecting(std::vector<std::string>& texts, std::optional<Error>& end) {
        return LinkEvents{[&texts](const FrameView& frame) { texts.push_back(text_of(frame)); },
                          [&end](const Error& error) {
                              EXPECT_FALSE(end.has_value()) << "on_closed came twice";
                              end = error;
                          },
                          {}};
    }

    std::unique_ptr<Link> client;
    std::unique_ptr<Link> server;
    std::vector<std::string> client_texts;
    std::vector<std::string> server_texts;
    std::optional<Error> client_end;
    std::optional<Error> server_end;
};

}  // namespace parley::net
