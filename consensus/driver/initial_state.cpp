// See initial_state.hpp; rules P2 and L3.
#include "consensus/driver/initial_state.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "consensus/core/learner.hpp"
#include "consensus/core/membership.hpp"
#include "net/ports/marks.hpp"

namespace parley::consensus {

namespace {

constexpr std::size_t read_bytes = std::size_t{1} << 20U;

// Records that were once known as chosen but lie behind a damaged one: votes like any other.
net::Result<void> add_behind_damage(Log& log, InitialState& initial, Slot through) {
    Slot slot = initial.chosen_through.next();
    while (slot <= through) {
        if (initial.faulty.contains(slot)) {
            slot = slot.next();
            continue;
        }
        auto run = log.read(slot, through, read_bytes);
        if (!run) return run.error();
        if (run->empty()) {
            initial.faulty.insert(slot);   // should be there and is not: no answer for it
            slot = slot.next();
        }
        for (AcceptedValue& record : *run) {
            slot = record.slot.next();
            initial.accepted[record.slot] = std::move(record);
        }
    }
    return {};
}

net::Result<void> check_level(FeatureLevel level, const Options& options) {
    if (level > options.feature_level && !net::planted("newer_level_ignored")) return outdated(level, options.feature_level);
    return {};
}

// One that was only accepted counts, too: it may be chosen, and then the slots behind it are not for this program.
net::Result<void> check_levels(const InitialState& initial) {
    FeatureLevel highest = initial.configuration.level;
    for (const auto& [slot, record] : initial.accepted) highest = std::max(highest, level_of(record.value).value_or(FeatureLevel{}));
    return check_level(highest, initial.options);
}

// What the slots that were chosen and are not in the state machine yet add to it.
net::Result<void> add_chosen(Log& log, InitialState& initial, Slot from, Slot through) {
    while (from <= through) {
        const auto run = log.read(from, through, read_bytes);
        if (!run) return run.error();
        if (run->empty()) {
            return net::Error{net::ErrorKind::damaged, fmt::format("slot {} is chosen and cannot be read back", from.value)};
        }
        for (const AcceptedValue& record : *run) {
            if (const auto known = check_level(level_of(record.value).value_or(FeatureLevel{}), initial.options); !known) return known.error();
            const auto next = configuration_in(record.value);
            if (next && follows(initial.configuration, *next) && !net::planted("configuration_not_replayed")) initial.configuration = *next;
            initial.log_time_ms = std::max(initial.log_time_ms, stamped_log_time(record.value));
        }
        from = run->back().slot.next();
    }
    return {};
}

}  // namespace

net::Result<InitialState> initial_state(Log& log, const Options& options, const AppliedState& applied) {
    const Recovered& recovered = log.recovered();
    InitialState initial;
    initial.self = recovered.identity.node;
    initial.options = options;
    initial.promised = recovered.promised;
    initial.floor = std::max(recovered.floor, Slot{1});
    if (applied.through.next() < initial.floor) {
        return net::Error{net::ErrorKind::damaged,
                          fmt::format("the state ends at slot {} and the log begins at slot {}: what lies between is on no "
                                      "medium here", applied.through.value, initial.floor.value)};
    }
    const auto damaged = recovered.faulty.upper_bound(applied.through);
    Slot held = std::max(recovered.chosen_through, applied.through);
    if (damaged != recovered.faulty.end()) held = std::min(held, damaged->previous());
    initial.chosen_through = held;
    const bool is_kept = applied.configuration && !net::planted("configuration_not_kept");
    initial.configuration = is_kept ? *applied.configuration : recovered.identity.genesis;
    initial.log_time_ms = applied.log_time_ms;
    if (const auto added = add_chosen(log, initial, applied.through.next(), held); !added) return added.error();
    if (net::planted("level_not_kept") && applied.through > Slot{}) initial.configuration.level = recovered.identity.genesis.level;
    // The driver hands out what lies between from the log, in pieces.
    initial.applied_through = held;
    initial.faulty.insert(recovered.faulty.upper_bound(held), recovered.faulty.end());
    initial.accepted.insert(recovered.accepted.upper_bound(held), recovered.accepted.end());
    initial.accepted.insert(recovered.under_fault.upper_bound(held), recovered.under_fault.end());
    if (const auto added = add_behind_damage(log, initial, recovered.chosen_through); !added) return added.error();
    if (const auto known = check_levels(initial); !known) return known.error();
    return initial;
}

}  // namespace parley::consensus
