// Breaking: which fault comes next for a cluster with a lab. Never more than one replica is hurt, drawn from a seed; what the
// replicas do in between is theirs, so a seed does not repeat a run.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "chat/wire/server_messages.hpp"
#include "net/ports/time.hpp"

namespace parley::chat {

class Breaking {
public:
    struct Fault {
        std::vector<std::string> orders;   // for the lab; "heal" ends them all
        std::string words;
        net::Duration time{};              // until it is healed
    };

    explicit Breaking(std::uint64_t seed) : chance_(seed) {}

    // For a cluster that is whole. Half of the faults hit the leader.
    [[nodiscard]] Fault next(const std::vector<StatusReport>& replicas);
    // How long it is left in peace before that.
    [[nodiscard]] net::Duration calm() { return std::chrono::milliseconds{draw(200, 800)}; }

private:
    std::int64_t draw(std::int64_t least, std::int64_t most) { return std::uniform_int_distribution<std::int64_t>{least, most}(chance_); }
    const StatusReport& victim(const std::vector<StatusReport>& replicas);

    std::mt19937_64 chance_;
};

}  // namespace parley::chat
