// Reading a segment: finds the units in its blocks and says of each record and seal whether it is unharmed (L3). It never
// stops at a bad block, never writes, and does not yet decide what the log holds.
#pragma once

#include <optional>
#include <vector>

#include "consensus/storage/format.hpp"

namespace parley::consensus::storage {

struct ScannedRecord {
    SlotAtBallot what;
    std::uint32_t offset = 0;          // of its header in the file
    std::uint32_t size = 0;            // of the value
    std::uint64_t value_checksum = 0;
    bool good = false;                 // header and value are what was written
};

struct ScannedUnit {
    Place first;
    std::uint32_t end_block = 0;       // behind the unit, as far as known
    std::uint64_t number = 0;
    std::optional<Seal> seal;          // none: bad or missing
    std::vector<ScannedRecord> records;
    bool complete = false;             // every record of it is known, though the seal may be lost
};

struct ScannedSegment {
    std::uint64_t use = 0;
    std::uint32_t blocks = 0;          // whole blocks in the file
    bool header_good[2] = {false, false};
    std::uint32_t used_end = first_unit_block;   // behind the last block that is not zero or belongs to a unit
    std::vector<ScannedUnit> units;
    [[nodiscard]] bool any_header() const { return header_good[0] || header_good[1]; }
};

// `data` is the whole file, as it came from the medium.
ScannedSegment scan_segment(const Seed& seed, std::uint64_t use, net::ByteView data);

// The block from which on a segment whose units end at `end` (0: not known) is not what was written. Whatever lies between the units
// that the seals chain was cut and does not count.
std::optional<std::uint32_t> first_damage(const ScannedSegment& segment, std::uint32_t end);

}  // namespace parley::consensus::storage
