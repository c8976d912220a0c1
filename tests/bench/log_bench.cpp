// What an append costs on this machine's disk, alone and with others waiting beside it (group commit).
#include <filesystem>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include "consensus/storage/log.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/posix_disk.hpp"

namespace parley::consensus {
namespace {

// `in_flight` appends of one 100-byte command each, all the time.
void append(benchmark::State& state) {
    std::string root = std::filesystem::current_path() / "log-bench-XXXXXX";
    if (::mkdtemp(root.data()) == nullptr) return state.SkipWithError("no room for the log here");
    {
        net::AsioLoop loop;
        net::PosixDisk disk(loop, root);
        const LogIdentity identity{ClusterId{1}, NodeId{2}, {}};
        if (!Log::create(disk, "log", identity, {})) return state.SkipWithError("the log cannot be made");
        auto log = *Log::open(disk, loop, "log", {});
        const Value value{Batch{BatchKind::commands, 0, {net::Bytes(100)}}};
        std::uint64_t slot = 0;
        const std::uint64_t before = log->counters().syncs;
        for (auto _ : state) {
            auto left = state.range(0);
            for (auto i = left; i > 0; --i) {
                ++slot;
                log->append({AcceptWrite{AcceptedValue{Slot{slot}, Ballot{1, NodeId{2}}, value}}}, Slot{slot - 1},
                            [&](net::Result<void> result) {
                                if (!result) state.SkipWithError("the disk failed");
                                if (--left == 0) loop.stop();
                            });
            }
            loop.run();
        }
        state.SetItemsProcessed(static_cast<std::int64_t>(slot));
        state.counters["syncs_per_append"] =
            static_cast<double>(log->counters().syncs - before) / static_cast<double>(slot);
    }
    std::filesystem::remove_all(root);
}
BENCHMARK(append)->Arg(1)->Arg(16)->Arg(256)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace parley::consensus
