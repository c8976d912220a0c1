// HttpsClient on real sockets: what it sends, and what servers that are slow, wrong, huge or strangers can do to it.
#include <atomic>
#include <thread>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "net/asio/https_client.hpp"
#include "tests/net/link_fixture.hpp"

namespace parley::net {
namespace {

namespace asio = boost::asio;
using Socket = asio::ip::tcp::socket;

// Does something to each connection, one after the other, on a thread of its own.
class ScriptedServer {
public:
    explicit ScriptedServer(std::function<void(Socket&)> script) : acceptor_(context_, {asio::ip::address_v4::any(), 0}) {
        thread_ = std::thread([this, script = std::move(script)] {
            for (;;) {
                Socket socket(context_);
                boost::system::error_code error;
                acceptor_.accept(socket, error);
                if (error || stopping_) return;
                ++connections;
                try {
                    script(socket);
                } catch (const std::exception&) {
                    // The client went away, which is its right.
                }
            }
        });
    }
    ~ScriptedServer() {
        stopping_ = true;
        boost::system::error_code ignored;
        Socket last(context_);
        last.connect({asio::ip::address_v4::loopback(), port()}, ignored);
        thread_.join();
    }
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;
    [[nodiscard]] std::uint16_t port() { return acceptor_.local_endpoint().port(); }

