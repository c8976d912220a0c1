// What the disk of a replica has changed, as it lies on the medium, and nobody has noticed: the scrubbers' work (rule L6).
#pragma once

#include <optional>
#include <string>

#include "consensus/storage/log.hpp"
#include "sim/disk/sim_disk.hpp"

namespace parley::sim {

// In a few words, or none: a page of the database, or a segment of the log, that is not what was written. `log`: of the process that
// runs there.
std::optional<std::string> unnoticed_damage(const SimDisk& disk, const consensus::Log& log);

}  // namespace parley::sim
