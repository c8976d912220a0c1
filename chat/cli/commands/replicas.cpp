#include "chat/cli/commands/replicas.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace parley::chat {

namespace {

// Whoever does not answer that soon is not waited for: the others know as much.
constexpr std::chrono::seconds look_up_max{2};

std::vector<std::string> addresses_in(const consensus::Configuration& configuration) {
    std::vector<std::string> addresses;
    for (const auto* group : {&configuration.voters, &configuration.learners}) {
        for (const consensus::Member& member : *group) addresses.push_back(member.address);
    }
    return addresses;
}

}  // namespace

Replies ask_all(Runtime& runtime, const std::vector<std::string>& addresses, const Question& question, std::optional<net::Duration> within) {
    Replies replies(addresses.size());
    std::size_t open = addresses.size();
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        runtime.asker().ask(addresses[i], question, within.value_or(runtime.options().timeout), [&, i](net::Result<Asker::Reply> reply) {
            replies[i].emplace(std::move(reply));
            if (--open == 0) runtime.loop().stop();
        });
    }
    while (open > 0) runtime.loop().run();
    return replies;
}

std::optional<ConfigurationReport> ask_configuration(Runtime& runtime) {
    std::optional<ConfigurationReport> newest;
    if (!runtime.cluster().is_operator) return newest;
    std::vector<std::string> asked = runtime.cluster().servers;
    for (const std::string& server : runtime.met()) {
        if (std::ranges::find(asked, server) == asked.end()) asked.push_back(server);
    }
    const Replies replies = ask_all(runtime, asked, AskConfiguration{}, look_up_max);
    for (const auto& reply : replies) {
        const auto* report = answer_of<ConfigurationReport>(reply);
        if (report != nullptr && (!newest || report->configuration.id > newest->configuration.id)) newest = *report;
    }
    if (newest) runtime.met() = addresses_in(newest->configuration);
    return newest;
}

std::vector<std::string> servers_of(Runtime& runtime) {
    const auto report = ask_configuration(runtime);
    if (!report) return runtime.cluster().servers;
    std::vector<std::string> servers = addresses_in(report->configuration);
    // In the order in which they were named, newcomers last.
    const auto& named = runtime.cluster().servers;
    std::ranges::stable_sort(servers, {}, [&](const std::string& server) { return std::ranges::find(named, server) - named.begin(); });
    return servers;
}

std::vector<ReplicaLine> ask_status(Runtime& runtime) {
    const std::vector<std::string> servers = servers_of(runtime);
    const Replies replies = ask_all(runtime, servers, AskStatus{});
    std::vector<ReplicaLine> lines;
    for (std::size_t i = 0; i < servers.size(); ++i) {
        ReplicaLine line;
        line.address = servers[i];
        if (const auto* report = answer_of<StatusReport>(replies[i])) {
            line.report = *report;
            line.round_trip = (**replies[i]).round_trip;
        } else {
            line.problem = *replies[i] ? "not a status" : replies[i]->error().message;
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

const ReplicaLine* line_of(const std::vector<ReplicaLine>& lines, const std::string& alias) {
    const auto found = std::ranges::find_if(lines, [&](const ReplicaLine& line) { return line.report && line.report->alias == alias; });
    return found == lines.end() ? nullptr : &*found;
}

const ReplicaLine* leader_of(const std::vector<ReplicaLine>& lines) {
    const ReplicaLine* leader = nullptr;
    for (const ReplicaLine& line : lines) {
        if (!line.report || line.report->role != "leader") continue;
        if (leader == nullptr || line.report->ballot_round > leader->report->ballot_round) leader = &line;
    }
    return leader;
}

void require_operator(const Runtime& runtime, const char* what) {
    if (runtime.cluster().is_operator) return;
    throw CommandFailed(Exit::refused,
                        fmt::format("{} needs the operator's certificate: run it where `parley up` runs, as the same user, or name the CA in "
                                    "the cluster's data folder with --ca FILE; operator.pem and operator.key lie beside it", what));
}

void wait(Runtime& runtime, net::Duration time) {
    runtime.loop().after(time, [&runtime] { runtime.loop().stop(); });
    runtime.loop().run();
}

}  // namespace parley::chat
