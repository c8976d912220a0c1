// Two TLS sessions joined in memory: what a man in the middle can and cannot do to the bytes between them.
#include "net/asio/detail/tls_session.hpp"

#include <algorithm>

#include "tests/net/link_fixture.hpp"

namespace parley::net {
namespace {

class Joined : public testing::Test {
protected:
    // Hands what `from` wants to send to `to`.
    static Bytes pass(TlsSession& from, TlsSession& to) {
        Bytes bytes;
        from.take_output(bytes);
        EXPECT_TRUE(to.feed(bytes).has_value());
        return bytes;
    }
    void shake_hands() {
        EXPECT_FALSE(client.handshake().value());
        pass(client, server);
        EXPECT_FALSE(server.handshake().value());
        pass(server, client);
        EXPECT_TRUE(client.handshake().value());
        pass(client, server);
        EXPECT_TRUE(server.handshake().value());
    }
    static Result<std::string> read(TlsSession& session) {
        Bytes plain(64);
        const auto size = session.read(plain);
        if (!size) return size.error();
        std::string text;
        for (std::size_t i = 0; i < *size; ++i) text += std::to_integer<char>(plain[i]);
        return text;
    }

    std::shared_ptr<TlsContext> server_context = TestCluster::ours().server();
    std::shared_ptr<TlsContext> client_context = TestCluster::ours().client();
    TlsSession server{*server_context, ""};
    TlsSession client{*client_context, "127.0.0.1"};
};

TEST_F(Joined, CarryBytesInBothDirectionsAndSayGoodbye) {
    shake_hands();
    client.write(bytes_of("to the server"));
    const Bytes cipher = pass(client, server);
    EXPECT_EQ(read(server).value(), "to the server");
    const Bytes word = bytes_of("server");
    EXPECT_EQ(std::search(cipher.begin(), cipher.end(), word.begin(), word.end()), cipher.end());   // nothing in the clear
    EXPECT_EQ(read(server).value(), "");   // nothing more yet
    server.write(bytes_of("and back"));
    pass(server, client);
    EXPECT_EQ(read(client).value(), "and back");
    client.say_goodbye();
    pass(client, server);
    EXPECT_EQ(read(server).error().kind, ErrorKind::closed);
}

TEST_F(Joined, ARecordCutInTwoWaitsForItsOtherHalf) {
    shake_hands();
    client.write(bytes_of("whole"));
    Bytes cipher;
    client.take_output(cipher);
    for (std::size_t i = 0; i + 1 < cipher.size(); ++i) {
        ASSERT_TRUE(server.feed(ByteView{cipher}.subspan(i, 1)).has_value());
        ASSERT_EQ(read(server).value(), "") << "after byte " << i;
    }
    ASSERT_TRUE(server.feed(ByteView{cipher}.last(1)).has_value());
    EXPECT_EQ(read(server).value(), "whole");
}

TEST_F(Joined, NoFlippedByteOfARecordIsRead) {
    Bytes sample;
    for (std::size_t at = 0; at == 0 || at < sample.size(); ++at) {
        TlsSession from{*client_context, "127.0.0.1"};
        TlsSession to{*server_context, ""};
        EXPECT_FALSE(from.handshake().value());
        pass(from, to);
        EXPECT_FALSE(to.handshake().value());
        pass(to, from);
        EXPECT_TRUE(from.handshake().value());
        pass(from, to);
        EXPECT_TRUE(to.handshake().value());
        from.write(bytes_of("x"));
        sample.clear();
        from.take_output(sample);
        sample[at] ^= std::byte{0x10};
        ASSERT_TRUE(to.feed(sample).has_value());
        const auto got = read(to);
        // Refused; or, where the record's length grew, waiting for bytes that will not authenticate.
        EXPECT_TRUE(!got.has_value() || got->empty()) << "byte " << at;
    }
}

TEST_F(Joined, ARepeatedRecordIsRefused) {
    shake_hands();
    client.write(bytes_of("pay once"));
    const Bytes cipher = pass(client, server);
    EXPECT_EQ(read(server).value(), "pay once");
    ASSERT_TRUE(server.feed(cipher).has_value());
    EXPECT_FALSE(read(server).has_value());
}

TEST_F(Joined, PlainTextIsAnsweredWithAnAlert) {
    const auto fed = server.feed(bytes_of("GET / HTTP/1.1"));
    ASSERT_FALSE(fed.has_value());
    EXPECT_EQ(fed.error().kind, ErrorKind::wrong_peer);
    Bytes answer;
    server.take_output(answer);
    ASSERT_EQ(answer.size(), 7U);
    EXPECT_EQ(answer[0], std::byte{0x15});
}

}  // namespace
}  // namespace parley::net
