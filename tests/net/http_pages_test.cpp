// HttpPages on a real socket: what it answers, what it refuses, and that bad visitors harm nobody.
#include <thread>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "net/asio/http_pages.hpp"

namespace parley::net {
namespace {

namespace asio = boost::asio;

class HttpPagesTest : public ::testing::Test {
protected:
    void SetUp() override {
        auto opened = HttpPages::open(loop, "127.0.0.1:0", [](const std::string& path) {
            if (path == "/long") return HttpPage{200, "text/plain", std::string(1'000'000, 'x')};
            if (path == "/metrics") return HttpPage{200, "text/plain", "value 1\n"};
            return HttpPage{404, "text/plain", "nothing at " + path};
        });
        ASSERT_TRUE(opened);
        pages = std::move(*opened);
        port = pages->address().substr(pages->address().rfind(':') + 1);
        runner = std::thread([this] { loop.run(); });
    }
    void TearDown() override {
        loop.stop();
        if (runner.joinable()) runner.join();
        pages.reset();
    }

    asio::ip::tcp::socket connected() {
        asio::ip::tcp::socket socket(context);
        socket.connect({asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(std::stoi(port))});
        return socket;
    }
    // Everything the other side says until it closes.
    static std::string rest_of(asio::ip::tcp::socket& socket) {
        std::string text;
        boost::system::error_code end;
        asio::read(socket, asio::dynamic_buffer(text), end);
        return text;
    }
    std::string answer_to(const std::string& request) {
        auto socket = connected();
        asio::write(socket, asio::buffer(request));
        return rest_of(socket);
    }

    AsioLoop loop;
    asio::io_context context;
    std::unique_ptr<HttpPages> pages;
    std::string port;
    std::thread runner;
};

TEST_F(HttpPagesTest, GivesThePageOfAPath) {
    const std::string answer = answer_to("GET /metrics?x=1 HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\nvalue 1\n")) << answer;
    EXPECT_TRUE(answer_to("GET /other HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404"));
    EXPECT_GT(answer_to("GET /long HTTP/1.0\r\n\r\n").size(), 1'000'000U);
}

TEST_F(HttpPagesTest, HeadHasNoBody) {
    const std::string answer = answer_to("HEAD /metrics HTTP/1.1\r\n\r\n");
    EXPECT_NE(answer.find("Content-Length: 8\r\n"), std::string::npos) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(HttpPagesTest, OtherMethodsAreRefused) {
    EXPECT_TRUE(answer_to("POST /metrics HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi").starts_with("HTTP/1.1 405"));
}

TEST_F(HttpPagesTest, NonsenseAndLongHeadsCloseThatConnectionOnly) {
    EXPECT_EQ(answer_to("\x16\x03\x01 no http at all\r\n\r\n"), "");
    EXPECT_EQ(answer_to("GET /metrics HTTP/1.1\r\nX: " + std::string(16 << 10, 'x') + "\r\n\r\n"), "");
    EXPECT_TRUE(answer_to("GET /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200"));
}

TEST_F(HttpPagesTest, VisitorsWhoSayNothingDoNotKeepOthersOutForEver) {
    std::vector<asio::ip::tcp::socket> silent;
    for (std::size_t i = 0; i < HttpPages::connections_max + 4; ++i) silent.push_back(connected());
    EXPECT_TRUE(answer_to("GET /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200")) << "within request_within";
}

TEST_F(HttpPagesTest, OnlyLoopbackAddresses) {
    AsioLoop other;
    const auto page = [](const std::string&) { return HttpPage{}; };
    EXPECT_EQ(HttpPages::open(other, "0.0.0.0:0", page).error().kind, ErrorKind::refused);
    EXPECT_EQ(HttpPages::open(other, "example.org:80", page).error().kind, ErrorKind::refused);
    EXPECT_EQ(HttpPages::open(other, "127.0.0.1:" + port, page).error().kind, ErrorKind::exists);
}

}  // namespace
}  // namespace parley::net
