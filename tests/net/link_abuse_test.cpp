// Peers that do not play by the rules: whatever they send or leave out costs them their own link and nobody else's.
#include "tests/net/link_fixture.hpp"
#include "tests/net/raw_socket.hpp"

namespace parley::net {
namespace {

using std::chrono::milliseconds;

class PlainServer : public LinkFixture {
protected:
    PlainServer() {
        LinkOptions options;
        options.frame_payload_size_max = 1000;
        listen(nullptr, options);
    }
    // Sends the bytes on a link of their own and returns why the server ended it.
    Error end_after(const Bytes& bytes, bool finish = false) {
        const RawSocket raw(listener->address());
        EXPECT_TRUE(raw.connected());
        run_until([this] { return !accepted.empty(); }, "the link");
        const auto link = std::move(accepted.back());
        accepted.clear();
        std::optional<Error> end;
        link->start({[this](const FrameView& frame) { frames.push_back(net::text_of(frame)); }, [&](const Error& error) { end = error; }, {}});
        EXPECT_TRUE(raw.send(bytes));
        if (finish) raw.finish_sending();
        run_until([&] { return end.has_value(); }, "the end of the link");
        run_until([&] { return raw.closed_by_peer(); }, "the socket to be closed");
        return end.value_or(Error{});
    }
    std::vector<std::string> frames;
};

TEST_F(PlainServer, EndsALinkWithAFlippedFrameAndDeliversWhatCameBefore) {
    Bytes bytes = *frame_of(1, "good");
    Bytes bad = *frame_of(1, "flipped");
    bad.back() ^= std::byte{1};
    bytes.insert(bytes.end(), bad.begin(), bad.end());
    EXPECT_EQ(end_after(bytes).kind, ErrorKind::malformed);
    EXPECT_EQ(frames, std::vector<std::string>{"good"});
}

TEST_F(PlainServer, EndsALinkWithAFrameThatIsTooLongBeforeItsBytesCome) {
    Bytes bytes = *frame_of(1, std::string(1001, 'x'));
    bytes.resize(frame_header_size);
    EXPECT_EQ(end_after(bytes).kind, ErrorKind::malformed);
    bytes[3] = std::byte{0xFF};   // four gigabytes
    EXPECT_EQ(end_after(bytes).kind, ErrorKind::malformed);
}

TEST_F(PlainServer, EndsALinkOfAnotherWireVersion) {
    Bytes bytes = *frame_of(1, "x");
    bytes[4] = std::byte{2};
    EXPECT_EQ(end_after(bytes).kind, ErrorKind::wrong_peer);
}

TEST_F(PlainServer, EndsALinkWithATruncatedFrameWhenItsSenderIsDone) {
    Bytes bytes = *frame_of(1, "truncated");
    bytes.pop_back();
    EXPECT_EQ(end_after(bytes, true).kind, ErrorKind::closed);
    EXPECT_TRUE(frames.empty());
}

TEST_F(PlainServer, SaysWhenTheOtherEndSpeaksTls) {
    std::optional<Error> end;
    dialer = std::make_unique<AsioDialer>(loop, TestCluster::ours().client());
    std::optional<Error> dialled;
    dialer->dial(listener->address(), LinkPurpose::client, [&](const Result<std::unique_ptr<Link>>& result) { dialled = result.error(); });
    run_until([this] { return !accepted.empty(); }, "the link");
    accepted[0]->start({[](const FrameView&) {}, [&](const Error& error) { end = error; }, {}});
    run_until([&] { return end && dialled; }, "both ends to give up");
    EXPECT_EQ(end->kind, ErrorKind::wrong_peer);
    EXPECT_NE(end->message.find("TLS"), std::string::npos) << end->message;
    EXPECT_NE(dialled->message.find("TLS"), std::string::npos) << dialled->message;
}

TEST_F(PlainServer, OneBadLinkLeavesTheOthersAlone) {
    auto good = dial(nullptr).value();
    run_until([this] { return !accepted.empty(); }, "the good link");
    const auto good_server = std::move(accepted.back());
    accepted.clear();
    std::vector<std::string> texts;
    good_server->start({[&](const FrameView& frame) { texts.push_back(net::text_of(frame)); }, [](const Error&) { ADD_FAILURE(); }, {}});
    EXPECT_EQ(end_after(Bytes(64, std::byte{0xEE})).kind, ErrorKind::wrong_peer);
    good->send(frame_of(1, "unharmed"));
    run_until([&] { return !texts.empty(); }, "the good link's frame");
}

class TlsServer : public LinkFixture {
protected:
    void listen_with_limits(std::size_t handshakes_max = 64) {
        LinkOptions options;
        options.handshake_limit = milliseconds(300);
        options.handshakes_max = handshakes_max;
        listen(TestCluster::ours().server(), options);
    }
    void expect_service() {
        auto result = dial(TestCluster::ours().client());
        EXPECT_TRUE(result.has_value()) << result.error().message;
    }
};

TEST_F(TlsServer, RefusesPlainTextOnceAndGoesOn) {
    listen_with_limits();
    const RawSocket raw(listener->address());
    EXPECT_TRUE(raw.send(*frame_of(1, "in the clear")));
    run_until([this] { return !refused.empty(); }, "the refusal");
    run_until([&] { return raw.closed_by_peer(); }, "the socket to be closed");
    run_for(milliseconds(20));
    ASSERT_EQ(refused.size(), 1U);
    EXPECT_EQ(refused[0].kind, ErrorKind::wrong_peer);
    EXPECT_NE(refused[0].message.find("does not speak TLS"), std::string::npos) << refused[0].message;
    expect_service();
}

TEST_F(TlsServer, TellsAPlainLinkWhatIsWrong) {
    listen_with_limits();
    auto link = dial(nullptr).value();   // nothing is said before the first frame
    std::optional<Error> end;
    link->start({[](const FrameView&) {}, [&](const Error& error) { end = error; }, {}});
    link->send(frame_of(1, "hello"));
    run_until([&] { return end.has_value(); }, "the end");
    EXPECT_EQ(end->kind, ErrorKind::wrong_peer) << end->message;
    EXPECT_NE(end->message.find("--tls off"), std::string::npos) << end->message;
}

TEST_F(TlsServer, RefusesAnOlderTlsVersion) {
    listen_with_limits();
    // A TLS 1.2 ClientHello without extensions.
    Bytes hello{std::byte{0x16}, std::byte{3}, std::byte{1}, std::byte{0}, std::byte{47}, std::byte{1}, std::byte{0}, std::byte{0}, std::byte{43}, std::byte{3}, std::byte{3}};
    hello.resize(hello.size() + 32, std::byte{0x5A});
    for (const int byte : {0, 0, 4, 0x13, 0x01, 0xC0, 0x2B, 1, 0}) hello.push_back(static_cast<std::byte>(byte));
    hello[4] = static_cast<std::byte>(hello.size() - 5);
    hello[8] = static_cast<std::byte>(hello.size() - 9);
    const RawSocket raw(listener->address());
    EXPECT_TRUE(raw.send(hello));
    run_until([this] { return !refused.empty(); }, "the refusal");
    EXPECT_EQ(refused[0].kind, ErrorKind::wrong_peer) << refused[0].message;
    expect_service();
}

TEST_F(TlsServer, GivesUpOnASilentPeerAndOnOneThatStopsHalfway) {
    listen_with_limits();
    const RawSocket silent(listener->address());
    const RawSocket halfway(listener->address());
    EXPECT_TRUE(halfway.send(Bytes{std::byte{0x16}, std::byte{3}, std::byte{1}}));
    run_until([this] { return refused.size() == 2; }, "two refusals");
    EXPECT_EQ(refused[0].kind, ErrorKind::timed_out);
    EXPECT_EQ(refused[1].kind, ErrorKind::timed_out);
    run_until([&] { return silent.closed_by_peer() && halfway.closed_by_peer(); }, "both to be closed");
}

TEST_F(TlsServer, ReportsAPeerThatHangsUpDuringTheHandshake) {
    listen_with_limits();
    { const RawSocket raw(listener->address()); }
    run_until([this] { return !refused.empty(); }, "the refusal");
    EXPECT_EQ(refused[0].kind, ErrorKind::unreachable);
}

TEST_F(TlsServer, ServesOthersAfterAFloodOfSilentPeers) {
    listen_with_limits(4);
    std::vector<std::unique_ptr<RawSocket>> flood;
    for (int i = 0; i < 12; ++i) flood.push_back(std::make_unique<RawSocket>(listener->address()));
    run_for(milliseconds(50));
    LinkOptions patient;
    patient.dial_limit = std::chrono::seconds(8);
    patient.handshake_limit = std::chrono::seconds(8);
    // Three rounds of four time out first.
    auto result = dial(TestCluster::ours().client(), patient);
    EXPECT_TRUE(result.has_value()) << result.error().message;
    EXPECT_GE(refused.size(), 9U);   // we were the thirteenth of four places
    run_until([this] { return refused.size() == 12; }, "every silent peer to be refused");
}

TEST_F(TlsServer, ADialThatNobodyAnswersIsBounded) {
    // A listener that never accepts: the connection stands, the handshake does not go on.
    listener = AsioListener::open(loop, "127.0.0.1:0", TestCluster::ours().server()).value();
    LinkOptions options;
    options.dial_limit = milliseconds(100);
    const Instant begin = loop.now();
    const auto result = dial(TestCluster::ours().client(), options);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().kind, ErrorKind::timed_out);
    EXPECT_LT(loop.now() - begin, std::chrono::seconds(2));
}

TEST_F(TlsServer, AFrameDamagedInsideTlsEndsTheLink) {
    listen_with_limits();
    auto link = dial(TestCluster::ours().client()).value();
    run_until([this] { return !accepted.empty(); }, "the link");
    std::optional<Error> end;
    std::vector<std::string> texts;
    accepted[0]->start({[&](const FrameView& frame) { texts.push_back(net::text_of(frame)); }, [&](const Error& error) { end = error; }, {}});
    link->send(frame_of(1, "good"));
    Bytes bad = *frame_of(1, "bad");
    bad[10] ^= std::byte{0x40};   // inside TLS: the frame's own checksum finds it
    link->send(share(std::move(bad)));
    run_until([&] { return end.has_value(); }, "the end");
    EXPECT_EQ(end->kind, ErrorKind::malformed);
    EXPECT_EQ(texts, std::vector<std::string>{"good"});
}

}  // namespace
}  // namespace parley::net
