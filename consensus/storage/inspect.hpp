// A readable dump of a log's folder: both copies of meta, every segment, unit, seal and record with its verdict. Reads
// only, needs no running replica, and works on damaged folders, since those are the ones people want to look into.
#pragma once

#include <iosfwd>
#include <string>

#include "net/ports/disk.hpp"

namespace parley::consensus {

enum class InspectFormat { text, xml };   // Boost.Serialization's two readable archives

// An error only when the folder holds no log at all or cannot be read.
net::Result<void> inspect(net::Disk& disk, const std::string& folder, std::ostream& out, InspectFormat format);

}  // namespace parley::consensus
