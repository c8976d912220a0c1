// connections: many people who are there and say nothing, all at one replica. What does each cost it, and what do they cost others'
// posts?
#include <charconv>
#include <fstream>

#include <fmt/format.h>

#include "chat/bench/bench.hpp"
#include "chat/bench/figures.hpp"
#include "chat/bench/generator.hpp"
#include "chat/bench/listeners.hpp"
#include "chat/bench/running.hpp"
#include "chat/cli/output.hpp"

namespace parley::chat {
namespace {

constexpr net::Duration come_within = std::chrono::seconds{300};
constexpr net::Duration settle = std::chrono::seconds{2};   // what a handshake needed is given back

// What of the process is in memory now; 0 when it does not run on this machine.
std::uint64_t resident_bytes(std::uint64_t process) {
    std::ifstream status(fmt::format("/proc/{}/status", process));
    for (std::string line; std::getline(status, line);) {
        constexpr std::string_view key = "VmRSS:";
        if (!line.starts_with(key)) continue;
        const auto digit = line.find_first_of("0123456789");
        std::uint64_t kibibytes = 0;
        if (digit != std::string::npos) std::from_chars(line.data() + digit, line.data() + line.size(), kibibytes);
        return kibibytes * 1024;
    }
    return 0;
}

struct Found {
    std::uint64_t bytes_each = 0;
    double come_per_second = 0;
    Tally before;
    Tally meanwhile;
};

class Connections {
public:
    Connections(const ConnectionsCommand& command, Ground& ground)
        : command_(command), ground_(ground), seen_(look(ground.loop, ground.dialer, ground.cluster.servers)) {
        if (seen_.reports.empty()) throw CommandFailed(Exit::unreachable, "no replica answers; `parley status` shows the cluster");
    }

    Found run() {
        Found found;
        found.before = load();
        const std::uint64_t process = seen_.reports.front().process;
        const std::uint64_t bytes = resident_bytes(process);
        const net::Instant begin = ground_.loop.now();
        Listeners listeners{ground_.loop, ground_.dialer, places(), std::nullopt, events()};
        come(listeners);
        found.come_per_second = static_cast<double>(listeners.size()) / std::chrono::duration<double>(ground_.loop.now() - begin).count();
        run_for(ground_.loop, settle);
        const std::uint64_t more = resident_bytes(process);
        found.bytes_each = more > bytes ? (more - bytes) / listeners.size() : 0;
        found.meanwhile = load();
        run_for(ground_.loop, std::chrono::milliseconds{1});   // a link that broke meanwhile says so
        if (!trouble_.empty()) throw CommandFailed(Exit::unreachable, "a connection did not last: " + trouble_);
        return found;
    }

private:
    [[nodiscard]] std::vector<Listeners::Place> places() const {
        std::vector<Listeners::Place> places;
        const auto& tokens = ground_.population.tokens;
        for (std::uint32_t i = 0; i < command_.connections; ++i) places.push_back({seen_.addresses.front(), tokens[i % tokens.size()]});
        return places;
    }
    ListenerEvents events() {
        return {[](std::uint32_t, const RoomMessage&) {}, [this](const std::string& why) { trouble_ = why; }};
    }
    void come(Listeners& listeners) {
        const net::Instant begin = ground_.loop.now();
        listeners.start();
        while (listeners.ready() < listeners.size()) {
            run_for(ground_.loop, std::chrono::milliseconds{20});
            if (!trouble_.empty() || ground_.loop.now() - begin > come_within) {
                throw CommandFailed(Exit::unreachable, fmt::format("{} of {} could connect: {}", listeners.ready(), listeners.size(), trouble_));
            }
        }
    }
    Tally load() {
        LoadCommand command;
        command.writing = {.clients = 16, .connections = 16, .rooms = static_cast<std::uint32_t>(ground_.population.rooms.size())};
        command.seconds = command_.seconds;
        return generate(command, ground_.cluster, places_of(command.writing, ground_.population, seen_, ground_.cluster.servers), ground_.population.rooms);
    }

    const ConnectionsCommand& command_;
    Ground& ground_;
    Seen seen_;
    std::string trouble_;
};

double rate_of(const Tally& tally) {
    const double seconds = std::chrono::duration<double>(tally.measured).count();
    return seconds > 0 ? static_cast<double>(tally.latencies_us.size()) / seconds : 0;
}

void print(const ConnectionsCommand& command, bool json, Found found) {
    const std::uint32_t before = percentile(found.before.latencies_us, 0.99);
    const std::uint32_t meanwhile = percentile(found.meanwhile.latencies_us, 0.99);
    if (json) {
        return print_line(JsonLine{}.number("connections", command.connections).number("bytes_each", found.bytes_each)
                              .decimal("come_per_second", found.come_per_second).decimal("posts_per_second_before", rate_of(found.before))
                              .number("p99_us_before", before).decimal("posts_per_second", rate_of(found.meanwhile)).number("p99_us", meanwhile).str());
    }
    print_line(fmt::format("{} connections came, {:.0f} a second; each takes {} bytes of the replica's memory", command.connections,
                           found.come_per_second, found.bytes_each));
    print_line(fmt::format("16 clients post {:.0f}/s without them, 99 % within {} µs; beside them {:.0f}/s, 99 % within {} µs", rate_of(found.before),
                           before, rate_of(found.meanwhile), meanwhile));
}

}  // namespace

Exit run(const ConnectionsCommand& command, const GlobalOptions& options) {
    net::AsioLoop loop;
    Ground ground{loop, known_cluster(loop, options), options, WritingOptions{.clients = 16, .connections = 16, .rooms = 16}};
    print(command, options.json, Connections{command, ground}.run());
    return Exit::ok;
}

}  // namespace parley::chat
