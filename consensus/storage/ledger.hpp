// Ledger: what each segment of the log holds, as far as compaction must know (docs/storage.md, "Compaction"): its highest
// slot and ballot, and where the count of units stands in front of it. Pure; it decides what may go and removes nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "consensus/storage/scan.hpp"
#include "consensus/storage/unit.hpp"

namespace parley::consensus::storage {

// The count of units and their running hash in front of a segment.
struct Boundary {
    std::uint64_t next_unit = 1;
    std::uint64_t hash = 0;
};

// How far compaction may go.
struct CompactionLimits {
    Slot gate;                       // the state machine's medium holds every slot up to here
    Slot hold;                       // nothing above is wanted by a snapshot that is on its way
    Slot chosen_through;
    std::uint64_t keep_slots = 0;    // the newest chosen slots stay, as long as all segments together …
    std::uint64_t keep_bytes = 0;    // … are not larger than this
    std::uint64_t hold_bytes = 0;    // larger than this, `hold` counts no more
};

// The oldest segments, to be let go together.
struct Release {
    std::vector<std::uint64_t> uses;
    Slot floor;                      // the first slot that may still be held
    std::uint64_t first_use = 0;     // of the oldest segment that stays
    Boundary first;                  // in front of it
    Ballot promised;                 // the highest ballot in what goes
};

class Ledger {
public:
    void made(std::uint64_t use, std::uint64_t bytes) { segments_[use].bytes = bytes; }
    void removed(std::uint64_t use) { segments_.erase(use); }
    // A unit is about to be written to it, behind `tail`.
    void begins(std::uint64_t use, const Tail& tail);
    void holds(std::uint64_t use, const SlotAtBallot& what);
    // It is not what was written any more: it and what lies before it is worth keeping only as far as it must be.
    void gives_up(std::uint64_t use) { given_up_through_ = std::max(given_up_through_, use); }
    // What opening found in it. Segments in the order of their numbers.
    void scanned(const ScannedSegment& segment, std::uint64_t bytes);

    // The segments in front of `current` that may go now; none when nothing may. `tail`: the log's end.
    [[nodiscard]] std::optional<Release> releasable(const CompactionLimits& limits, std::uint64_t current,
                                                    const Tail& tail) const;
    [[nodiscard]] std::uint64_t bytes() const;
    // By use: the block behind the last unit, as the unit behind that one tells; 0 while none does.
    [[nodiscard]] std::map<std::uint64_t, std::uint32_t> ends() const;

private:
    struct Segment {
        std::uint64_t bytes = 0;
        Slot highest;
        Ballot ballot;
        std::uint32_t end = 0;           // see ends()
        std::optional<Boundary> front;   // none: not known, so nothing is cut off right in front of it
    };
    using Place = std::map<std::uint64_t, Segment>::const_iterator;
    [[nodiscard]] std::optional<Boundary> front_of(Place segment, std::uint64_t current, const Tail& tail) const;

    void ends_at(const storage::Place& end);

    std::map<std::uint64_t, Segment> segments_;   // by use
    std::uint64_t given_up_through_ = 0;
};

}  // namespace parley::consensus::storage
