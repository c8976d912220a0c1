#include "sim/run/shrink.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace parley::sim {
namespace {

constexpr std::size_t small_enough = 9;         // faults that a person can look at
constexpr std::uint64_t seeds_at_once = 12;
constexpr std::uint64_t seeds_in_all = 36;

Trial without(const Trial& trial, std::size_t begin, std::size_t end) {
    Trial less{trial.seed, trial.options, {}};
    for (std::size_t i = 0; i < trial.plan.size(); ++i) {
        if (i < begin || i >= end) less.plan.push_back(trial.plan[i]);
    }
    return less;
}

Trial only(const Trial& trial, std::size_t begin, std::size_t end) {
    return Trial{trial.seed, trial.options,
                 FaultPlan(trial.plan.begin() + static_cast<std::ptrdiff_t>(begin),
                           trial.plan.begin() + static_cast<std::ptrdiff_t>(std::min(end, trial.plan.size())))};
}

bool is_rate_of_frames(std::string_view name) { return name.ends_with("-ppm") && name != "disk-checks-ppm" && name != "rare-ppm"; }
bool is_rate(std::string_view name) { return name.ends_with("-every-ms") || is_rate_of_frames(name); }

// "lone_leader": "lone-leader-every-ms".
bool is_rate_of(std::string_view name, FaultKind kind) {
    std::string dashed = name_of(kind);
    std::ranges::replace(dashed, '_', '-');
    return name == dashed + "-every-ms" || name == dashed + "-ppm";
}

// A followed plan draws nothing: how often a kind would be drawn no longer matters.
RunOptions without_rates(RunOptions options) {
    const RunOptions usual;
    for (const OptionField& field : option_fields()) {
        if (is_rate(field.name)) options.*field.field = usual.*field.field;
    }
    return options;
}

}  // namespace

Trial Shrinker::run(const std::function<bool()>& may_go_on) {
    if (take({Trial{best_.seed, best_.options, {}}})) {
        reduce_options();
        return std::move(best_);
    }
    draw_one_kind();
    reduce(may_go_on);
    for (std::uint64_t seed = 1; seed <= seeds_in_all && best_.plan.size() > small_enough && may_go_on(); seed += seeds_at_once) {
        if (draw_elsewhere(seed)) reduce(may_go_on);
    }
    return std::move(best_);
}

void Shrinker::reduce(const std::function<bool()>& may_go_on) {
    for (bool changed = true; changed && may_go_on();) {
        while (may_go_on() && drop_kinds()) {}
        const std::size_t before = best_.plan.size();
        reduce_plan(may_go_on);
        changed = may_go_on() && reduce_options();
        changed = changed || best_.plan.size() < before;
    }
}

// What did not strike is no part of the failure: entries of a plan find nothing to hit any more when others are gone.
bool Shrinker::take(const std::vector<Trial>& trials) {
    if (trials.empty()) return false;
    auto found = try_(trials, Pick::first);
    if (!found) return false;
    best_ = trials[found->trial];
    best_.plan = std::move(found->struck);
    return true;
}

bool Shrinker::take_smaller(const std::vector<Trial>& trials) {
    if (trials.empty()) return false;
    auto found = try_(trials, Pick::smallest);
    if (!found || found->struck.size() >= best_.plan.size()) return false;
    best_ = trials[found->trial];
    best_.draws = false;
    best_.options = without_rates(best_.options);
    best_.plan = std::move(found->struck);
    return true;
}

std::vector<FaultKind> Shrinker::kinds() const {
    std::set<FaultKind> kinds;
    for (const FaultEntry& entry : best_.plan) kinds.insert(entry.kind);
    return {kinds.begin(), kinds.end()};
}

// The options of the best run so far, and of the first one's rates those of these kinds alone, so many times more seldom.
Trial Shrinker::drawing(const std::vector<FaultKind>& kinds, std::int64_t seldom) const {
    Trial trial{best_.seed, without_rates(best_.options), {}, true};
    for (const OptionField& field : option_fields()) {
        const auto names_it = [&field](FaultKind kind) { return is_rate_of(field.name, kind); };
        if (!std::ranges::any_of(kinds, names_it)) continue;
        const std::int64_t rate = drawn_.*field.field;
        const std::int64_t changed = is_rate_of_frames(field.name) ? rate / seldom : rate * seldom;
        trial.options.*field.field = std::clamp(changed, field.low, field.high);
    }
    return trial;
}

