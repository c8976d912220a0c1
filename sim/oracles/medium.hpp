// What lies on a medium beside what a log opened from it says: a log answers with the newest record of a slot only.
#pragma once

#include "consensus/storage/log.hpp"
#include "sim/disk/sim_disk.hpp"

namespace parley::sim {

// Where the log begins, as the newest whole copy of its meta on the medium says.
consensus::Slot floor_on_medium(const SimDisk& disk, const std::string& folder);
// An unharmed record of the slot at that ballot or a higher one lies in the log's folder.
bool medium_holds(const SimDisk& disk, const std::string& folder, const consensus::LogIdentity& identity, consensus::Slot slot,
                  consensus::Ballot ballot);

}  // namespace parley::sim
