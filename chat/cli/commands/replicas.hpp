// What commands about the cluster have in common: every replica is asked by itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chat/cli/runtime.hpp"

namespace parley::chat {

using Replies = std::vector<std::optional<net::Result<Asker::Reply>>>;

// The same question to all addresses at once; returns when each has answered or failed.
Replies ask_all(Runtime& runtime, const std::vector<std::string>& addresses, const Question& question,
                std::optional<net::Duration> within = {});

template <class T>
const T* answer_of(const std::optional<net::Result<Asker::Reply>>& reply) {
    return reply && *reply ? std::get_if<T>(&(**reply).payload) : nullptr;
}

// The newest configuration that any of the servers this command knows of tells; none when nobody does, or to whom is no operator.
std::optional<ConfigurationReport> ask_configuration(Runtime& runtime);
// All members where they are now, as far as that can be known; else the servers this command was given.
std::vector<std::string> servers_of(Runtime& runtime);

struct ReplicaLine {
    std::string address;
    std::optional<StatusReport> report;
    net::Duration round_trip{};
    std::int64_t lag_ms = 0;      // how long it takes to apply what is chosen now
    std::string problem;
};
std::vector<ReplicaLine> ask_status(Runtime& runtime);
const ReplicaLine* line_of(const std::vector<ReplicaLine>& lines, const std::string& alias);
// Of those that say so, the one with the highest ballot: another may not know yet that it was replaced.
const ReplicaLine* leader_of(const std::vector<ReplicaLine>& lines);

void require_operator(const Runtime& runtime, const char* what);
void wait(Runtime& runtime, net::Duration time);

}  // namespace parley::chat
