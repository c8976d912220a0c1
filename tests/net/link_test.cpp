// Links on loopback, with and without TLS: order, sizes, back-pressure, owners that change or go away, both ways to end.
#include "tests/net/link_fixture.hpp"

namespace parley::net {
namespace {

using std::chrono::milliseconds;

INSTANTIATE_TEST_SUITE_P(Over, LinkPair, testing::Bool(), [](const auto& run) { return run.param ? "tls" : "plain"; });

TEST_P(LinkPair, CarriesHeaderAndPayloadBothWays) {
    connect();
    FrameHeader seen;
    server->start({[&](const FrameView& frame) {
                       seen = frame.header;
                       server->send(frame_of(9, "answer to " + text_of(frame)));
                   },
                   {}, {}});
    client->start(collecting(client_texts, client_end));
    client->send(encode_frame(FrameHeader{5, 0x1122334455667788, 0x99}, bytes_of("question")));
    run_until([&] { return !client_texts.empty(); }, "the answer");
    EXPECT_EQ(seen, (FrameHeader{5, 0x1122334455667788, 0x99}));
    EXPECT_EQ(client_texts, std::vector<std::string>{"answer to question"});
}

TEST_P(LinkPair, EchoesManyFramesInOrder) {
    connect();
    constexpr int total = 100'000;
    constexpr int window = 500;
    int sent = 0;
    int received = 0;
    const auto send_next = [&] {
        client->send(frame_of(1, "frame " + std::to_string(sent)));
        ++sent;
    };
    server->start({[&](const FrameView& frame) { server->send(encode_frame(frame.header, frame.payload)); }, {}, {}});
    client->start({[&](const FrameView& frame) {
                       ASSERT_EQ(text_of(frame), "frame " + std::to_string(received));
                       ++received;
                       if (sent < total) send_next();
                   },
                   {}, {}});
    for (int i = 0; i < window; ++i) send_next();
    const Instant limit = loop.now() + std::chrono::seconds(60);
    while (received < total && loop.now() < limit) run_for(milliseconds(20));
    EXPECT_EQ(received, total);
    EXPECT_EQ(client->queued_bytes(), 0U);
}

TEST_P(LinkPair, CarriesTheLargestFrameBetweenSmallOnes) {
    connect();
    std::string large(frame_payload_size_max, '\0');
    for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 2654435761U >> 13U);
    server->start(collecting(server_texts, server_end));
    client->start(collecting(client_texts, client_end));
    for (const auto& text : {std::string("before"), large, std::string(), std::string(16'384, 'r'), large, std::string("after")}) {
        client->send(frame_of(1, text));
    }
    run_until([&] { return server_texts.size() == 6 || server_end; }, "six frames");
    ASSERT_EQ(server_texts.size(), 6U);
    EXPECT_EQ(server_texts[0], "before");
    EXPECT_TRUE(server_texts[1] == large);
    EXPECT_EQ(server_texts[2], "");
    EXPECT_EQ(server_texts[3], std::string(16'384, 'r'));
    EXPECT_TRUE(server_texts[4] == large);
    EXPECT_EQ(server_texts[5], "after");
}

TEST_P(LinkPair, FramesQueuedInOneTurnArriveTogether) {
    connect();
    std::size_t frames = 0;
    std::size_t turns = 0;
    bool counted_this_turn = false;
    server->start({[&](const FrameView&) {
                       ++frames;
                       if (!std::exchange(counted_this_turn, true)) {
                           ++turns;
                           loop.post([&] { counted_this_turn = false; });
                       }
                   },
                   {}, {}});
    loop.post([&] {
        for (int i = 0; i < 50; ++i) client->send(frame_of(1, "x"));
        EXPECT_GT(client->queued_bytes(), 50U);   // nothing left inside send()
    });
    run_until([&] { return frames == 50; }, "fifty frames");
    EXPECT_LE(turns, 2U);
}

TEST_P(LinkPair, AReceiverThatDoesNotReadFillsTheQueueAndDrainsItLater) {
    connect();
    bool drained = false;
    client->start({[](const FrameView&) {}, {}, [&] { drained = true; }});
    // The server has not started: it reads nothing, so beyond the sockets' buffers all of this stays queued.
    const std::string chunk(1U << 20U, 'q');
    for (int i = 0; i < 32; ++i) client->send(frame_of(1, chunk));
    run_for(milliseconds(50));
    EXPECT_GT(client->queued_bytes(), std::size_t{8} << 20U);
    EXPECT_FALSE(drained);
    server->start(collecting(server_texts, server_end));
    run_until([&] { return server_texts.size() == 32 && drained; }, "the queue to drain");
    EXPECT_EQ(client->queued_bytes(), 0U);
}

TEST_P(LinkPair, AQueueBeyondItsLimitBreaksTheLink) {
    LinkOptions options;
    options.queued_bytes_max = std::size_t{8} << 20U;
    connect(options);
    client->start(collecting(client_texts, client_end));
    const std::string chunk(1U << 20U, 'q');
    for (int i = 0; i < 32; ++i) client->send(frame_of(1, chunk));
    EXPECT_FALSE(client_end.has_value());   // not inside send()
    run_until([&] { return client_end.has_value(); }, "the link to break");
    EXPECT_EQ(client_end->kind, ErrorKind::full);
}

TEST_P(LinkPair, CloseSendsWhatIsQueuedAndTellsTheOtherEndOnly) {
    LinkOptions options;
    options.close_limit = std::chrono::seconds(10);   // a busy machine under a sanitizer is slow
    connect(options);
    server->start(collecting(server_texts, server_end));
    client->start(collecting(client_texts, client_end));
    server->send(frame_of(1, "unread by a closing owner"));
    const std::string chunk(1U << 20U, 'c');
    for (int i = 0; i < 8; ++i) client->send(frame_of(1, chunk));
    client->close();
    client->send(frame_of(1, "too late"));
    client.reset();   // the farewell goes on alone
    run_until([&] { return server_end.has_value(); }, "the end");
    EXPECT_EQ(server_texts.size(), 8U);
    EXPECT_EQ(server_end->kind, ErrorKind::closed);
    EXPECT_FALSE(client_end.has_value());
    EXPECT_TRUE(client_texts.empty());
}

TEST_P(LinkPair, CloseGivesUpOnAnEndThatDoesNotRead) {
    LinkOptions options;
    options.close_limit = milliseconds(50);
    connect(options);
    client->start(collecting(client_texts, client_end));
    const std::string chunk(1U << 20U, 'c');
    for (int i = 0; i < 32; ++i) client->send(frame_of(1, chunk));
    client->close();
    run_for(milliseconds(120));
    // Cut off: what arrives is less than was sent.
    server->start(collecting(server_texts, server_end));
    run_until([&] { return server_end.has_value(); }, "the end");
    EXPECT_LT(server_texts.size(), 32U);
}

TEST_P(LinkPair, ALinkMayBeDestroyedInsideItsOwnFrame) {
    connect();
    int frames = 0;
    server->start({[&, witness = std::make_unique<int>(5)](const FrameView& frame) {
                       ++frames;
                       server.reset();
                       EXPECT_EQ(*witness, 5);               // the running event outlives its link
                       EXPECT_EQ(text_of(frame), "first");   // and so does the frame it was given
                   },
                   [](const Error&) { ADD_FAILURE() << "an event after the owner let go"; }, {}});
    client->start(collecting(client_texts, client_end));
    client->send(frame_of(1, "first"));
    client->send(frame_of(1, "second"));
    run_until([&] { return client_end.has_value(); }, "the other end to notice");
    EXPECT_EQ(frames, 1);
}

TEST_P(LinkPair, ALinkMayBeDestroyedInsideItsOwnEndAndInsideOnDrained) {
    connect();
    server->start({[](const FrameView&) {}, [&](const Error&) { server.reset(); }, {}});
    client->start({[](const FrameView&) {}, {}, [&] { client.reset(); }});
    client->send(frame_of(1, "the last"));
    run_until([&] { return client == nullptr && server == nullptr; }, "both to be gone");
}

TEST_P(LinkPair, StartCalledAgainHandsTheNextFrameToTheNewOwner) {
    connect();
    std::vector<std::string> first;
    server->start({[&](const FrameView& frame) {
                       first.push_back(text_of(frame));
                       server->start(collecting(server_texts, server_end));
                   },
                   [](const Error&) { ADD_FAILURE() << "the old owner was told of the end"; }, {}});
    client->start(collecting(client_texts, client_end));
    for (const char* text : {"one", "two", "three"}) client->send(frame_of(1, text));
    run_until([&] { return server_texts.size() == 2; }, "all frames");
    EXPECT_EQ(first, std::vector<std::string>{"one"});
    EXPECT_EQ(server_texts, (std::vector<std::string>{"two", "three"}));
    client.reset();
    run_until([&] { return server_end.has_value(); }, "the new owner to be told");
}

TEST_P(LinkPair, CloseInsideAnEventStopsTheFramesThatCameWithIt) {
    connect();
    int frames = 0;
    server->start({[&](const FrameView&) {
                       ++frames;
                       server->send(frame_of(2, "goodbye"));
                       server->close();
                   },
                   {}, {}});
    client->start(collecting(client_texts, client_end));
    for (int i = 0; i < 10; ++i) client->send(frame_of(1, "x"));
    run_until([&] { return client_end.has_value(); }, "the end");
    EXPECT_EQ(frames, 1);
    EXPECT_EQ(client_texts, std::vector<std::string>{"goodbye"});
}

TEST_P(LinkPair, FramesSentBeforeTheOtherEndStartsWaitForIt) {
    connect();
    client->start(collecting(client_texts, client_end));
    client->send(frame_of(1, "early"));
    run_for(milliseconds(20));
    server->start(collecting(server_texts, server_end));
    EXPECT_TRUE(server_texts.empty());   // never inside start()
    run_until([&] { return !server_texts.empty(); }, "the early frame");
}

TEST_P(LinkPair, AnEndThatDisappearedIsReportedAndSendingToItIsHarmless) {
    connect();
    server->start(collecting(server_texts, server_end));
    client.reset();   // no farewell
    run_until([&] { return server_end.has_value(); }, "the end");
    server->send(frame_of(1, "into the void"));
    run_for(milliseconds(10));
    EXPECT_EQ(server->queued_bytes(), 0U);
}

TEST_P(LinkPair, AStoppedListenerKeepsItsLinksAndTakesNoNewOnes) {
    connect();
    const std::string address = listener->address();
    listener->stop();
    server->start(collecting(server_texts, server_end));
    client->send(frame_of(1, "still here"));
    run_until([&] { return !server_texts.empty(); }, "a frame");
    std::optional<Result<std::unique_ptr<Link>>> answer;
    dialer->dial(address, LinkPurpose::client, [&](Result<std::unique_ptr<Link>> result) { answer.emplace(std::move(result)); });
    run_until([&] { return answer.has_value(); }, "an answer");
    EXPECT_EQ(answer->error().kind, ErrorKind::unreachable);
    EXPECT_NE(answer->error().message.find(address), std::string::npos) << answer->error().message;
}

TEST_P(LinkPair, ADestroyedDialerAnswersNobody) {
    listen(GetParam() ? TestCluster::ours().server() : nullptr);
    dialer = std::make_unique<AsioDialer>(loop, GetParam() ? TestCluster::ours().client() : nullptr);
    for (int i = 0; i < 3; ++i) {
        dialer->dial(listener->address(), LinkPurpose::client,
                     [](const Result<std::unique_ptr<Link>>&) { ADD_FAILURE() << "an answer after the dialer's end"; });
    }
    loop.post([&] { dialer.reset(); });
    run_for(milliseconds(50));
}

TEST_P(LinkPair, ADialerMayBeDestroyedInsideItsAnswer) {
    listen(GetParam() ? TestCluster::ours().server() : nullptr);
    dialer = std::make_unique<AsioDialer>(loop, GetParam() ? TestCluster::ours().client() : nullptr);
    bool answered = false;
    dialer->dial(listener->address(), LinkPurpose::client, [&](const Result<std::unique_ptr<Link>>& result) {
        EXPECT_TRUE(result.has_value());
        dialer.reset();
        answered = true;
    });
    run_until([&] { return answered; }, "the answer");
}

using Addresses = LinkFixture;

TEST_F(Addresses, ThePortInUseIsSaid) {
    listen(nullptr);
    const auto second = AsioListener::open(loop, listener->address(), nullptr);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().kind, ErrorKind::exists);
    EXPECT_NE(second.error().message.find(listener->address()), std::string::npos) << second.error().message;
}

TEST_F(Addresses, WithoutTlsOnlyLoopbackIsServedAndDialled) {
    EXPECT_EQ(AsioListener::open(loop, "0.0.0.0:0", nullptr).error().kind, ErrorKind::refused);
    EXPECT_TRUE(AsioListener::open(loop, "0.0.0.0:0", TestCluster::ours().server()).has_value());
    dialer = std::make_unique<AsioDialer>(loop, nullptr);
    std::optional<Error> error;
    dialer->dial("192.0.2.1:7400", LinkPurpose::client, [&](const Result<std::unique_ptr<Link>>& result) { error = result.error(); });
    run_until([&] { return error.has_value(); }, "the refusal");
    EXPECT_EQ(error->kind, ErrorKind::refused);
}

TEST_F(Addresses, WhatIsNoAddressIsASentence) {
    dialer = std::make_unique<AsioDialer>(loop, nullptr);
    for (const std::string address : {"", "127.0.0.1", ":7400", "127.0.0.1:", "127.0.0.1:70000", "127.0.0.1:74x", "::1:7400", "[]:1"}) {
        SCOPED_TRACE(address);
        EXPECT_EQ(AsioListener::open(loop, address, nullptr).error().kind, ErrorKind::refused);
        std::optional<Error> error;
        dialer->dial(address, LinkPurpose::client, [&](const Result<std::unique_ptr<Link>>& result) { error = result.error(); });
        run_until([&] { return error.has_value(); }, "the refusal");
        EXPECT_EQ(error->kind, ErrorKind::refused);
        EXPECT_NE(error->message.find("HOST:PORT"), std::string::npos);
    }
}

TEST_F(Addresses, NamesAreLookedUp) {
    listener = AsioListener::open(loop, "localhost:0", nullptr).value();
    listener->start([](const std::unique_ptr<Link>&) {}, {});
    const std::string port = listener->address().substr(listener->address().rfind(':') + 1);
    dialer = std::make_unique<AsioDialer>(loop, nullptr);
    bool connected = false;
    dialer->dial("localhost:" + port, LinkPurpose::client, [&](const Result<std::unique_ptr<Link>>& result) {
        EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().message);
        connected = true;
    });
    run_until([&] { return connected; }, "the link");
}

}  // namespace
}  // namespace parley::net
