// history: what the size of a room and the number of rooms cost. One account, so many rooms, one of them with so many messages:
// how long takes a post, opening the room, a jump, what is unread, a search?
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "chat/bench/bench.hpp"
#include "chat/bench/figures.hpp"
#include "chat/bench/generator.hpp"
#include "chat/bench/operations.hpp"
#include "chat/bench/running.hpp"
#include "chat/cli/output.hpp"

namespace parley::chat {
namespace {

constexpr std::uint32_t page_rows = 50;
constexpr net::Duration index_within = std::chrono::minutes{10};   // the search index is filled behind the posts

struct Figure {
    std::string name;
    std::uint32_t p50_us = 0;
    std::uint32_t p99_us = 0;
};

class History {
public:
    History(const SizeCommand& command, Ground& ground) : command_(command), ground_(ground), room_(ground.population.rooms.front()) {}

    void fill() {
        ground_.caller.authenticate(ground_.population.tokens.front());
        operations_.emplace(ground_.caller, ground_.secrets);
        const std::string tag = fmt::format("h{:08x}", static_cast<std::uint32_t>(random_number(ground_.secrets)));
        rare_word_ = "needle" + tag;
        operations_->run(Post{ByRoom{room_}, "one " + rare_word_ + " in all of it"});
        for (std::uint32_t i = 1; i < command_.rooms; ++i) operations_->run(CreateRoom{fmt::format("{}-{}", tag, i), false});
        note_line(fmt::format("{} rooms are made", command_.rooms));
        while (newest() < command_.messages) {
            post_for_a_while();
            note_line(fmt::format("{} of {} messages", std::min(newest(), command_.messages), command_.messages));
        }
    }

    std::vector<Figure> measure() {
        std::vector<Figure> figures;
        const auto time = [&](const std::string& name, const std::function<void()>& act) { figures.push_back(timed(name, act)); };
        const std::uint64_t last = newest();
        time("post", [this] { operations_->run(Post{ByRoom{room_}, "another one"}); });
        time("open_room", [this] { ask(AskHistory{.target = ByRoom{room_}, .limit = page_rows}); });
        time("jump_to_number", [this, last] { ask(AskHistory{.target = ByRoom{room_}, .after = random_number(ground_.secrets) % last, .limit = page_rows}); });
        const std::int64_t first_ms = time_of(0);
        const std::int64_t last_ms = time_of(last - 1);
        time("jump_to_date", [this, first_ms, last_ms] {
            const auto span = static_cast<std::uint64_t>(std::max<std::int64_t>(last_ms - first_ms, 1));
            const auto since = first_ms + static_cast<std::int64_t>(random_number(ground_.secrets) % span);
            ask(AskHistory{.target = ByRoom{room_}, .limit = page_rows, .since_ms = std::max<std::int64_t>(since, 1)});
        });
        time("unread", [this] { ask(AskUnread{}); });
        wait_for_the_index();
        time("search_rare_word", [this] { ask(search()); });
        return figures;
    }

private:
    [[nodiscard]] AskSearch search() const { return {.text = rare_word_, .before = {}}; }
    Payload ask(const Question& question) { return ground_.caller.call(question); }
    Figure timed(const std::string& name, const std::function<void()>& act) {
        std::vector<std::uint32_t> times_us;
        for (std::uint32_t i = 0; i < command_.repeats; ++i) {
            const net::Instant begin = ground_.loop.now();
            act();
            times_us.push_back(static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(ground_.loop.now() - begin).count()));
        }
        return {name, percentile(times_us, 0.5), percentile(times_us, 0.99)};
    }
    std::uint64_t newest() { return ground_.caller.call_for<MessagePage>(AskHistory{.target = ByRoom{room_}, .limit = 1}).room.last; }
    std::int64_t time_of(std::uint64_t after) {
        const auto page = ground_.caller.call_for<MessagePage>(AskHistory{.target = ByRoom{room_}, .after = after, .limit = 1});
        return page.messages.empty() ? 0 : page.messages.front().time_ms;
    }
    void post_for_a_while() {
        const std::uint64_t missing = command_.messages - newest();
        LoadCommand load;
        // Few at the end, so that a small room stays small.
        load.writing = {.clients = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(missing / 64, 1, 256)), .connections = 8, .rooms = 1};
        load.writing.connections = std::min(load.writing.connections, load.writing.clients);
        load.warm_up_seconds = 0;
        load.seconds = missing > 100'000 ? 5 : 0.2;
        const Seen seen = look(ground_.loop, ground_.dialer, ground_.cluster.servers);
        generate(load, ground_.cluster, places_of(load.writing, ground_.population, seen, ground_.cluster.servers), {room_});
    }
    // The first message is found by its word as soon as the index has come so far, or everything else was read through.
    void wait_for_the_index() {
        const net::Instant begin = ground_.loop.now();
        for (;;) {
            const net::Instant asked = ground_.loop.now();
            const auto found = ground_.caller.call_for<FoundPage>(search());
            if (found.messages.size() == 1 && ground_.loop.now() - asked < std::chrono::milliseconds{50}) return;
            if (ground_.loop.now() - begin > index_within) return;   // measured as it is
            run_for(ground_.loop, std::chrono::seconds{1});
        }
    }

    const SizeCommand& command_;
    Ground& ground_;
    RoomId room_;
    std::string rare_word_;
    std::optional<Operations> operations_;
};

}  // namespace

Exit run(const SizeCommand& command, const GlobalOptions& options) {
    net::AsioLoop loop;
    Ground ground{loop, known_cluster(loop, options), options, WritingOptions{.clients = 256, .connections = 8, .rooms = 1}};
    History history{command, ground};
    history.fill();
    JsonLine line;
    line.number("messages", command.messages).number("rooms", command.rooms);
    for (const Figure& figure : history.measure()) {
        line.number(figure.name + "_us", figure.p50_us).number(figure.name + "_p99_us", figure.p99_us);
        if (!options.json) print_line(fmt::format("{}: {} µs in the median, 99 %: {} µs", figure.name, figure.p50_us, figure.p99_us));
    }
    if (options.json) print_line(line.str());
    return Exit::ok;
}

}  // namespace parley::chat
