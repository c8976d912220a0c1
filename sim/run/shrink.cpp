#include "sim/run/shrink.hpp"

#include <algorithm>
#include <set>

namespace parley::sim {
namespace {

Trial without(const Trial& trial, std::size_t begin, std::size_t end) {
    Trial less{trial.options, {}};
    for (std::size_t i = 0; i < trial.plan.size(); ++i) {
        if (i < begin || i >= end) less.plan.push_back(trial.plan[i]);
    }
    return less;
}

Trial only(const Trial& trial, std::size_t begin, std::size_t end) {
    return Trial{trial.options,
                 FaultPlan(trial.plan.begin() + static_cast<std::ptrdiff_t>(begin),
                           trial.plan.begin() + static_cast<std::ptrdiff_t>(std::min(end, trial.plan.size())))};
}

}  // namespace

Trial Shrinker::run(const std::function<bool()>& may_go_on) {
    if (take({Trial{best_.options, {}}})) {
        reduce_options();
        return std::move(best_);
    }
    for (bool changed = true; changed && may_go_on();) {
        while (may_go_on() && drop_kinds()) {}
        const std::size_t before = best_.plan.size();
        reduce_plan(may_go_on);
        changed = may_go_on() && reduce_options();
        changed = changed || best_.plan.size() < before;
    }
    return std::move(best_);
}

bool Shrinker::take(const std::vector<Trial>& trials) {
    if (trials.empty()) return false;
    const auto found = first_failing_(trials);
    if (!found) return false;
    best_ = trials[*found];
    return true;
}

// Most kinds have nothing to do with the failure: whole kinds first.
bool Shrinker::drop_kinds() {
    std::set<FaultKind> kinds;
    for (const FaultEntry& entry : best_.plan) kinds.insert(entry.kind);
    std::vector<Trial> trials;
    for (const FaultKind kind : kinds) {
        Trial less = best_;
        std::erase_if(less.plan, [kind](const FaultEntry& entry) { return entry.kind == kind; });
        trials.push_back(std::move(less));
    }
    std::ranges::stable_sort(trials, {}, [](const Trial& trial) { return trial.plan.size(); });
    return kinds.size() > 1 && take(trials);
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
    // A followed plan draws nothing: how often a kind would be drawn no longer matters.
    const RunOptions usual;
    Trial quiet = best_;
    for (const OptionField& field : option_fields()) {
        const std::string name = field.name;
        if (name.ends_with("-every-ms") || (name.ends_with("-ppm") && name != "disk-checks-ppm")) {
            quiet.options.*field.field = usual.*field.field;
        }
    }
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
