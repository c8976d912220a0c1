// Judging: from what the scan found to what the log holds. The rules are L3 of docs/storage.md: sealed but damaged is
// faulty, unsealed at the end is cut, unsealed in the middle is named by the next seal. Pure; touches no disk.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "consensus/storage/ledger.hpp"
#include "consensus/storage/scan.hpp"
#include "consensus/storage/slot_index.hpp"
#include "consensus/storage/unit.hpp"
#include "net/ports/result.hpp"

namespace parley::consensus::storage {

struct Judged {
    SlotIndex index;                     // the record to believe, slot by slot
    std::map<Slot, Ballot> faulty;       // a record of this slot at this ballot was written and is lost
    std::map<Slot, Located> under_fault; // the newest good record of a faulty slot, older than what is lost
    Ballot promised;                     // the highest ballot in any record or seal
    Slot chosen_through;                 // the highest a seal tells
    Tail tail;                           // the last unit that counts
    std::uint64_t units = 0;             // the number of the last unit of which anything is left, sealed or not
    std::set<Slot> last_batch;           // held in that unit or behind it: to be written again before it is believed
};

// Segments in order of their use numbers; `first`: in front of them all. ErrorKind::damaged, with a sentence, when more is lost than can be named.
net::Result<Judged> judge(const std::vector<ScannedSegment>& segments, const Boundary& first);

}  // namespace parley::consensus::storage
