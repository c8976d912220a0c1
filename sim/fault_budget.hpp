// FaultBudget: which copies of what was acknowledged are still whole. The fault model of docs/protocol.md allows damage to
// fewer than half of the voters, and damage that leaves a trace; what lies outside of it is refused here, and what a replica
// may do in its consequence (report a slot as faulty, refuse to start for ever) is known to the judge. It reads media, by the
// format of docs/storage.md and not by the product's code, and never writes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/disk/sim_disk.hpp"

namespace parley::sim {

enum class LogPart : std::uint8_t { header, record, seal };

struct LogBlock {
    std::string file;
    std::uint64_t block = 0;  // in units of 4 KiB
    std::uint64_t unit = 0;   // counted from the start of the file: how many seals lie before it
    LogPart part = LogPart::record;
};
// Every block of the log that holds something, in order.
std::vector<LogBlock> log_blocks(const SimDisk& disk);

class FaultBudget {
public:
    explicit FaultBudget(std::size_t voters) : damaged_max_((voters - 1) / 2) {}

    // May this replica damage what it acknowledged? Says yes to a minority, to the first that are hit.
    bool grant(std::size_t replica);
    // One block, and a unit whose damage shows: not the second witness of one that is damaged already.
    bool grant_block(std::size_t replica, const LogBlock& block);
    // Everything is gone: the replica may refuse to start for ever.
    bool grant_loss(std::size_t replica);

    [[nodiscard]] bool is_damaged(std::size_t replica) const { return damaged_.contains(replica); }
    [[nodiscard]] std::size_t lost() const { return lost_.size(); }
    [[nodiscard]] bool is_lost(std::size_t replica) const { return lost_.contains(replica); }

private:
    std::size_t damaged_max_;
    std::set<std::size_t> damaged_;
    std::set<std::size_t> lost_;
    std::map<std::size_t, std::vector<LogBlock>> blocks_;
};

}  // namespace parley::sim
