// Merging Promise chunks and deciding slots from them. See promises.hpp; rules P1 and P2 of docs/protocol.md.
#include "consensus/core/promises.hpp"

#include <algorithm>
#include <limits>

#include "net/ports/marks.hpp"

namespace parley::consensus {

namespace {

constexpr Slot endless{std::numeric_limits<std::uint64_t>::max()};

// Records and damaged slots ordered, without repeats, inside what the chunk says it covers.
bool consistent(const Promise& chunk) {
    if (chunk.covered_from.value == 0 || chunk.covered_through.next() < chunk.covered_from) return false;
    Slot before;
    for (const AcceptedValue& record : chunk.accepted) {
        if (record.slot <= before || record.slot < chunk.covered_from || record.slot > chunk.covered_through) return false;
        if (record.value.empty() || record.ballot > chunk.ballot) return false;
        before = record.slot;
    }
    before = Slot{};
    for (const Slot slot : chunk.faulty) {
        if (slot <= before || slot < chunk.covered_from || slot > chunk.covered_through) return false;
        before = slot;
    }
    return true;
}

}  // namespace

void PromiseSet::Answer::cover(Slot first, Slot last) {
    if (last < first) return;
    auto place = covered.upper_bound(first);
    if (place != covered.begin()) {
        const auto before = std::prev(place);
        // The range before reaches up to this one: grow it instead.
        if (before->second == endless || before->second.next() >= first) {
            first = before->first;
            last = std::max(last, before->second);
            place = covered.erase(before);
        }
    }
    while (place != covered.end() && (last == endless || place->first <= last.next())) {
        last = std::max(last, place->second);
        place = covered.erase(place);
    }
    covered.emplace(first, last);
}

bool PromiseSet::Answer::covers(Slot slot) const {
    const auto after = covered.upper_bound(slot);
    return after != covered.begin() && std::prev(after)->second >= slot;
}

void PromiseSet::merge(Answer& answer, const Promise& chunk) {
    for (const AcceptedValue& record : chunk.accepted) {
        // Of a damaged slot, what it held before: worth something when no clean answer is to be had.
        const bool is_older = std::ranges::binary_search(chunk.faulty, record.slot);
        const bool was_clean = answer.accepted.contains(record.slot) && !answer.faulty.contains(record.slot);
        const auto [place, fresh] = answer.accepted.try_emplace(record.slot, record);
        if (!fresh && place->second.ballot < record.ballot) place->second = record;
        if (!is_older) answer.faulty.erase(record.slot);
        else if (!was_clean) answer.faulty.insert(record.slot);
    }
    for (const Slot slot : chunk.faulty) {
        if (!answer.accepted.contains(slot)) answer.faulty.insert(slot);
    }
    answer.cover(chunk.covered_from, chunk.last ? endless : chunk.covered_through);
}

void PromiseSet::add(NodeId node, const Promise& chunk) {
    if (!consistent(chunk)) return;
    Answer& answer = answers_[node];
    answer.from = std::max(answer.from, chunk.chosen_through.next());
    merge(answer, chunk);
    if (chunk.chosen_through > chosen_through_) {
        chosen_through_ = chunk.chosen_through;
        furthest_ = node;
    }
    if (!chunk.accepted.empty()) last_used_ = std::max(last_used_, chunk.accepted.back().slot);
    if (!chunk.faulty.empty()) last_used_ = std::max(last_used_, chunk.faulty.back());
}

bool PromiseSet::complete(NodeId node) const {
    const auto place = answers_.find(node);
    if (place == answers_.end() || place->second.covered.empty()) return false;
    const auto& [first, last] = *place->second.covered.rbegin();
    // One range without a gap to the end, from where it was asked or from the slot after its chosen ones.
    return last == endless && first <= std::max(from_, place->second.from);
}

bool PromiseSet::quorum_complete(const Voters& voters) const {
    Tally complete_voters;
    for (const auto& [node, answer] : answers_) {
        if (complete(node)) complete_voters.add(node, voters);
    }
    return complete_voters.reached(voters);
}

PromiseSet::Decision PromiseSet::decide(Slot slot, const Voters& voters) const {
    std::size_t answered = 0;
    std::size_t clean = 0;
    const AcceptedValue* best = nullptr;
    for (const auto& [node, answer] : answers_) {
        if (!voters.contains(node)) continue;
        const bool covered = answer.covers(slot);
        const bool damaged = answer.faulty.contains(slot);
        if (covered) ++answered;
        if ((covered && !damaged) || net::planted("noop_over_missing_answer")) ++clean;
        const auto record = answer.accepted.find(slot);
        if (record == answer.accepted.end()) continue;
        const bool better = best == nullptr || (net::planted("adopt_lowest_ballot") ? record->second.ballot < best->ballot
                                                                                    : best->ballot < record->second.ballot);
        if (better) best = &record->second;
    }
    // Every voter has spoken: damage cannot hide a chosen value any more, or the fault model is broken.
    if (clean < voters.quorum() && answered < voters.size()) return {};
    if (best == nullptr) return Decision{Verdict::empty, {}};
    return Decision{Verdict::adopt, *best};
}

void PromiseSet::drop_records() { drop_below(endless); }

void PromiseSet::drop_below(Slot slot) {
    for (auto& [node, answer] : answers_) {
        answer.accepted.erase(answer.accepted.begin(), answer.accepted.lower_bound(slot));
        answer.faulty.erase(answer.faulty.begin(), answer.faulty.lower_bound(slot));
    }
}

}  // namespace parley::consensus
