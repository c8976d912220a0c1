// load: posts as fast as they are acknowledged, or reads as fast as they are answered, for a while.
#include <fmt/format.h>

#include "chat/bench/bench.hpp"
#include "chat/bench/figures.hpp"
#include "chat/bench/generator.hpp"
#include "chat/bench/running.hpp"
#include "chat/cli/output.hpp"

namespace parley::chat {
namespace {

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

void print_part(const LoadCommand& command, const GlobalOptions& options, net::Duration since_begin, Tally part) {
    const double at = std::chrono::duration<double>(since_begin).count();
    const double rate = static_cast<double>(part.latencies_us.size()) / std::chrono::duration<double>(part.measured).count();
    const std::uint32_t p50 = percentile(part.latencies_us, 0.5);
    const std::uint32_t p99 = percentile(part.latencies_us, 0.99);
    const std::uint32_t worst = percentile(part.latencies_us, 1.0);
    const std::string what = command.reads ? "reads" : "posts";
    if (options.json) {
        print_line(JsonLine{}.decimal("at_seconds", at).decimal(what + "_per_second", rate).number("p50_us", p50).number("p99_us", p99).number("max_us", worst)
                       .number("errors", part.errors).str());
    } else {
        print_line(fmt::format("{:.0f} s: {:.0f} {}/s, median {} µs, 99 %: {} µs, longest {} µs", at, rate, what, p50, p99, worst));
    }
}

}  // namespace

Exit run(const LoadCommand& command, const GlobalOptions& options) {
    net::AsioLoop loop;
    Ground ground{loop, known_cluster(loop, options), options, command.writing};
    const Seen seen = look(loop, ground.dialer, ground.cluster.servers);
    const auto places = places_of(command.writing, ground.population, seen, ground.cluster.servers);
    Tally tally = generate(command, ground.cluster, places, ground.population.rooms,
                           [&](net::Duration since_begin, Tally part) { print_part(command, options, since_begin, std::move(part)); });
    const bool any = !tally.latencies_us.empty();
    print(command, options, std::move(tally));
    return any ? Exit::ok : Exit::unreachable;
}

}  // namespace parley::chat
