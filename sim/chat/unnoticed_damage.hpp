// What the disk of a replica has changed, as it lies on the medium, and nobody has noticed: the scrubbers' work (rule L6).
#pragma once

#include <optional>
#include <string>

#include "consensus/storage/log.hpp"
#include "sim/disk/sim_disk.hpp"

namespace parley::sim {

struct DamagedPlace {
    enum class Kind { page, segment } kind = Kind::page;   // of the database, of the log
    std::uint64_t number = 0;
};
std::string text_of(const DamagedPlace& place);

// The first page of the database, or segment of the log, that is not what was written. `log`: of the process that runs there.
std::optional<DamagedPlace> unnoticed_damage(const SimDisk& disk, const consensus::Log& log);
// Whether it still is so there: much cheaper than to look at the whole medium.
bool is_unnoticed(const DamagedPlace& place, const SimDisk& disk, const consensus::Log& log);

}  // namespace parley::sim
