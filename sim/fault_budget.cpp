#include "sim/fault_budget.hpp"

#include <algorithm>
#include <string_view>

#include "sim/disk/paged_bytes.hpp"

namespace parley::sim {
namespace {

constexpr std::uint64_t block_size = SimDisk::misdirected_block;
constexpr std::uint64_t header_blocks = 2;
constexpr std::string_view segment_prefix = "log/segment-";

bool starts_with(const PagedBytes& bytes, std::uint64_t offset, std::string_view text) {
    if (offset + text.size() > bytes.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (bytes.at(offset + i) != static_cast<std::byte>(text[i])) return false;
    }
    return true;
}

void add_segment(const std::string& file, const PagedBytes& bytes, std::vector<LogBlock>& blocks) {
    std::uint64_t unit = 0;
    bool in_seal = false;
    for (std::uint64_t block = 0; (block + 1) * block_size <= bytes.size(); ++block) {
        const std::uint64_t at = block * block_size;
        if (block < header_blocks) {
            blocks.push_back(LogBlock{file, block, 0, LogPart::header});
            continue;
        }
        // A seal that spans blocks ends where a record begins.
        if (in_seal && starts_with(bytes, at, "REC1")) {
            in_seal = false;
            ++unit;
        } else if (in_seal && starts_with(bytes, at, "SEA1")) {
            ++unit;
        }
        in_seal = in_seal || starts_with(bytes, at, "SEA1");
        if (!bytes.is_zero(at, block_size))
            blocks.push_back(LogBlock{file, block, unit, in_seal ? LogPart::seal : LogPart::record});
    }
}

}  // namespace

std::vector<LogBlock> log_blocks(const SimDisk& disk) {
    std::vector<LogBlock> blocks;
    for (const auto& [file, bytes] : disk.medium()) {
        if (file.starts_with(segment_prefix)) add_segment(file, *bytes, blocks);
    }
    return blocks;
}

bool FaultBudget::grant(std::size_t replica) {
    if (lost_.contains(replica)) return false;
    if (damaged_.contains(replica)) return true;
    if (damaged_.size() >= damaged_max_) return false;
    damaged_.insert(replica);
    return true;
}

bool FaultBudget::grant_block(std::size_t replica, const LogBlock& block) {
    // Record, seal and the next unit's seal tell of each other: two of the three may not go. Neighbours in other files, and
    // the second header, count as near.
    const auto is_near = [&block](const LogBlock& hit) {
        if (hit.file != block.file) return hit.unit == 0 || block.unit == 0;
        if (hit.part == LogPart::header || block.part == LogPart::header) return hit.part == block.part;
        return hit.unit <= block.unit + 2 && block.unit <= hit.unit + 2;
    };
    const std::vector<LogBlock>& before = blocks_[replica];
    if (std::ranges::any_of(before, is_near) || !grant(replica)) return false;
    blocks_[replica].push_back(block);
    return true;
}

bool FaultBudget::grant_loss(std::size_t replica) {
    if (!grant(replica)) return false;
    lost_.insert(replica);
    return true;
}

}  // namespace parley::sim
