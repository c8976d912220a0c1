// Addresses as people type them.
#include "chat/cli/addresses.hpp"

#include <gtest/gtest.h>

namespace parley::chat {
namespace {

TEST(Address, ReadsHostAndPort) {
    EXPECT_EQ(parse_address("127.0.0.1:7400").value(), (HostPort{"127.0.0.1", 7400}));
    EXPECT_EQ(parse_address("chat.example.org:1").value(), (HostPort{"chat.example.org", 1}));
    EXPECT_EQ(parse_address("[::1]:65535").value(), (HostPort{"::1", 65535}));
}

TEST(Address, RefusesWhatIsNoneWithTheRightForm) {
    for (const char* text : {"", "host", ":7400", "host:", "host:0", "host:65536", "host:-1", "host:7x", "::1:7400", "a b:1", "http://a:1"}) {
        const auto result = parse_address(text);
        ASSERT_FALSE(result) << text;
        EXPECT_NE(result.error().message.find("HOST:PORT"), std::string::npos) << text;
    }
}

TEST(Address, IsPrintedAsItIsRead) {
    for (const char* text : {"127.0.0.1:7400", "[::1]:80", "localhost:9"}) EXPECT_EQ(to_text(parse_address(text).value()), text);
}

TEST(Addresses, AreSeparatedByCommas) {
    EXPECT_EQ(parse_addresses("a:1,b:2").value(), (std::vector<std::string>{"a:1", "b:2"}));
    EXPECT_FALSE(parse_addresses("a:1,"));
    EXPECT_FALSE(parse_addresses(",a:1"));
    EXPECT_FALSE(parse_addresses(""));
}

TEST(Addresses, NamedTwiceAreRefused) { EXPECT_FALSE(parse_addresses("a:1,b:2,a:1")); }

TEST(Addresses, InARowAreShownAsARange) {
    EXPECT_EQ(short_list({"127.0.0.1:7400", "127.0.0.1:7401", "127.0.0.1:7402"}), "127.0.0.1:7400-7402");
    EXPECT_EQ(short_list({"127.0.0.1:7400", "127.0.0.1:7402"}), "127.0.0.1:7400,127.0.0.1:7402");
    EXPECT_EQ(short_list({"a:1", "b:2"}), "a:1,b:2");
    EXPECT_EQ(short_list({"a:1"}), "a:1");
}

TEST(Loopback, IsThisMachineOnly) {
    EXPECT_TRUE(is_loopback("127.0.0.1"));
    EXPECT_TRUE(is_loopback("127.9.9.9"));
    EXPECT_TRUE(is_loopback("::1"));
    EXPECT_TRUE(is_loopback("localhost"));
    EXPECT_FALSE(is_loopback("0.0.0.0"));
    EXPECT_FALSE(is_loopback("192.168.0.1"));
    EXPECT_FALSE(is_loopback("localhost.example.org"));
}

}  // namespace
}  // namespace parley::chat
