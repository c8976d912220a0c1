// Addresses of the web: what is taken apart, and what is refused before anybody is called.
#include "net/ports/http.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

TEST(HttpUrl, IsTakenApart) {
    EXPECT_EQ(*parse_http_url("https://api.example.org/v1/"), (HttpUrl{true, "api.example.org", 443, "/v1"}));
    EXPECT_EQ(*parse_http_url("https://api.example.org:8443"), (HttpUrl{true, "api.example.org", 8443, ""}));
    EXPECT_EQ(*parse_http_url("http://127.0.0.1:8080/v1"), (HttpUrl{false, "127.0.0.1", 8080, "/v1"}));
    EXPECT_EQ(*parse_http_url("http://[::1]:11434/v1beta/openai"), (HttpUrl{false, "::1", 11434, "/v1beta/openai"}));
    EXPECT_EQ(parse_http_url("http://localhost")->port, 80);
    EXPECT_EQ(parse_http_url("http://[::1]:81")->authority(), "[::1]:81");
    EXPECT_EQ(parse_http_url("https://a.example:443")->authority(), "a.example");
}

TEST(HttpUrl, InTheClearOnlyToThisMachine) {
    for (const char* text : {"http://example.org", "http://10.0.0.1/v1", "http://127.0.0.1.example.org", "http://localhost.example.org", "http://[2001:db8::1]"}) {
        const auto url = parse_http_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_NE(url.error().message.find("https://"), std::string::npos);
    }
}

TEST(HttpUrl, NonsenseIsRefusedWithASentence) {
    for (const char* text : {"", "example.org", "ftp://example.org", "https://", "https:///v1", "https://a b", "https://a\r\nX: y", "https://user:password@example.org", "https://a/?q=1",
                             "https://a/#x", "https://a:0", "https://a:70000", "https://a:port", "https://[::1", "https://[::1]x", "https://\xc3\xa9.example"}) {
        EXPECT_FALSE(parse_http_url(text)) << text;
    }
    EXPECT_FALSE(parse_http_url("https://" + std::string(2000, 'a')));
}

}  // namespace
}  // namespace parley::net
