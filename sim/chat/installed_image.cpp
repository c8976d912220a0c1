#include "sim/chat/installed_image.hpp"

#include <array>

#include <fmt/core.h>

#include "chat/state/checked_pages.hpp"
#include "chat/state/image.hpp"
#include "chat/state/sqlite.hpp"
#include "sim/disk/paged_bytes.hpp"
#include "sim/disk/vfs.hpp"
#include "sim/disk_layout.hpp"
#include "sim/oracles/medium.hpp"

namespace parley::sim {
namespace {

bool is_whole(const PagedBytes& image) {
    std::array<std::byte, chat::page_size> page{};
    for (std::uint64_t number = 1; number * page.size() <= image.size(); ++number) {
        image.read((number - 1) * page.size(), page);
        if (!chat::is_sealed(number, page)) return false;
    }
    return true;
}

}  // namespace

InstalledImage::InstalledImage(SimDisk& disk) : disk_(disk) {
    if (!disk.is_durable(fetched_image) || !is_whole(*disk.medium(fetched_image))) return;
    const auto copy = disk.copy_durable();   // faults that wait for the replica's own reads are left to it
    try {
        slot_ = chat::slot_of_image(copy->native_path(fetched_image), vfs_name);
    } catch (const chat::SqliteError&) {
        slot_.reset();
    }
}

std::optional<std::string> InstalledImage::compare(std::uint64_t applied) const {
    // It stays where it is when the start did not get so far, and the log begins elsewhere when it was too old.
    const bool is_taken = slot_ && !disk_.exists(fetched_image) && floor_on_medium(disk_, log_folder).value == *slot_ + 1;
    if (!is_taken || applied == *slot_) return std::nullopt;
    return fmt::format("it began anew with the image of slot {}, and its state stands at slot {}", *slot_, applied);
}

}  // namespace parley::sim
