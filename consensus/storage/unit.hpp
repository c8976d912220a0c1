// One unit of the log, ready to be written: records, padding, seal. Built once, handed to the disk as buffers; large
// values are shared and not copied.
#pragma once

#include <vector>

#include "consensus/storage/format.hpp"

namespace parley::consensus::storage {

// What the next unit has to know of the log so far.
struct Tail {
    std::uint64_t next_unit = 1;
    Place previous_end;                     // behind the last unit that counts
    std::uint64_t hash = 0;
    std::vector<SlotAtBallot> previous;     // what that unit holds
};

struct Unit {
    Seal seal;
    std::vector<net::SharedBytes> buffers;
    [[nodiscard]] std::uint64_t blocks() const { return std::uint64_t{seal.record_blocks} + seal.seal_blocks; }
};

// The room that so many records with so many bytes of values will take, seal included.
std::uint64_t unit_blocks(std::size_t records, std::uint64_t value_bytes, std::size_t previous);

Unit encode_unit(const Seed& seed, Place first, const Tail& tail, Slot chosen_through,
                 const std::vector<AcceptedValue>& records);

// The tail behind this unit.
Tail tail_after(const Seal& seal, std::uint64_t use);

}  // namespace parley::consensus::storage