bool Shrinker::draw_one_kind() {
    std::vector<Trial> trials;
    for (const FaultKind kind : kinds()) trials.push_back(drawing({kind}, 1));
    return take_smaller(trials);
}

// The same options under other seeds: without a fault, with each kind that is left alone, and with all of them more seldom.
bool Shrinker::draw_elsewhere(std::uint64_t first) {
    std::vector<Trial> trials;
    for (std::uint64_t i = first; i < first + seeds_at_once; ++i) {
        std::vector<Trial> here{Trial{0, without_rates(best_.options), {}}};
        for (const FaultKind kind : kinds()) here.push_back(drawing({kind}, 1));
        for (const std::int64_t seldom : {1, 4, 16}) here.push_back(drawing(kinds(), seldom));
        for (Trial& trial : here) {
            trial.seed = best_.seed + i;
            trials.push_back(std::move(trial));
        }
    }
    return take_smaller(trials);
}

// Most kinds have nothing to do with the failure: whole kinds first.
bool Shrinker::drop_kinds() {
    const std::vector<FaultKind> there = kinds();
    std::vector<Trial> trials;
    for (const FaultKind kind : there) {
        Trial less = best_;
        std::erase_if(less.plan, [kind](const FaultEntry& entry) { return entry.kind == kind; });
        trials.push_back(std::move(less));
    }
    std::ranges::stable_sort(trials, {}, [](const Trial& trial) { return trial.plan.size(); });
    return there.size() > 1 && take(trials);
}

// ddmin: parts alone, then without one part each, finer and finer.
void Shrinker::reduce_plan(const std::function<bool()>& may_go_on) {
    std::size_t parts = 2;
    while (best_.plan.size() > 1 && may_go_on()) {
        const std::size_t size = best_.plan.size();
        parts = std::min(parts, size);
        const std::size_t step = (size + parts - 1) / parts;
        std::vector<Trial> alone;
        std::vector<Trial> rest;
        for (std::size_t begin = 0; begin < size; begin += step) {
            if (parts == 2) alone.push_back(only(best_, begin, begin + step));
            rest.push_back(without(best_, begin, begin + step));
        }
        if (take(alone)) {
            parts = 2;
        } else if (take(rest)) {
            parts = std::max<std::size_t>(parts - 1, 2);
        } else if (parts < size) {
            parts = std::min(size, parts * 2);
        } else {
            return;
        }
    }
}

bool Shrinker::try_values(std::int64_t RunOptions::*field, std::vector<std::int64_t> values) {
    const std::int64_t now = best_.options.*field;
    std::vector<Trial> trials;
    for (const std::int64_t value : values) {
        if (value == now) break;  // values come from the plainest on
        trials.push_back(best_);
        trials.back().options.*field = value;
    }
    return take(trials);
}

bool Shrinker::reduce_options() {
    bool changed = false;
    const RunOptions usual;
    Trial quiet = best_;
    quiet.options = without_rates(quiet.options);
    take({quiet});
    std::vector<std::int64_t> fewer;
    for (std::int64_t clients = 1; clients < best_.options.clients; ++clients) fewer.push_back(clients);
    changed = try_values(&RunOptions::clients, fewer) || changed;
    if (best_.options.replicas > 3) changed = try_values(&RunOptions::replicas, {3, 5}) || changed;
    changed = try_values(&RunOptions::window, {1, 2}) || changed;
    changed = try_values(&RunOptions::think_ms, {200, 100, 30}) || changed;
    changed = try_values(&RunOptions::read_ms, {0}) || changed;
    changed = try_values(&RunOptions::storm_ms, {500, 1000, 2000, 3000}) || changed;
    for (const OptionField& field : option_fields()) {
        const std::int64_t plain = usual.*field.field;
        const bool is_size = field.field == &RunOptions::clients || field.field == &RunOptions::replicas ||
                             field.field == &RunOptions::window || field.field == &RunOptions::think_ms ||
                             field.field == &RunOptions::storm_ms;
        if (!is_size && best_.options.*field.field != plain) changed = try_values(field.field, {plain}) || changed;
    }
    return changed;
}

}  // namespace parley::sim
