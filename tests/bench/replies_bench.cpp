// What a suggestion costs with as many pairs as are ever kept: finding, ranking, and taking in one more.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "chat/client/replies/corpus.hpp"
#include "chat/client/replies/ranking.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/posix_disk.hpp"

namespace parley::chat {
namespace {

constexpr std::uint32_t pairs_kept = 100'000;

struct Filled {
    Filled() : folder(std::filesystem::temp_directory_path() / "parley-replies-bench"), pairs(make_corpus(1, {1, pairs_kept}).front()) {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        disk = std::make_unique<net::PosixDisk>(loop, folder.string(), net::PosixDiskOptions{.inline_sync = true});
        store = std::move(*ReplyStore::open(*disk, "", nullptr));
        if (!store->belong_to(UserId{1})) std::abort();
        for (std::size_t first = 0; first < pairs.size(); first += 5000) {
            const auto begin = pairs.begin() + static_cast<std::ptrdiff_t>(first);
            if (!store->add({begin, begin + static_cast<std::ptrdiff_t>(std::min<std::size_t>(5000, pairs.size() - first))})) std::abort();
        }
    }
    ~Filled() {
        store.reset();
        std::filesystem::remove_all(folder);
    }

    std::filesystem::path folder;
    net::AsioLoop loop;
    std::vector<ReplyPair> pairs;
    std::unique_ptr<net::PosixDisk> disk;
    std::unique_ptr<ReplyStore> store;
};

Filled& filled() {
    static Filled one;
    return one;
}

void suggest(benchmark::State& state) {
    Filled& data = filled();
    std::size_t asked = 0;
    std::size_t candidates = 0;
    for (auto _ : state) {
        const ReplyPair& pair = data.pairs[(asked++ * 7919) % data.pairs.size()];
        const auto found = data.store->find(pair.prompt);
        candidates += found->candidates.size();
        benchmark::DoNotOptimize(best_replies(*found, {pair.room, pair.time_ms}, {}, false));
    }
    state.counters["candidates"] = static_cast<double>(candidates) / static_cast<double>(asked);
}
BENCHMARK(suggest)->Unit(benchmark::kMicrosecond);

// Every word of it is in nearly all pairs, or in none.
void suggest_for_common_words(benchmark::State& state) {
    Filled& data = filled();
    for (auto _ : state) {
        const auto found = data.store->find("hey is the you are of to a in it do have can for with at so or not room");
        benchmark::DoNotOptimize(best_replies(*found, {RoomId{1}, 0}, {}, false));
    }
}
BENCHMARK(suggest_for_common_words)->Unit(benchmark::kMicrosecond);

void take_in_one(benchmark::State& state) {
    Filled& data = filled();
    std::uint64_t number = 10'000'000;
    for (auto _ : state) {
        ReplyPair pair = data.pairs[number % data.pairs.size()];
        pair.prompt_number = ++number;
        pair.reply_number = ++number;
        if (!data.store->add({pair})) std::abort();
    }
}
BENCHMARK(take_in_one)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace parley::chat
