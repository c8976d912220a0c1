// load: posts as fast as they are acknowledged, or reads as fast as they are answered, for a while.
#include <atomic>
#include <thread>

#include <fmt/format.h>

#include "chat/bench/bench.hpp"
#include "chat/bench/figures.hpp"
#include "chat/bench/running.hpp"
#include "chat/cli/output.hpp"

namespace parley::chat {
namespace {

struct Tally {
    std::vector<std::uint32_t> latencies_us;
    std::uint64_t errors = 0;
    std::string last_error;
    net::Duration measured{};
};

// One thread's share of the load: its own loop, links and counts.
class Generator {
public:
    Generator(const LoadCommand& command, const KnownCluster& cluster, std::vector<Writers::Place> places, const std::vector<RoomId>& rooms)
        : command_(command), dialer_(loop_, cluster.tls), writers_(loop_, dialer_, std::move(places), rooms, events()) {
        text_.assign(command.writing.size, 'x');
        for (std::size_t i = 0; i < text_.size(); i += 8) text_[i] = ' ';
        if (!text_.empty()) text_.front() = 'p';
    }

    // All threads begin to write when all have their sessions.
    void prepare(std::atomic<int>& not_ready) {
        open_sessions(loop_, writers_, tally_.last_error);
        --not_ready;
        while (not_ready > 0) run_for(loop_, std::chrono::milliseconds{5});
    }
    Tally run() {
        writers_.write();
        run_for(loop_, seconds(command_.warm_up_seconds));
        measuring_ = true;
        tally_.errors = 0;
        const net::Instant begin = loop_.now();
        run_for(loop_, seconds(command_.seconds));
        tally_.measured = loop_.now() - begin;
        measuring_ = false;
        writers_.finish();
        for (int i = 0; i < 100 && writers_.outstanding() > 0; ++i) run_for(loop_, std::chrono::milliseconds{20});
        return std::move(tally_);
    }

private:
    static net::Duration seconds(double count) { return net::Duration{static_cast<std::int64_t>(count * 1e9)}; }
    WriterEvents events() {
        WriterEvents events;
        events.done = [this](std::uint32_t, std::uint64_t, const Outcome& outcome) {
            if (!measuring_) return;
            tally_.latencies_us.push_back(static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(outcome.latency).count()));
        };
        events.trouble = [this](const std::string& why) {
            ++tally_.errors;
            tally_.last_error = why;
        };
        events.next = [this](std::uint32_t, std::uint64_t) -> WriterAction {
            if (command_.reads) return ReadRoom{};
            return PostText{text_};
        };
        return events;
    }

    const LoadCommand& command_;
    net::AsioLoop loop_;
    net::AsioDialer dialer_;
    Tally tally_;
    bool measuring_ = false;
    std::string text_;
    Writers writers_;
};

Tally merged(std::vector<Tally> tallies) {
    Tally all;
    for (Tally& tally : tallies) {
        all.latencies_us.insert(all.latencies_us.end(), tally.latencies_us.begin(), tally.latencies_us.end());
        all.errors += tally.errors;
        if (!tally.last_error.empty()) all.last_error = tally.last_error;
        all.measured = std::max(all.measured, tally.measured);
    }
    return all;
}

Tally generate(const LoadCommand& command, const KnownCluster& cluster, const std::vector<Writers::Place>& places, const std::vector<RoomId>& rooms) {
    const std::size_t threads = std::min<std::size_t>(command.writing.threads, places.size());
    std::vector<std::vector<Writers::Place>> shares(threads);
    for (std::size_t i = 0; i < places.size(); ++i) shares[i % threads].push_back(places[i]);
    std::atomic<int> not_ready{static_cast<int>(threads)};
    std::vector<Tally> tallies(threads);
    std::vector<std::string> problems(threads);
    const auto one = [&](std::size_t i) {
        try {
            Generator generator{command, cluster, std::move(shares[i]), rooms};
            generator.prepare(not_ready);
            tallies[i] = generator.run();
        } catch (const std::exception& error) {
            not_ready = 0;
            problems[i] = error.what();
        }
    };
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back(one, i);
    one(0);
    others.clear();
    for (const std::string& problem : problems) {
        if (!problem.empty()) throw CommandFailed(Exit::unreachable, problem);
    }
    return merged(std::move(tallies));
}

void print(const LoadCommand& command, const GlobalOptions& options, Tally tally) {
    const double seconds = std::chrono::duration<double>(tally.measured).count();
    const double rate = seconds > 0 ? static_cast<double>(tally.latencies_us.size()) / seconds : 0;
    const std::uint32_t p50 = percentile(tally.latencies_us, 0.5);
    const std::uint32_t p99 = percentile(tally.latencies_us, 0.99);
    const std::uint32_t p999 = percentile(tally.latencies_us, 0.999);
    const std::uint32_t worst = percentile(tally.latencies_us, 1.0);
    const WritingOptions& writing = command.writing;
    const std::string what = command.reads ? "reads" : "posts";
    if (options.json) {
        print_line(JsonLine{}.number("clients", writing.clients).number("connections", writing.connections).decimal("seconds", seconds)
                       .decimal(what + "_per_second", rate).number("p50_us", p50).number("p99_us", p99).number("p999_us", p999)
                       .number("max_us", worst).number("errors", tally.errors).number(what, tally.latencies_us.size())
                       .number("size", writing.size).number("rooms", writing.rooms).number("threads", writing.threads).str());
    } else {
        print_line(fmt::format("{:.0f} {}/s with {} clients over {} connections ({} bytes, {} rooms, {:.1f} s)", rate, what, writing.clients,
                               writing.connections, writing.size, writing.rooms, seconds));
        print_line(fmt::format("answered after {} µs in the median, 99 %: {} µs, 99.9 %: {} µs, longest {} µs; {} errors", p50, p99, p999,
                               worst, tally.errors));
    }
    if (tally.errors > 0) note_line("the last error: " + tally.last_error);
}

}  // namespace

Exit run(const LoadCommand& command, const GlobalOptions& options) {
    net::AsioLoop loop;
    Ground ground{loop, known_cluster(loop, options), options, command.writing};
    const Seen seen = look(loop, ground.dialer, ground.cluster.servers);
    const auto places = places_of(command.writing, ground.population, seen, ground.cluster.servers);
    Tally tally = generate(command, ground.cluster, places, ground.population.rooms);
    const bool any = !tally.latencies_us.empty();
    print(command, options, std::move(tally));
    return any ? Exit::ok : Exit::unreachable;
}

}  // namespace parley::chat
