#include "chat/bench/running.hpp"

#include <algorithm>

#include "chat/bench/bench.hpp"
#include "chat/cli/exit.hpp"

namespace parley::chat {
namespace {

constexpr net::Duration open_within = std::chrono::seconds{30};
constexpr net::Duration whole_within = std::chrono::seconds{60};

}  // namespace

Ground::Ground(net::AsioLoop& its_loop, KnownCluster known, const GlobalOptions& options, const WritingOptions& writing)
    : loop(its_loop),
      cluster(std::move(known)),
      dialer(loop, cluster.tls),
      caller(loop, dialer, cluster.servers, options.timeout),
      population(make_population(caller, secrets, writing.rooms, logins_for(writing))) {}

void run_for(net::AsioLoop& loop, net::Duration time) {
    const net::Instant until = loop.now() + time;
    while (loop.now() < until) {
        const net::TimerId timer = loop.after(until - loop.now(), [&loop] { loop.stop(); });
        loop.run();
        loop.cancel(timer);
    }
}

void open_sessions(net::AsioLoop& loop, Writers& writers, const std::string& trouble) {
    writers.start();
    const net::Instant begin = loop.now();
    while (!writers.ready()) {
        run_for(loop, std::chrono::milliseconds{20});
        if (loop.now() - begin > open_within) throw CommandFailed(Exit::unreachable, "the sessions could not be opened: " + trouble);
    }
}

Seen wait_until_whole(net::AsioLoop& loop, net::AsioDialer& dialer, const std::vector<std::string>& servers) {
    const net::Instant begin = loop.now();
    for (;;) {
        Seen seen = look(loop, dialer, servers);
        const bool connected = std::ranges::all_of(seen.reports, [](const StatusReport& report) { return report.reachable == report.replicas; });
        if (seen.reports.size() == servers.size() && connected && seen.leader_process != 0) return seen;
        if (loop.now() - begin > whole_within) {
            throw CommandFailed(Exit::unreachable, "the cluster did not become whole again within a minute; `parley status` shows it");
        }
        run_for(loop, std::chrono::milliseconds{100});
    }
}

void for_each_text(Caller& caller, RoomId room, const std::function<void(const RoomMessage&)>& text) {
    constexpr std::uint32_t page_size = 200;
    for (std::uint64_t after = 0;;) {
        const auto page = caller.call_for<MessagePage>(AskHistory{ByRoom{room}, after, 0, page_size});
        if (page.messages.empty()) return;
        after = page.messages.back().number;
        for (const RoomMessage& message : page.messages) {
            if (message.kind == MessageKind::text) text(message);
        }
    }
}

}  // namespace parley::chat