    std::atomic<int> connections{0};

private:
    asio::io_context context_;
    asio::ip::tcp::acceptor acceptor_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

template <class Stream>
std::string request_of(Stream& stream) {
    std::string text;
    asio::read_until(stream, asio::dynamic_buffer(text), "\"end\"}");
    return text;
}

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

std::string answer_with(const std::string& body) { return ok + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body; }

std::function<void(Socket&)> saying(std::string answer) {
    return [answer = std::move(answer)](Socket& socket) {
        request_of(socket);
        asio::write(socket, asio::buffer(answer));
    };
}

HttpPost post_to(const std::string& host, std::uint16_t port, bool tls) {
    HttpPost post;
    post.url = {tls, host, port, "/v1/chat/completions"};
    post.bearer = "sk-secret";
    post.json = R"({"say":"end"})";
    post.within = std::chrono::seconds{5};
    return post;
}

Result<HttpAnswer> answer_to(HttpPost post, const std::optional<std::string>& ca_file = {}) {
    AsioLoop loop;
    HttpsClient client(loop, ca_file);
    std::optional<Result<HttpAnswer>> result;
    client.post(std::move(post), [&](Result<HttpAnswer> answer) {
        result.emplace(std::move(answer));
        loop.stop();
    });
    EXPECT_FALSE(result) << "not before post() has returned";
    loop.run();
    if (!*result) { EXPECT_EQ(result->error().message.find("sk-secret"), std::string::npos); }
    return std::move(*result);
}

// What the script wrote down may be read once the server has ended.
Result<HttpAnswer> with_server(const std::function<void(Socket&)>& script, const std::function<Result<HttpAnswer>(std::uint16_t)>& ask) {
    ScriptedServer server(script);
    return ask(server.port());
}

ErrorKind failure_of(const std::function<void(Socket&)>& script, std::size_t bytes_max = 10'000, Duration within = std::chrono::seconds{5}) {
    ScriptedServer server(script);
    HttpPost post = post_to("127.0.0.1", server.port(), false);
    post.answer_bytes_max = bytes_max;
    post.within = within;
    const auto answer = answer_to(std::move(post));
    EXPECT_FALSE(answer) << "was taken";
    return answer ? ErrorKind::io_failed : answer.error().kind;
}

TEST(HttpsClient, PostsJsonWithTheKeyAndGivesTheAnswer) {
    std::string request;
    auto answer = with_server([&](Socket& socket) {
        request = request_of(socket);
        asio::write(socket, asio::buffer(answer_with("{\"a\":1}")));
    }, [](std::uint16_t port) { return answer_to(post_to("127.0.0.1", port, false)); });
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200U);
    EXPECT_EQ(answer->body, "{\"a\":1}");
    EXPECT_TRUE(request.starts_with("POST /v1/chat/completions HTTP/1.1\r\n")) << request;
    for (const char* part : {"Authorization: Bearer sk-secret\r\n", "Content-Type: application/json\r\n", "Content-Length: 13\r\n", "Connection: close\r\n"}) {
        EXPECT_NE(request.find(part), std::string::npos) << part;
    }
}

TEST(HttpsClient, WithoutAKeyNoneIsSent) {
    std::string request;
    const auto answer = with_server([&](Socket& socket) {
        request = request_of(socket);
        asio::write(socket, asio::buffer(answer_with("{}")));
    }, [](std::uint16_t port) {
        HttpPost post = post_to("localhost", port, false);
        post.bearer.clear();
        return answer_to(std::move(post));
    });
    EXPECT_TRUE(answer);
    EXPECT_EQ(request.find("Authorization"), std::string::npos);
}

TEST(HttpsClient, ChunkedAndUnmeasuredAnswersAreTakenWhole) {
    ScriptedServer chunked(saying(ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n{\"\r\n3\r\na\":\r\n2\r\n1}\r\n0\r\n\r\n"));
    EXPECT_EQ(answer_to(post_to("127.0.0.1", chunked.port(), false))->body, "{\"a\":1}");
    ScriptedServer until_closed(saying(ok + "\r\n{\"a\":1}"));
    EXPECT_EQ(answer_to(post_to("127.0.0.1", until_closed.port(), false))->body, "{\"a\":1}");
}

TEST(HttpsClient, ARedirectionIsAnAnswerAndIsNotFollowed) {
    ScriptedServer other(saying(answer_with("{}")));
    ScriptedServer server(saying("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:" + std::to_string(other.port()) + "/\r\nContent-Length: 0\r\n\r\n"));
    const auto answer = answer_to(post_to("127.0.0.1", server.port(), false));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 307U);
    EXPECT_EQ(other.connections.load(), 0) << "nobody else was told the key";
}

TEST(HttpsClient, SlowServersAreLeftInTime) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(failure_of([](Socket& socket) { request_of(socket); std::this_thread::sleep_for(std::chrono::milliseconds{600}); }, 10'000, std::chrono::milliseconds{300}), ErrorKind::timed_out);
    const auto dripping = [](Socket& socket) {
        request_of(socket);
        asio::write(socket, asio::buffer(ok + "Content-Length: 100\r\n\r\n"));
        for (int i = 0; i < 100; ++i) {
            asio::write(socket, asio::buffer("x", 1));
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
    };
    EXPECT_EQ(failure_of(dripping, 10'000, std::chrono::milliseconds{300}), ErrorKind::timed_out);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{20});
}

TEST(HttpsClient, HugeAnswersAreNotTaken) {
    EXPECT_EQ(failure_of(saying(answer_with(std::string(1'000'000, 'x')))), ErrorKind::malformed);
    EXPECT_EQ(failure_of(saying(ok + "\r\n" + std::string(1'000'000, 'x'))), ErrorKind::malformed);
    EXPECT_EQ(failure_of(saying("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n")), ErrorKind::malformed);
    EXPECT_EQ(failure_of(saying(ok + "Content-Length: 99999999999999\r\n\r\n")), ErrorKind::malformed);
}

TEST(HttpsClient, NonsenseAndEarlyEndsAreErrors) {
    EXPECT_EQ(failure_of(saying("\x16\x03\x01 no http\r\n\r\n")), ErrorKind::malformed);
    EXPECT_EQ(failure_of(saying("")), ErrorKind::unreachable);
    EXPECT_EQ(failure_of(saying(ok)), ErrorKind::unreachable);
    EXPECT_EQ(failure_of(saying(ok + "Content-Length: 50\r\n\r\n{")), ErrorKind::unreachable);
    EXPECT_EQ(failure_of([](Socket& socket) { socket.close(); }), ErrorKind::unreachable);
    std::uint16_t port = 0;
    {
        ScriptedServer gone(saying(""));
        port = gone.port();
    }
    EXPECT_EQ(answer_to(post_to("127.0.0.1", port, false)).error().kind, ErrorKind::unreachable);
}

TEST(HttpsClient, InTheClearItReachesLoopbackAddressesAlone) {
    EXPECT_EQ(answer_to(post_to("192.0.2.1", 80, false)).error().kind, ErrorKind::refused);
}

TEST(HttpsClient, DropsWhatIsUnderWayWithoutAnAnswer) {
    ScriptedServer server([](Socket& socket) { request_of(socket); std::this_thread::sleep_for(std::chrono::milliseconds{100}); });
    AsioLoop loop;
    bool answered = false;
    HttpsClient client(loop);
    client.post(post_to("127.0.0.1", server.port(), false), [&](const Result<HttpAnswer>&) { answered = true; });
    loop.after(std::chrono::milliseconds{50}, [&] { client.abandon(); });
    loop.after(std::chrono::milliseconds{300}, [&] { loop.stop(); });
    loop.run();
    EXPECT_FALSE(answered);
}

// ---- TLS ----

std::function<void(Socket&)> saying_over_tls(const std::string& answer) {
    return [answer](Socket& socket) {
        asio::ssl::context context(asio::ssl::context::tls_server);
        const TlsIdentity identity = TestCluster::ours().identity("replica");
        context.use_certificate_chain_file(identity.certificate_file);
        context.use_private_key_file(identity.key_file, asio::ssl::context::pem);
        asio::ssl::stream<Socket&> stream(socket, context);
        stream.handshake(asio::ssl::stream_base::server);
        request_of(stream);
        asio::write(stream, asio::buffer(answer));
        stream.shutdown();
    };
}

TEST(HttpsClient, SpeaksTlsWithWhomItsAuthorityVouchesFor) {
    ScriptedServer server(saying_over_tls(answer_with("{\"a\":1}")));
    for (const char* host : {"localhost", "127.0.0.1"}) {
        const auto answer = answer_to(post_to(host, server.port(), true), TestCluster::ours().ca());
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_EQ(answer->body, "{\"a\":1}");
    }
}

TEST(HttpsClient, TellsTheKeyToNoStranger) {
    std::atomic<int> told{0};
    ScriptedServer server([&](Socket& socket) {
        saying_over_tls(answer_with("{}"))(socket);
        ++told;
    });
    EXPECT_EQ(answer_to(post_to("127.0.0.1", server.port(), true)).error().kind, ErrorKind::untrusted) << "the system knows no such authority";
    const TestCluster other("other");
    EXPECT_EQ(answer_to(post_to("127.0.0.1", server.port(), true), other.ca()).error().kind, ErrorKind::untrusted);
    EXPECT_EQ(answer_to(post_to("127.0.0.2", server.port(), true), TestCluster::ours().ca()).error().kind, ErrorKind::untrusted) << "another name";
    EXPECT_EQ(told.load(), 0);
    ScriptedServer plain(saying(answer_with("{}")));
    HttpPost post = post_to("127.0.0.1", plain.port(), true);
    post.within = std::chrono::milliseconds{300};
    EXPECT_EQ(answer_to(std::move(post), TestCluster::ours().ca()).error().kind, ErrorKind::timed_out)
        << "it waits for a request that never comes in the clear";
}

TEST(HttpsClient, AFileWithoutAnAuthorityIsASentence) {
    AsioLoop loop;
    EXPECT_THROW(HttpsClient(loop, "/nowhere/ca.pem"), std::runtime_error);
}

}  // namespace
}  // namespace parley::net
