// Whole segments go, oldest first, each only when all of it may. See ledger.hpp; rules L2 and L7.
#include "consensus/storage/ledger.hpp"

#include <algorithm>
#include <utility>

#include "net/ports/marks.hpp"

namespace parley::consensus::storage {

namespace {

bool may_go(Slot highest, const CompactionLimits& limits, std::uint64_t bytes, bool is_given_up) {
    if (highest > limits.gate && !net::planted("compaction_ignores_gate")) return false;
    if (highest > limits.hold && bytes <= limits.hold_bytes) return false;
    return is_given_up || bytes > limits.keep_bytes || highest.value + limits.keep_slots <= limits.chosen_through.value;
}

}  // namespace

void Ledger::begins(std::uint64_t use, const Tail& tail) {
    ends_at(tail.previous_end);
    Segment& segment = segments_[use];
    const bool is_first = tail.previous_end.use != use;
    if (!segment.front && is_first) segment.front = Boundary{tail.next_unit, tail.hash};
}

void Ledger::holds(std::uint64_t use, const SlotAtBallot& what) {
    Segment& segment = segments_[use];
    segment.highest = std::max(segment.highest, what.slot);
    segment.ballot = std::max(segment.ballot, what.ballot);
}

void Ledger::scanned(const ScannedSegment& found, std::uint64_t bytes) {
    const bool has_before = !segments_.empty();
    const std::uint64_t before = has_before ? segments_.rbegin()->first : found.use;
    made(found.use, bytes);
    bool sealed_before = false;
    for (const ScannedUnit& unit : found.units) {
        for (const ScannedRecord& record : unit.records) holds(found.use, record.what);
        if (!unit.seal) continue;
        ends_at(unit.seal->previous_end);
        for (const SlotAtBallot& what : unit.seal->previous) {
            // The unit before may be damaged beyond its own words, here or at the end of the segment before; its slots
            // count in both, so that neither goes while this seal is needed to name them.
            holds(found.use, what);
            holds(before, what);
        }
        const bool is_first = !std::exchange(sealed_before, true) && unit.seal->previous_end.use != found.use;
        if (is_first) segments_[found.use].front = Boundary{unit.seal->unit, unit.seal->previous_hash};
    }
}

void Ledger::ends_at(const storage::Place& end) {
    const auto found = segments_.find(end.use);
    if (found != segments_.end()) found->second.end = std::max(found->second.end, end.block);
}

std::map<std::uint64_t, std::uint32_t> Ledger::ends() const {
    std::map<std::uint64_t, std::uint32_t> ends;
    for (const auto& [use, segment] : segments_) ends.emplace(use, segment.end);
    return ends;
}

std::optional<Boundary> Ledger::front_of(Place segment, std::uint64_t current, const Tail& tail) const {
    if (segment->second.front) return segment->second.front;
    // Nothing that counts is in it yet: the next unit will be its first.
    const bool empty = segment->first == current && tail.previous_end.use != current;
    return empty ? std::optional{Boundary{tail.next_unit, tail.hash}} : std::nullopt;
}

std::optional<Release> Ledger::releasable(const CompactionLimits& limits, std::uint64_t current, const Tail& tail) const {
    Release candidate;
    std::optional<Release> release;
    std::uint64_t bytes = this->bytes();
    for (auto segment = segments_.begin(); segment != segments_.end() && segment->first < current; ++segment) {
        if (!may_go(segment->second.highest, limits, bytes, segment->first <= given_up_through_)) break;
        bytes -= segment->second.bytes;
        candidate.uses.push_back(segment->first);
        candidate.floor = std::max(candidate.floor, segment->second.highest.next());
        candidate.promised = std::max(candidate.promised, segment->second.ballot);
        const auto next = std::next(segment);
        const auto front = front_of(next, current, tail);
        if (!front) continue;   // what follows must go with it, or nothing
        candidate.first_use = next->first;
        candidate.first = *front;
        release = candidate;
    }
    return release;
}

std::uint64_t Ledger::bytes() const {
    std::uint64_t sum = 0;
    for (const auto& [use, segment] : segments_) sum += segment.bytes;
    return sum;
}

}  // namespace parley::consensus::storage
