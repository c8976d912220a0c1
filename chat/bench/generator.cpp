// As many posts or reads as are answered: threads of generators, and what they counted together.
#include "chat/bench/generator.hpp"

#include <atomic>
#include <thread>

#include "chat/bench/running.hpp"
#include "chat/cli/exit.hpp"
#include "net/asio/asio_dialer.hpp"

namespace parley::chat {
namespace {

// One thread's share of the load: its own loop, links and counts.
class Generator {
public:
    Generator(const LoadCommand& command, const KnownCluster& cluster, std::vector<Writers::Place> places, const std::vector<RoomId>& rooms, const PartCounted& part)
        : command_(command), part_(part), dialer_(loop_, cluster.tls), writers_(loop_, dialer_, std::move(places), rooms, events()) {
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
        measure(begin, begin + seconds(command_.seconds));
        tally_.measured = loop_.now() - begin;
        measuring_ = false;
        writers_.finish();
        for (int i = 0; i < 100 && writers_.outstanding() > 0; ++i) run_for(loop_, std::chrono::milliseconds{20});
        return std::move(tally_);
    }

private:
    void measure(net::Instant begin, net::Instant end) {
        const net::Duration part = command_.every_seconds > 0 ? seconds(command_.every_seconds) : end - begin;
        while (loop_.now() < end) {
            const auto counted = static_cast<std::ptrdiff_t>(tally_.latencies_us.size());
            const std::uint64_t errors = tally_.errors;
            const net::Instant from = loop_.now();
            run_for(loop_, std::min(part, end - from));
            const auto first = tally_.latencies_us.begin() + counted;
            if (command_.every_seconds > 0) part_(loop_.now() - begin, Tally{{first, tally_.latencies_us.end()}, tally_.errors - errors, tally_.last_error, loop_.now() - from});
        }
    }

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
    const PartCounted& part_;
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

}  // namespace

Tally generate(const LoadCommand& command, const KnownCluster& cluster, const std::vector<Writers::Place>& places, const std::vector<RoomId>& rooms,
               const PartCounted& part) {
    const std::size_t threads = std::min<std::size_t>(command.writing.threads, places.size());
    std::vector<std::vector<Writers::Place>> shares(threads);
    for (std::size_t i = 0; i < places.size(); ++i) shares[i % threads].push_back(places[i]);
    std::atomic<int> not_ready{static_cast<int>(threads)};
    std::vector<Tally> tallies(threads);
    std::vector<std::string> problems(threads);
    const auto one = [&](std::size_t i) {
        try {
            Generator generator{command, cluster, std::move(shares[i]), rooms, part};
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

}  // namespace parley::chat
