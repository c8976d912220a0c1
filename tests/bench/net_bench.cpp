// Links on loopback, in the clear (0) and over TLS (1): the time of a round trip, frames and bytes in a second, and the
// time of a connection with its handshake. Both ends share one Loop, hence one core.
#include <filesystem>

#include <benchmark/benchmark.h>

#include "net/asio/asio_dialer.hpp"
#include "net/asio/asio_listener.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/authority.hpp"

namespace parley::net {
namespace {

class Pair {
public:
    explicit Pair(bool tls) {
        if (tls) make_contexts();
        listener = AsioListener::open(loop, "127.0.0.1:0", server_tls).value();
        listener->start(
            [this](std::unique_ptr<Link> link) {
                server = std::move(link);
                server->start({[this](const FrameView& frame) { on_frame(frame); }, [](const Error&) {}, {}});
                loop.stop();
            },
            {});
        dialer = std::make_unique<AsioDialer>(loop, client_tls);
        connect();
    }

    void connect() {
        server.reset();
        dialer->dial(listener->address(), LinkPurpose::client, [this](Result<std::unique_ptr<Link>> link) {
            client = std::move(link).value();
            client->start({[this](const FrameView&) { loop.stop(); }, [](const Error&) {}, {}});
            loop.stop();
        });
        while (!client || !server) loop.run();
    }

    AsioLoop loop;
    Function<void(const FrameView&)> on_frame = [](const FrameView&) {};
    std::unique_ptr<Link> client;
    std::unique_ptr<Link> server;

private:
    void make_contexts() {
        std::string folder = std::filesystem::temp_directory_path() / "parley-bench-XXXXXX";
        folder = ::mkdtemp(folder.data());
        const auto authority = Authority::create("bench");
        const auto replica = authority.issue_replica("0000000000000001", {});
        write_private_file(folder + "/ca", authority.certificate_pem());
        write_private_file(folder + "/certificate", replica.certificate_pem);
        write_private_file(folder + "/key", replica.key_pem);
        server_tls = TlsContext::server({folder + "/certificate", folder + "/key"}, folder + "/ca");
        client_tls = TlsContext::client(folder + "/ca");
        std::filesystem::remove_all(folder);
    }

    std::shared_ptr<TlsContext> server_tls;
    std::shared_ptr<TlsContext> client_tls;
    std::unique_ptr<AsioListener> listener;
    std::unique_ptr<AsioDialer> dialer;
};

void round_trip(benchmark::State& state) {
    Pair pair(state.range(0) != 0);
    pair.on_frame = [&](const FrameView& frame) { pair.server->send(encode_frame(frame.header, frame.payload)); };
    const auto question = encode_frame({}, Bytes(200));
    for (auto _ : state) {
        pair.client->send(question);
        pair.loop.run();   // until the answer
    }
}
BENCHMARK(round_trip)->Arg(0)->Arg(1)->UseRealTime();

// Frames of range(1) bytes in bursts, counted where they arrive.
void one_way(benchmark::State& state) {
    Pair pair(state.range(0) != 0);
    const auto size = static_cast<std::size_t>(state.range(1));
    const std::size_t burst = std::max<std::size_t>(1, (std::size_t{1} << 20U) / (size + frame_header_size));
    const auto frame = encode_frame({}, Bytes(size));
    std::size_t arrived = 0;
    pair.on_frame = [&](const FrameView&) {
        if (++arrived % burst == 0) pair.loop.stop();
    };
    for (auto _ : state) {
        for (std::size_t i = 0; i < burst; ++i) pair.client->send(frame);
        pair.loop.run();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(burst));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(burst * frame->size()));
}
BENCHMARK(one_way)->ArgsProduct({{0, 1}, {200, 16'000, 1'000'000}})->UseRealTime();

void connection(benchmark::State& state) {
    Pair pair(state.range(0) != 0);
    for (auto _ : state) {
        pair.client.reset();
        pair.connect();
    }
}
BENCHMARK(connection)->Arg(0)->Arg(1)->UseRealTime();

void post_from_the_loop(benchmark::State& state) {
    AsioLoop loop;
    std::int64_t done = 0;
    for (auto _ : state) {
        for (int i = 0; i < 1000; ++i) loop.post([&] { if (++done % 1000 == 0) loop.stop(); });
        loop.run();
    }
    state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(post_from_the_loop);

}  // namespace
}  // namespace parley::net
