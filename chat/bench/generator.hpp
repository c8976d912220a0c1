// The generator of a load: a closed loop of posts or reads over some links, on threads of its own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "chat/bench/options.hpp"
#include "chat/bench/writers.hpp"
#include "chat/cli/trust.hpp"

namespace parley::chat {

struct Tally {
    std::vector<std::uint32_t> latencies_us;
    std::uint64_t errors = 0;
    std::string last_error;
    net::Duration measured{};
};

// What was counted since the part before it, and how long after the beginning that was.
using PartCounted = std::function<void(net::Duration since_begin, Tally part)>;

// Warms up, measures and lets what is outstanding come to an end; takes as long as the command says and a little more. Throws
// CommandFailed when the sessions cannot be opened. `part` is called every `every_seconds`, on the thread that called.
Tally generate(const LoadCommand& command, const KnownCluster& cluster, const std::vector<Writers::Place>& places, const std::vector<RoomId>& rooms,
               const PartCounted& part = {});

}  // namespace parley::chat
