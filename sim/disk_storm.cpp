#include "sim/disk_storm.hpp"

#include <algorithm>

#include "net/ports/check.hpp"
#include "sim/chance.hpp"
#include "sim/disk/paged_bytes.hpp"

namespace parley::sim {
namespace {

constexpr std::uint64_t block_size = SimDisk::misdirected_block;
constexpr const char* incoming_image = "state/incoming";   // consensus::Fetch::part_name in the folder of toy and chat

// Media rot in bits, in sectors and in whole blocks.
bool rot_block(SimDisk& disk, const std::string& file, std::uint64_t offset, std::uint64_t bits) {
    switch (bits % 3) {
        case 0: return disk.flip_bit(file, offset + (bits >> 8U) % block_size, static_cast<unsigned>(bits >> 4U) % 8);
        case 1: return disk.scramble(file, offset + (bits >> 8U) % 8 * 512, 512, bits);
        default: return disk.scramble(file, offset, block_size, bits);
    }
}

}  // namespace

bool DiskStorm::rot_log(Machine& machine, std::uint64_t part, std::uint64_t bits) {
    std::vector<LogBlock> blocks = log_blocks(machine.disk());
    std::erase_if(blocks, [part](const LogBlock& block) { return static_cast<std::uint64_t>(block.part) != part % 3; });
    if (blocks.empty()) return false;
    // The newest often: it is what the next leader will ask for.
    const std::uint64_t back =
        bits % 2 == 0 ? mix(bits) % blocks.size() : mix(bits) % std::min<std::size_t>(4, blocks.size());
    const LogBlock& hit = blocks[blocks.size() - 1 - back];
    if (!budget_.grant_block(index_of(machine), hit)) return false;
    CHECK(rot_block(machine.disk(), hit.file, hit.block * block_size, mix(bits + 1)),
          "a block of the log that is not there");
    if (machine.running() && (bits >> 4U) % 2 == 0) machine.disk().evict();
    return true;
}

bool DiskStorm::rot_meta(Machine& machine, std::uint64_t bits) {
    if (machine.running() || !budget_.grant(index_of(machine))) return false;
    const std::string file = bits % 2 == 0 ? "log/meta-a" : "log/meta-b";
    const auto media = machine.disk().medium();
    const auto found = media.find(file);
    if (found == media.end() || found->second->size() < block_size) return false;
    const std::uint64_t offset = mix(bits) % (found->second->size() / block_size) * block_size;
    // The other copy may have been hit since the last start, or be an update behind.
    const auto copy = machine.disk().copy_durable();
    if (!rot_block(*copy, file, offset, mix(bits + 1)) || !opens_(*copy)) return false;
    return rot_block(machine.disk(), file, offset, mix(bits + 1));
}

bool DiskStorm::rot_image(Machine& machine, std::uint64_t bits) {
    // One that is on its way here becomes another one when it is written down.
    if (machine.running() && machine.disk().exists(incoming_image)) {
        machine.disk().disarm(DiskFaultKind::rots);
        machine.disk().arm(DiskFault{DiskFaultKind::rots, 0, 1, incoming_image, {}});
        return true;
    }
    for (const auto& [file, bytes] : machine.disk().medium()) {
        const bool is_image = file.starts_with("state/image-") && !file.ends_with(".copy") && !bytes->empty();
        if (!is_image) continue;
        machine.disk().flip_bit(file, mix(bits) % bytes->size(), static_cast<unsigned>(bits % 8));
        machine.disk().evict();
        return true;
    }
    return false;
}

bool DiskStorm::rot_state(Machine& machine, bool in_log, std::uint64_t bits) {
    const std::string file = in_log ? "state/chat.db-wal" : "state/chat.db";
    const auto media = machine.disk().medium();
    const auto found = media.find(file);
    if (found == media.end() || found->second->size() < block_size || !budget_.grant(index_of(machine))) return false;
    const std::uint64_t offset = mix(bits) % (found->second->size() / block_size) * block_size;
    if (!rot_block(machine.disk(), file, offset, mix(bits + 1))) return false;
    machine.disk().evict();
    return true;
}

bool DiskStorm::misdirect(Machine& machine, std::uint64_t bits) {
    if (!machine.running() || budget_.is_lost(index_of(machine))) return false;
    machine.disk().misdirect = [this, &machine, bits](const std::string& file,
                                                      std::uint64_t from) -> std::optional<std::uint64_t> {
        std::vector<LogBlock> blocks = log_blocks(machine.disk());
        std::erase_if(blocks,
                      [&file](const LogBlock& block) { return block.file != file || block.part == LogPart::header; });
        if (blocks.size() < 8) return std::nullopt;
        // What is written now belongs to the unit behind the last one; where it lands is a unit long before.
        const LogBlock written{file, from / block_size, blocks.back().unit + 1, LogPart::record};
        const LogBlock victim = blocks[mix(bits) % (blocks.size() / 2)];
        if (victim.unit + 4 > written.unit || !budget_.grant_block(index_of(machine), victim)) return std::nullopt;
        // With the victim's damage spent: when the other half is refused, the write goes where it belongs.
        if (!budget_.grant_block(index_of(machine), written)) return std::nullopt;
        machine.allow_going_back();   // when nothing is written behind it before the end of the process
        return victim.block * block_size;
    };
    machine.disk().arm(DiskFault{DiskFaultKind::misdirected, 0, 1, "log/segment-", {}});
    return true;
}

bool DiskStorm::wipe(Machine& machine) {
    if (machine.disk().running() || !budget_.grant_loss(index_of(machine))) return false;
    machine.disk().wipe();
    machine.allow_refusal();
    return true;
}

void DiskStorm::fail_operation(Machine& machine, DiskFaultKind kind, std::int64_t where, std::uint64_t skip,
                               net::Duration extra) {
    const char* const path = where == 0 ? "log/" : where == 1 ? "state/" : "";
    machine.disk().arm(DiskFault{kind, skip, 1, path, extra});
}

}  // namespace parley::sim
