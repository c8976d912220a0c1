// parley-sim shrink: draws the plan of a failing seed, makes the run small and writes it down as a case file.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <utility>

#include <fmt/core.h>
#include <unistd.h>

#include "sim/planted.hpp"
#include "sim/run/commands.hpp"
#include "sim/run/farm.hpp"
#include "sim/run/report.hpp"
#include "sim/run/shrink.hpp"

namespace parley::sim {
namespace {

// A run that crashes still says what struck.
std::string run_trial(const std::string& planted, const Trial& trial, std::optional<net::Instant> end) {
    if (!planted.empty()) plant(planted);
    struct TooLong {};
    Observers observers;
    observers.fault = say_fault;
    if (end) {
        observers.event = [end](const Dispatched& line) {
            if (line.at > *end) throw TooLong{};
        };
    }
    const FaultPlan* plan = trial.draws ? nullptr : &trial.plan;
    try {
        return packed(outcome_of(run_world(trial.seed, trial.options, plan, observers), trial.options.profile, 0));
    } catch (const TooLong&) {
        return packed(Outcome{});
    }
}

// Most trials do not fail, and would go on through healing and audit, which takes longer than all before it: beyond twice the
// time at which the first run failed they are given up. A crash does not tell when it was.
std::optional<net::Instant> end_of_trials(const Outcome& first) {
    if (first.at_ms == 0) return std::nullopt;
    return EventQueue::beginning + 2 * std::chrono::milliseconds{first.at_ms};
}

struct First {
    Outcome outcome;
    FaultPlan plan;
};

First draw_first(const ShrinkCommand& command) {
    First first;
    bool is_next = true;
    farm(
        {1, command.hang_after_s},
        [&is_next]() -> std::optional<std::uint64_t> {
            return std::exchange(is_next, false) ? std::optional<std::uint64_t>{0} : std::nullopt;
        },
        [&command](std::uint64_t) { return run_trial(command.planted, Trial{command.seed, command.options, {}, true}, std::nullopt); },
        [&](const FarmResult& result) {
            first.plan = plan_said(result.said);
            const auto outcome = result.died ? net::Result<Outcome>{net::Error{}} : unpacked(result.text);
            first.outcome = outcome ? *outcome : crashed(command.seed, command.options.profile, result.text);
            return true;
        });
    return first;
}

// Runs the trials side by side; of those that fail with the same oracle the first in order, or the one with the fewest faults.
std::optional<Shrinker::Failed> attempt(const ShrinkCommand& command, const Outcome& first, const std::vector<Trial>& trials,
                                        Shrinker::Pick pick, std::uint64_t& runs) {
    std::optional<Shrinker::Failed> best;
    std::uint64_t next = 0;
    const bool is_first = pick == Shrinker::Pick::first;
    farm(
        {command.jobs, command.hang_after_s},
        [&]() -> std::optional<std::uint64_t> {
            // Behind one that fails nothing is of interest any more.
            if (next >= trials.size() || (is_first && best && best->trial < next)) return std::nullopt;
            return next++;
        },
        [&](std::uint64_t index) { return run_trial(command.planted, trials[index], end_of_trials(first)); },
        [&](const FarmResult& result) {
            ++runs;
            const auto outcome = result.died ? net::Result<Outcome>{net::Error{}} : unpacked(result.text);
            const bool fails = outcome ? outcome->failed && outcome->oracle == first.oracle
                                       : first.oracle == static_cast<std::uint8_t>(Oracle::crash);
            if (!fails) return true;
            Shrinker::Failed failed{result.seed, plan_said(result.said)};
            const auto rank = [is_first](const Shrinker::Failed& one) { return std::pair{is_first ? 0 : one.struck.size(), one.trial}; };
            if (!best || rank(failed) < rank(*best)) best = std::move(failed);
            return true;
        });
    return best;
}

void print_case(const ShrinkCommand& command, const CaseFile& one, std::size_t before, std::uint64_t runs) {
    constexpr std::size_t shown_max = 30;
    fmt::print("{} faults of {} are left after {} runs; {} still fails\n", one.plan.size(), before, runs, one.oracle);
    std::ostringstream entries;
    if (one.plan.size() <= shown_max) write_entries(entries, one.plan);
    fmt::print("{}parley-sim replay --case {}\n", entries.str(), command.out);
}

}  // namespace

int shrink_seed(const ShrinkCommand& command) {
    const First first = draw_first(command);
    if (!first.outcome.failed) {
        fmt::print(stderr, "parley-sim: seed {} does not fail with these options: nothing to shrink\n", command.seed);
        return 1;
    }
    const auto oracle = static_cast<Oracle>(first.outcome.oracle);
    fmt::print(stderr, "parley-sim: {}: {}; {} faults\n", name_of(oracle), first.outcome.what, first.plan.size());
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::seconds{command.seconds_max};
    std::uint64_t runs = 0;
    Shrinker shrinker{Trial{command.seed, command.options, first.plan}, [&](const std::vector<Trial>& trials, Shrinker::Pick pick) {
                          return attempt(command, first.outcome, trials, pick, runs);
                      }};
    Trial best = shrinker.run([end] { return Clock::now() < end; });
    const CaseFile one{best.seed,       best.options,       command.planted,
                       name_of(oracle), first.outcome.what, std::move(best.plan)};
    std::ofstream out{command.out};
    write_case(out, one);
    if (!out.flush()) {
        fmt::print(stderr, "parley-sim: {} cannot be written\n", command.out);
        return 1;
    }
    print_case(command, one, first.plan.size(), runs);
    return 0;
}

}  // namespace parley::sim
