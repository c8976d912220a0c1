#include "sim/chat/unnoticed_damage.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "chat/server/server.hpp"
#include "chat/state/checked_pages.hpp"
#include "consensus/storage/scan.hpp"
#include "sim/disk/paged_bytes.hpp"
#include "sim/disk_layout.hpp"

namespace parley::sim {
namespace {

using Kind = DamagedPlace::Kind;

const PagedBytes* database_of(const SimDisk& disk) { return disk.medium(chat::Server::state_file); }

bool is_damaged_page(const PagedBytes& file, std::uint64_t number) {
    const std::uint64_t offset = (number - 1) * chat::page_size;
    std::array<std::byte, chat::page_size> page{};
    if (file.read(offset, page) != page.size()) return false;
    return !chat::is_sealed(number, page) && !file.is_zero(offset, page.size());
}

bool is_damaged_segment(const SimDisk& disk, const consensus::Log& log, const consensus::SealedSegment& segment) {
    const PagedBytes* const file = disk.medium(fmt::format("{}/{}", log_folder, consensus::storage::segment_name(segment.use)));
    if (file == nullptr || log.gives_up_segment(segment.use)) return false;
    net::Bytes bytes(file->size());
    file->read(0, bytes);
    const consensus::storage::Seed seed{segment.cluster, segment.node};
    return first_damage(consensus::storage::scan_segment(seed, segment.use, bytes), segment.end).has_value();
}

}  // namespace

std::string text_of(const DamagedPlace& place) {
    return fmt::format("{} {} of the {}", place.kind == Kind::page ? "page" : "segment", place.number, place.kind == Kind::page ? "database" : "log");
}

std::optional<DamagedPlace> unnoticed_damage(const SimDisk& disk, const consensus::Log& log) {
    const PagedBytes* const database = database_of(disk);
    const std::uint64_t pages = database == nullptr ? 0 : database->size() / chat::page_size;
    for (std::uint64_t number = 1; number <= pages; ++number) {
        if (is_damaged_page(*database, number)) return DamagedPlace{Kind::page, number};
    }
    for (const consensus::SealedSegment& segment : log.sealed_segments()) {
        if (is_damaged_segment(disk, log, segment)) return DamagedPlace{Kind::segment, segment.use};
    }
    return std::nullopt;
}

bool is_unnoticed(const DamagedPlace& place, const SimDisk& disk, const consensus::Log& log) {
    if (place.kind == Kind::page) {
        const PagedBytes* const database = database_of(disk);
        return database != nullptr && is_damaged_page(*database, place.number);
    }
    const auto segments = log.sealed_segments();
    return std::ranges::any_of(segments, [&](const auto& segment) { return segment.use == place.number && is_damaged_segment(disk, log, segment); });
}

}  // namespace parley::sim
