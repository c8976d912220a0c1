// CommandOracle (O4, O5, O6): what clients asked, what took effect on replicas and what clients were answered. A command
// is named by its client and number; it takes effect once, at one slot, with one answer.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "consensus/core/types.hpp"
#include "sim/oracles/history.hpp"
#include "sim/oracles/judge.hpp"

namespace parley::sim {

class CommandOracle {
public:
    CommandOracle(Judge& judge, History& history) : judge_(judge), history_(history) {}

    void called(std::uint64_t client, std::uint64_t number);
    void took_effect(std::uint64_t client, std::uint64_t number, consensus::Slot slot, std::uint64_t answer);
    void returned(std::uint64_t client, std::uint64_t number, std::uint64_t answer);
    // A linearizable read of the whole state was asked for when `before` was acknowledged_through().
    void read(std::uint64_t client, consensus::Slot before, consensus::Slot seen);
    [[nodiscard]] consensus::Slot acknowledged_through() const { return acknowledged_through_; }
    // Final audit: one replica knows this client's commands up to `last`, without a gap.
    void audited(MachineId machine, const std::map<std::uint64_t, std::uint64_t>& last_by_client);

    void write_final_state();

    [[nodiscard]] std::uint64_t reads() const { return reads_; }
    [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }

private:
    struct Command {
        bool is_called = false;
        consensus::Slot before;           // everything acknowledged at call time was at or below this slot
        consensus::Slot slot;             // of the effect, 0 for none yet
        std::uint64_t answer = 0;
        bool is_acknowledged = false;
    };
    using Name = std::pair<std::uint64_t, std::uint64_t>;

    Judge& judge_;
    History& history_;
    std::map<Name, Command> commands_;
    consensus::Slot acknowledged_through_;   // the highest slot of an acknowledged command
    std::uint64_t acknowledged_ = 0;
    std::uint64_t reads_ = 0;
};

}  // namespace parley::sim
