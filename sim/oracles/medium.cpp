#include "sim/oracles/medium.hpp"

#include <algorithm>

#include "consensus/storage/meta.hpp"
#include "consensus/storage/scan.hpp"
#include "sim/disk/paged_bytes.hpp"

namespace parley::sim {

namespace storage = consensus::storage;

consensus::Slot floor_on_medium(const SimDisk& disk, const std::string& folder) {
    consensus::Slot floor;
    for (const char* name : {storage::meta_name_a, storage::meta_name_b}) {
        const PagedBytes* file = disk.medium(folder + "/" + name);
        if (file == nullptr) continue;
        net::Bytes bytes(file->size());
        file->read(0, bytes);
        const storage::MetaCopy copy = storage::decode_meta_copy(bytes);
        if (copy.newest() != nullptr) floor = std::max(floor, copy.newest()->floor);
    }
    return floor;
}

bool medium_holds(const SimDisk& disk, const std::string& folder, const consensus::LogIdentity& identity, consensus::Slot slot,
                  consensus::Ballot ballot) {
    const storage::Seed seed{identity.cluster, identity.node};
    const auto is_it = [&](const storage::ScannedRecord& record) {
        return record.good && record.what.slot == slot && record.what.ballot >= ballot;
    };
    for (const auto& [path, paged] : disk.medium()) {
        if (!path.starts_with(folder + "/")) continue;
        const auto use = storage::use_of_name(path.substr(folder.size() + 1), storage::segment_prefix);
        if (!use) continue;
        net::Bytes bytes(paged->size());
        paged->read(0, bytes);
        const storage::ScannedSegment segment = storage::scan_segment(seed, *use, bytes);
        if (std::ranges::any_of(segment.units, [&](const auto& unit) { return std::ranges::any_of(unit.records, is_it); })) return true;
    }
    return false;
}

}  // namespace parley::sim
