// Cost of the codec: one Accept as a leader encodes it for its followers, and the frame around it.
#include <benchmark/benchmark.h>

#include "consensus/core/messages.hpp"
#include "net/frame/frame.hpp"

namespace parley {
namespace {

// An Accept that carries `commands` posts of 100 bytes.
consensus::Message accept_of(std::int64_t commands) {
    consensus::Batch batch{consensus::BatchKind::commands, 1'700'000'000'000, {}};
    for (std::int64_t i = 0; i < commands; ++i) batch.commands.emplace_back(180, std::byte{0x61});
    consensus::Accept accept;
    accept.ballot = {7, consensus::NodeId{1}};
    accept.slot = consensus::Slot{1000};
    accept.value = consensus::Value{batch};
    return accept;
}

void report(benchmark::State& state, std::size_t bytes) {
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void encode_accept(benchmark::State& state) {
    const auto message = accept_of(state.range(0));
    std::size_t size = 0;
    for (auto _ : state) {
        const auto bytes = net::encode(message);
        size = bytes.size();
        benchmark::DoNotOptimize(bytes.data());
    }
    report(state, size);
}
BENCHMARK(encode_accept)->Arg(1)->Arg(16)->Arg(256);

void decode_accept(benchmark::State& state) {
    const auto bytes = net::encode(accept_of(state.range(0)));
    for (auto _ : state) {
        const auto message = net::decode<consensus::Message>(bytes);
        benchmark::DoNotOptimize(message.has_value());
    }
    report(state, bytes.size());
}
BENCHMARK(decode_accept)->Arg(1)->Arg(16)->Arg(256);

void decode_batch(benchmark::State& state) {
    const auto message = accept_of(state.range(0));
    const auto& value = std::get<consensus::Accept>(message).value;
    for (auto _ : state) {
        const auto batch = value.decoded();
        benchmark::DoNotOptimize(batch.has_value());
    }
    report(state, value.size());
}
BENCHMARK(decode_batch)->Arg(1)->Arg(16)->Arg(256);

void frame_there_and_back(benchmark::State& state) {
    const auto payload = net::encode(accept_of(state.range(0)));
    net::FrameReader reader;
    for (auto _ : state) {
        const auto frame = net::encode_frame({2, 3, 4}, payload);
        reader.feed(*frame);
        const auto read = reader.next();
        benchmark::DoNotOptimize(read);
    }
    report(state, payload.size());
}
BENCHMARK(frame_there_and_back)->Arg(1)->Arg(16)->Arg(256);

}  // namespace
}  // namespace parley
