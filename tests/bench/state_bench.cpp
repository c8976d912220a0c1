// What applying costs: posts a second by posts a transaction, in rooms empty and full, and the reads of a client.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "chat/state/chat_state.hpp"
#include "chat/state/view.hpp"

namespace parley::chat {
namespace {

constexpr std::uint64_t accounts = 8;
constexpr std::uint64_t sessions_per_account = 32;
constexpr std::uint64_t rooms = 64;
constexpr std::size_t text_bytes = 100;

TokenHash token(std::uint64_t seed) {
    TokenHash hash{};
    hash[0] = static_cast<std::byte>(seed);
    return hash;
}

// The state of `parley-bench load`: 8 accounts with 32 sessions each, all of them in 64 rooms.
class Bench {
public:
    Bench() : folder_(std::filesystem::temp_directory_path() / fmt::format("parley-state-bench-{}", ++count_)) {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        state_ = std::make_unique<ChatState>(path(), nullptr, Limits{});
        for (std::uint64_t account = 0; account < accounts; ++account) enrol(account);
        for (std::uint64_t room = 1; room < rooms; ++room) {
            run(0, CreateRoom{fmt::format("room{}", room), false});
            for (std::uint64_t account = 1; account < accounts; ++account) {
                run(account * sessions_per_account, JoinRoom{ByRoom{RoomId{room + 1}}});
            }
        }
    }
    ~Bench() {
        state_.reset();
        std::filesystem::remove_all(folder_);
    }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    [[nodiscard]] std::string path() const { return (folder_ / "state.db").string(); }
    ChatState& state() { return *state_; }

    // The next post of one session after the other, into one room after the other, encoded as they come from the log.
    net::Bytes next_post() {
        const std::uint64_t session = posts_ % next_.size();
        const RoomId room{posts_ % rooms + 1};
        ++posts_;
        return numbered(session, Post{ByRoom{room}, std::string(text_bytes, 'x')});
    }
    void apply(std::vector<net::Bytes> commands) {
        const std::vector<consensus::DecodedSlot> slots{
            {consensus::Slot{++slot_}, {consensus::BatchKind::commands, static_cast<std::int64_t>(slot_), std::move(commands)}}};
        state_->apply(slots);
    }

private:
    void enrol(std::uint64_t account) {
        apply({net::encode(Command{{}, Unnumbered{Register{fmt::format("user{}", account), "hash", token(account), "bench"}}})});
        for (std::uint64_t i = 0; i < sessions_per_account; ++i) {
            apply({net::encode(Command{{1, 1, 1}, Unnumbered{OpenSession{token(account), i}}})});
            next_.emplace_back(SessionId{slot_, 0}, 1);
        }
    }
    net::Bytes numbered(std::uint64_t session, Operation operation) {
        const std::uint64_t number = next_[session].second++;
        return net::encode(Command{{1, 1, number}, Numbered{next_[session].first, number, number, std::move(operation)}});
    }
    void run(std::uint64_t session, Operation operation) { apply({numbered(session, std::move(operation))}); }

    static inline int count_ = 0;
    std::filesystem::path folder_;
    std::unique_ptr<ChatState> state_;
    std::vector<std::pair<SessionId, std::uint64_t>> next_;
    std::uint64_t posts_ = 0;
    std::uint64_t slot_ = 0;
};

void apply_posts(benchmark::State& state) {
    const auto per_transaction = static_cast<std::size_t>(state.range(0));
    Bench bench;
    for (auto _ : state) {
        state.PauseTiming();
        std::vector<net::Bytes> commands;
        for (std::size_t i = 0; i < per_transaction; ++i) commands.push_back(bench.next_post());
        state.ResumeTiming();
        bench.apply(std::move(commands));
        benchmark::DoNotOptimize(bench.state().take_effects());
        bench.state().checkpoint_if_due();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(apply_posts)->Arg(1)->Arg(16)->Arg(256)->Arg(1024)->UseRealTime();

// The same with a history already there: the figure must not fall with its length.
void apply_posts_with_history(benchmark::State& state) {
    Bench bench;
    for (std::int64_t i = 0; i < state.range(0) / 1024; ++i) {
        std::vector<net::Bytes> commands;
        for (int j = 0; j < 1024; ++j) commands.push_back(bench.next_post());
        bench.apply(std::move(commands));
        bench.state().take_effects();
        bench.state().checkpoint_if_due();
    }
    for (auto _ : state) {
        state.PauseTiming();
        std::vector<net::Bytes> commands;
        for (int i = 0; i < 256; ++i) commands.push_back(bench.next_post());
        state.ResumeTiming();
        bench.apply(std::move(commands));
        bench.state().take_effects();
        bench.state().checkpoint_if_due();
    }
    state.SetItemsProcessed(state.iterations() * 256);
}
BENCHMARK(apply_posts_with_history)->Arg(0)->Arg(1 << 20)->UseRealTime();

void read_history_page(benchmark::State& state) {
    Bench bench;
    for (int i = 0; i < 100; ++i) {
        std::vector<net::Bytes> commands;
        for (int j = 0; j < 256; ++j) commands.push_back(bench.next_post());
        bench.apply(std::move(commands));
    }
    const auto view = View::open(bench.path(), nullptr).value();
    for (auto _ : state) benchmark::DoNotOptimize(view->messages(RoomId{3}, 0, 300, 50));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(read_history_page);

void digest_of_posts(benchmark::State& state) {
    Bench bench;
    for (std::int64_t i = 0; i < state.range(0) / 1024; ++i) {
        std::vector<net::Bytes> commands;
        for (int j = 0; j < 1024; ++j) commands.push_back(bench.next_post());
        bench.apply(std::move(commands));
    }
    for (auto _ : state) benchmark::DoNotOptimize(bench.state().digest());
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(digest_of_posts)->Arg(1 << 17);

}  // namespace
}  // namespace parley::chat
