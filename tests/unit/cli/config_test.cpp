// parleyd.toml: round trip, and each mistake with its line.
#include "chat/daemon/config.hpp"

#include <gtest/gtest.h>

namespace parley::chat {
namespace {

std::string error_of(const std::string& text) {
    const auto result = parse_config(text, "parleyd.toml");
    EXPECT_FALSE(result) << "was accepted";
    return result ? "" : result.error().message;
}

TEST(Config, EmptyFileIsAllDefaults) { EXPECT_EQ(parse_config("", "x").value(), DaemonConfig{}); }

TEST(Config, GeneratedFileGivesTheSameBack) {
    DaemonConfig config;
    EXPECT_EQ(parse_config(config_text(config), "x").value(), config);
    config.listen = "[::1]:9";
    config.peers = {{"1", "a:1"}, {"two words", "b:2"}};
    config.tls = false;
    config.tls_ca = "/with \"quotes\" and \\";
    config.client_certificate = "/etc/ssl/chat.pem";
    config.client_key = "/etc/ssl/chat.key";
    config.requests_per_login = 0;
    config.requests_per_address = 7;
    config.registrations_per_address = 8;
    config.log_level = "debug";
    config.log_files = 7;
    config.heartbeat_ms = 20;
    config.election_timeout_ms = 100;
    config.segment_mb = 3;
    config.keep_slots = 5;
    config.keep_mb = 6;
    config.checkpoint_pages = 70;
    config.scrub_hours = 5;
    config.clients_max = 12;
    config.monitoring_port = 9400;
    EXPECT_EQ(parse_config(config_text(config), "x").value(), config);
}

TEST(Config, GeneratedFileDescribesEveryKey) {
    const std::string text = config_text({});
    std::size_t keys = 0;
    std::string before;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin);
        const std::string line = text.substr(begin, end - begin);
        if (line.find(" = ") != std::string::npos && !line.starts_with("#")) {
            EXPECT_TRUE(before.starts_with("# ")) << line;
            ++keys;
        }
        before = line;
        begin = end + 1;
    }
    EXPECT_EQ(keys, 24U);
}

TEST(Config, UnknownKeyIsAnErrorWithItsLine) {
    const std::string error = error_of("listen = \"a:1\"\n\nlisten_on = \"b:2\"\n");
    EXPECT_NE(error.find("parleyd.toml, line 3"), std::string::npos) << error;
    EXPECT_NE(error.find("listen_on"), std::string::npos) << error;
    EXPECT_NE(error_of("[tls]\nenabled = true\ncertificat = \"x\"\n").find("line 3"), std::string::npos);
    EXPECT_NE(error_of("\n[tsl]\nenabled = true\n").find("line 2"), std::string::npos);
}

TEST(Config, WrongValueIsAnErrorWithItsLine) {
    EXPECT_NE(error_of("listen = 7400\n").find("line 1"), std::string::npos);
    EXPECT_NE(error_of("listen = \"\"\n").find("empty"), std::string::npos);
    EXPECT_NE(error_of("[log]\n\nfiles = 0\n").find("line 3"), std::string::npos);
    EXPECT_NE(error_of("[log]\nlevel = \"loud\"\n").find("debug, error, info, warn"), std::string::npos);
    EXPECT_NE(error_of("[tls]\nenabled = \"yes\"\n").find("true or false"), std::string::npos);
    EXPECT_NE(error_of("[peers]\n1 = 7400\n").find("host:port"), std::string::npos);
    EXPECT_NE(error_of("[consensus]\nheartbeat_ms = 200\nelection_timeout_ms = 300\n").find("twice"), std::string::npos);
}

TEST(Config, SyntaxErrorHasItsLine) { EXPECT_NE(error_of("listen = \"a:1\"\nthis is no toml\n").find("line 2"), std::string::npos); }

TEST(Config, PeersAreKeptByAlias) {
    const auto config = parse_config("[peers]\n\"2\" = \"127.0.0.1:7401\"\n", "x").value();
    EXPECT_EQ(config.peers, (std::map<std::string, std::string>{{"2", "127.0.0.1:7401"}}));
}

}  // namespace
}  // namespace parley::chat
