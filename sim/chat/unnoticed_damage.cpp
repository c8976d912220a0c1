#include "sim/chat/unnoticed_damage.hpp"

#include <array>

#include <fmt/core.h>

#include "chat/server/server.hpp"
#include "chat/state/checked_pages.hpp"
#include "consensus/storage/scan.hpp"
#include "sim/disk/paged_bytes.hpp"
#include "sim/disk_layout.hpp"

namespace parley::sim {
namespace {

std::optional<std::string> damaged_page(const SimDisk& disk) {
    const PagedBytes* const file = disk.medium(chat::Server::state_file);
    if (file == nullptr) return std::nullopt;
    std::array<std::byte, chat::page_size> page{};
    for (std::uint64_t number = 1; number * page.size() <= file->size(); ++number) {
        const std::uint64_t offset = (number - 1) * page.size();
        file->read(offset, page);
        if (!chat::is_sealed(number, page) && !file->is_zero(offset, page.size())) return fmt::format("page {} of the database", number);
    }
    return std::nullopt;
}

std::optional<std::string> damaged_segment(const SimDisk& disk, const consensus::Log& log) {
    for (const consensus::SealedSegment& segment : log.sealed_segments()) {
        const PagedBytes* const file = disk.medium(fmt::format("{}/{}", log_folder, consensus::storage::segment_name(segment.use)));
        if (file == nullptr || log.gives_up_segment(segment.use)) continue;
        net::Bytes bytes(file->size());
        file->read(0, bytes);
        const consensus::storage::Seed seed{segment.cluster, segment.node};
        const auto damage = first_damage(consensus::storage::scan_segment(seed, segment.use, bytes), segment.end);
        if (damage) return fmt::format("block {} of segment {} of the log", *damage, segment.use);
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> unnoticed_damage(const SimDisk& disk, const consensus::Log& log) {
    const auto page = damaged_page(disk);
    return page ? page : damaged_segment(disk, log);
}

}  // namespace parley::sim
