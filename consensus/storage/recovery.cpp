// The verdicts of L3, unit by unit in the order they were written.
#include "consensus/storage/recovery.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::consensus::storage {

using net::Error;
using net::ErrorKind;
using net::Result;

namespace {

struct LiveUnit {
    const ScannedUnit* unit = nullptr;
    bool header_lost = false;            // both headers of its segment: none of its records is believed
};

// What a later seal declares cut is no part of the log.
std::vector<LiveUnit> live_units(const std::vector<ScannedSegment>& segments) {
    std::vector<LiveUnit> live;
    std::optional<Place> cut_from;
    for (auto segment = segments.rbegin(); segment != segments.rend(); ++segment) {
        for (auto unit = segment->units.rbegin(); unit != segment->units.rend(); ++unit) {
            if (cut_from && unit->first >= *cut_from) continue;
            if (unit->seal) cut_from = unit->seal->previous_end;
            live.push_back(LiveUnit{&*unit, !segment->any_header()});
        }
    }
    std::reverse(live.begin(), live.end());
    return live;
}

class Judge {
public:
    explicit Judge(const Boundary& first) : number_(first.next_unit - 1) {
        judged_.tail.next_unit = first.next_unit;
        judged_.tail.hash = first.hash;
    }

    Result<Judged> run(const std::vector<LiveUnit>& live) {
        std::vector<LiveUnit> unsealed;
        for (const LiveUnit& unit : live) {
            if (!unit.unit->seal) {
                unsealed.push_back(unit);
                continue;
            }
            if (const auto bridged = bridge(unsealed, *unit.unit); !bridged) return bridged.error();
            unsealed.clear();
            take_sealed(unit);
        }
        judged_.units = number_;
        for (const LiveUnit& unit : unsealed) {
            take_tail(unit);
            judged_.units = std::max(judged_.units, unit.unit->number);
        }
        return std::move(judged_);
    }

private:
    // From the last sealed unit to this one: every number between must be accounted for.
    Result<void> bridge(const std::vector<LiveUnit>& unsealed, const ScannedUnit& next) {
        const Seal& seal = *next.seal;
        if (seal.unit <= number_) return lost(seal.unit, number_ + 1);
        if (seal.unit == number_ + 1) {
            if (seal.previous_hash != judged_.tail.hash) return lost(number_, number_);
            return {};
        }
        for (std::uint64_t number = number_ + 1; number + 1 < seal.unit; ++number) {
            const auto found = std::find_if(unsealed.rbegin(), unsealed.rend(), [number](const LiveUnit& unit) {
                return unit.unit->number == number && unit.unit->complete;
            });
            if (found == unsealed.rend()) return lost(number, seal.unit - 1);
            for (const ScannedRecord& record : found->unit->records) take(*found, record);
        }
        take_named(unsealed, seal);
        return {};
    }

    // The unit in front of `seal` lost its own seal, and perhaps records; `seal` knows what it held.
    void take_named(const std::vector<LiveUnit>& unsealed, const Seal& seal) {
        net::probe<"log_seal_lost_in_the_middle">();
        for (const SlotAtBallot& what : seal.previous) {
            bool found = false;
            for (const LiveUnit& unit : unsealed) {
                if (unit.unit->number + 1 != seal.unit || unit.header_lost) continue;
                for (const ScannedRecord& record : unit.unit->records) {
                    if (found || record.what != what || !record.good) continue;
                    take(unit, record);
                    found = true;
                }
            }
            if (!found) fault(what);
        }
    }

    void take_sealed(const LiveUnit& live) {
        const Seal& seal = *live.unit->seal;
        judged_.last_batch.clear();
        for (const ScannedRecord& record : live.unit->records) {
            take(live, record);
            judged_.last_batch.insert(record.what.slot);
        }
        for (const SlotAtBallot& what : seal.previous) saw(what.ballot);
        judged_.chosen_through = std::max(judged_.chosen_through, seal.chosen_through);
        judged_.tail = tail_behind(*live.unit);
        number_ = seal.unit;
    }

    static Tail tail_behind(const ScannedUnit& unit) {
        Tail tail{unit.seal->unit + 1, Place{unit.first.use, unit.end_block}, unit.seal->hash, {}};
        for (const ScannedRecord& record : unit.records) tail.previous.push_back(record.what);
        return tail;
    }

    // Behind the last seal: what is whole is kept, what is not was never acknowledged.
    void take_tail(const LiveUnit& live) {
        for (const ScannedRecord& record : live.unit->records) {
            if (!record.good && !net::planted("log_torn_tail_kept")) {
                net::probe<"log_tail_torn">();
                saw(record.what.ballot);
                continue;
            }
            ScannedRecord kept = record;
            kept.good = true;
            take(live, kept);
            judged_.last_batch.insert(record.what.slot);
        }
    }

    void take(const LiveUnit& live, const ScannedRecord& record) {
        saw(record.what.ballot);
        if (!record.good || live.header_lost) return fault(record.what);
        // Behind a fault, a record of the same slot has its ballot or a higher one, or came as chosen: good either way.
        const bool was_faulty = judged_.faulty.erase(record.what.slot) > 0;
        judged_.under_fault.erase(record.what.slot);
        const Located* const held = judged_.index.find(record.what.slot);
        if (held && !was_faulty && held->ballot > record.what.ballot) return;
        judged_.index.set(record.what.slot, Located{live.unit->first.use, record.offset, record.size,
                                                    record.what.ballot, record.value_checksum});
    }

    void fault(const SlotAtBallot& what) {
        saw(what.ballot);
        if (net::planted("log_recover_ignores_faulty")) return;
        net::probe<"log_record_faulty">();
        const Located* const held = judged_.index.find(what.slot);
        if (held && held->ballot >= what.ballot) return;   // the same value, or a newer one, is there
        if (held) judged_.under_fault[what.slot] = *held;
        judged_.index.erase(what.slot);
        Ballot& ballot = judged_.faulty[what.slot];
        ballot = std::max(ballot, what.ballot);
    }

    void saw(const Ballot& ballot) {
        if (net::planted("log_promise_in_meta_only")) return;
        judged_.promised = std::max(judged_.promised, ballot);
    }

    static Error lost(std::uint64_t from, std::uint64_t through) {
        return Error{ErrorKind::damaged,
                     fmt::format("the log is damaged beyond what its seals can name (writes {} to {}), so what this "
                                 "replica accepted is unknown; it must not vote any more: set its data folder aside and "
                                 "add a new, empty replica instead", std::min(from, through), through)};
    }

    Judged judged_;
    std::uint64_t number_;
};

}  // namespace

Result<Judged> judge(const std::vector<ScannedSegment>& segments, const Boundary& first) {
    auto judged = Judge{first}.run(live_units(segments));
    if (judged && judged->tail.previous_end.use == 0 && !segments.empty()) {
        judged->tail.previous_end = Place{segments.front().use, first_unit_block};
    }
    return judged;
}

}  // namespace parley::consensus::storage
