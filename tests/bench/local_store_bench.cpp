// What the window's own copy of the messages costs: opening a room of a million, paging back, taking in what arrives,
// searching.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "chat/client/local_store.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/posix_disk.hpp"

namespace parley::chat {
namespace {

constexpr RoomId room{1};
constexpr std::uint64_t messages_kept = 1'000'000;
constexpr std::uint32_t page_rows = 100;

RoomMessage message(std::uint64_t number) {
    RoomMessage made;
    made.room = room;
    made.number = number;
    made.slot = number;
    made.time_ms = 1'700'000'000'000 + static_cast<std::int64_t>(number) * 1000;
    made.author = UserId{number % 8};
    made.author_name = fmt::format("person {}", number % 8);
    made.text = fmt::format("message {} of a room that has been there for a while, of a usual length", number);
    return made;
}

struct Filled {
    Filled() : folder(std::filesystem::temp_directory_path() / "parley-local-store-bench") {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        disk = std::make_unique<net::PosixDisk>(loop, folder.string(), net::PosixDiskOptions{.inline_sync = true});
        open();
        RoomRow row;
        row.room = room;
        row.name = "general";
        row.last = messages_kept;
        if (!store->belong_to(UserId{1}) || !store->save_rooms({row})) std::abort();
        for (std::uint64_t first = 1; first <= messages_kept; first += 10'000) {
            std::vector<RoomMessage> batch;
            for (std::uint64_t number = first; number < first + 10'000; ++number) batch.push_back(message(number));
            if (!store->save_messages(room, batch, 0)) std::abort();
        }
    }
    ~Filled() {
        store.reset();
        std::filesystem::remove_all(folder);
    }
    void open() {
        store.reset();
        store = std::move(*LocalStore::open(*disk, "", nullptr));
    }

    std::filesystem::path folder;
    net::AsioLoop loop;
    std::unique_ptr<net::PosixDisk> disk;
    std::unique_ptr<LocalStore> store;
};

Filled& filled() {
    static Filled made;
    return made;
}

// Everything the window needs before it shows the room: the file, the rooms, the newest page.
void open_room_of_a_million(benchmark::State& state) {
    Filled& kept = filled();
    for (auto _ : state) {
        kept.open();
        benchmark::DoNotOptimize(kept.store->rooms());
        benchmark::DoNotOptimize(kept.store->messages(room, 0, messages_kept + 1, page_rows));
    }
}

void page_back(benchmark::State& state) {
    Filled& kept = filled();
    std::uint64_t before = messages_kept;
    for (auto _ : state) {
        benchmark::DoNotOptimize(kept.store->messages(room, 0, before, page_rows));
        before = before > 2 * page_rows ? before - page_rows : messages_kept;
    }
}

void search_what_is_nowhere(benchmark::State& state) {
    Filled& kept = filled();
    for (auto _ : state) benchmark::DoNotOptimize(kept.store->search(room, "nowhere", 200));
}

BENCHMARK(open_room_of_a_million)->Unit(benchmark::kMillisecond);
BENCHMARK(page_back)->Unit(benchmark::kMicrosecond);
BENCHMARK(search_what_is_nowhere)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace parley::chat
