// parley-sim planted: every planted bug until it is caught, as a table. Every bug is hunted once before any is hunted a
// second time, so that a run that has to end has something to say about all of them.
#include <algorithm>
#include <cstdio>
#include <map>
#include <vector>

#include <fmt/core.h>
#include <sys/resource.h>

#include "sim/planted.hpp"
#include "sim/run/commands.hpp"
#include "sim/run/farm.hpp"
#include "sim/run/report.hpp"

namespace parley::sim {
namespace {

constexpr unsigned hang_after_s = 60;
// Hunts for medians begin so far apart that none meets the seeds of another.
constexpr std::uint64_t seeds_of_a_hunt = 1'000'000;
constexpr std::size_t percent_wanted = 90;   // of the bugs, caught within seeds_max

// Of all workers that have ended. A busy machine takes real time away from a hunt, and seeds are what a hunt is about.
std::int64_t cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_CHILDREN, &used);
    return used.ru_utime.tv_sec + used.ru_stime.tv_sec;
}

// What fails without the bug, too, is no catch.
Outcome judged(const PlantedBug& bug, std::uint64_t seed) {
    const RunOptions options = options_of(seed, bug.profile, false, focus_of(bug));
    plant(bug.name);
    Outcome outcome = outcome_of(run_world(seed, options), bug.profile, 0);
    if (!outcome.failed) return outcome;
    plant("");
    outcome.failed = !run_world(seed, options).verdict.has_value();
    return outcome;
}

struct Hunt {
    std::uint64_t seeds = 0;          // tried until the catch, or in vain
    std::optional<Outcome> caught;    // the lowest seed that failed
    bool was_cut_short = false;       // by its end
};

// `end`: when the workers have had that many seconds of CPU time.
Hunt hunt(const PlantedBug& bug, const PlantedCommand& command, std::uint64_t first, std::int64_t end) {
    Hunt result;
    std::uint64_t seed = first;
    farm(
        {command.jobs, hang_after_s},
        [&]() -> std::optional<std::uint64_t> {
            if (result.caught || seed >= first + command.seeds_max) return std::nullopt;
            result.was_cut_short = cpu_seconds() >= end;
            return result.was_cut_short ? std::nullopt : std::optional{seed++};
        },
        [&bug](std::uint64_t one) { return packed(judged(bug, one)); },
        [&](const FarmResult& one) {
            const auto outcome = one.died ? net::Result<Outcome>{net::Error{}} : unpacked(one.text);
            const Outcome judged = outcome ? *outcome : crashed(one.seed, bug.profile, one.text);
            if (judged.failed && (!result.caught || judged.seed < result.caught->seed)) result.caught = judged;
            return true;
        });
    result.was_cut_short = result.was_cut_short && !result.caught;
    result.seeds = (result.caught ? result.caught->seed + 1 : seed) - first;
    return result;
}

struct Row {
    const PlantedBug* bug = nullptr;
    std::vector<Hunt> hunts;
};

std::optional<std::uint8_t> oracle_of(const Row& row) {
    std::map<std::uint8_t, std::size_t> catches;
    for (const Hunt& hunt : row.hunts) {
        if (hunt.caught) ++catches[hunt.caught->oracle];
    }
    const auto most = std::ranges::max_element(catches, {}, [](const auto& entry) { return entry.second; });
    return most == catches.end() ? std::nullopt : std::optional{most->first};
}

std::string oracle_named(const Row& row) {
    const auto oracle = oracle_of(row);
    return oracle ? name_of(static_cast<Oracle>(std::min<std::size_t>(*oracle, oracles - 1))) : "NOT CAUGHT";
}

// In vain counts as all of its seeds.
std::uint64_t median_seeds(const Row& row) {
    std::vector<std::uint64_t> seeds;
    for (const Hunt& hunt : row.hunts) seeds.push_back(hunt.seeds);
    std::ranges::sort(seeds);
    return seeds.empty() ? 0 : seeds[seeds.size() / 2];
}

void print_row(const Row& row) {
    const PlantedBug& bug = *row.bug;
    fmt::print("{:<36} {:<8} {:<8} {:<18} {:>5} {:>6}\n", bug.name, bug.rule, name_of(bug.profile), oracle_named(row), median_seeds(row),
               row.hunts.size());
}

void print_table(const std::vector<Row>& rows) {
    fmt::print("\n{:<36} {:<8} {:<8} {:<18} {:>5} {:>6}\n", "bug", "rule", "profile", "oracle", "seeds", "hunts");
    for (const Row& row : rows) print_row(row);
}

}  // namespace

int run_planted(const PlantedCommand& command) {
    const std::int64_t end = command.cpu_seconds_max;
    std::vector<Row> rows;
    for (const PlantedBug& bug : planted_bugs()) {
        if (command.only.empty() || command.only == bug.name) rows.push_back(Row{&bug, {}});
    }
    for (unsigned round = 0; round < command.repeat && cpu_seconds() < end; ++round) {
        for (std::size_t i = 0; i < rows.size() && cpu_seconds() < end; ++i) {
            Row& row = rows[i];
            if (round > 0 && !row.hunts.front().caught) continue;   // its time is better spent on the others
            const std::int64_t hunt_end = std::min(end, cpu_seconds() + command.hunt_cpu_seconds_max);
            Hunt one = hunt(*row.bug, command, round * seeds_of_a_hunt + 1, hunt_end);
            if (round > 0 && one.was_cut_short) continue;   // says nothing; the first always counts
            const std::string what = one.caught ? name_of(static_cast<Oracle>(std::min<std::size_t>(one.caught->oracle, oracles - 1))) : "NOT CAUGHT";
            fmt::print("hunt {}, bug {} of {}: {}: {} at seed {} of it, {} s of CPU time\n", round + 1, i + 1, rows.size(), row.bug->name, what,
                       one.seeds, cpu_seconds());
            std::fflush(stdout);
            row.hunts.push_back(std::move(one));
        }
    }
    print_table(rows);
    const auto caught = static_cast<std::size_t>(std::ranges::count_if(rows, [](const Row& row) { return oracle_of(row).has_value(); }));
    const auto soon = static_cast<std::size_t>(std::ranges::count_if(rows, [&](const Row& row) { return oracle_of(row) && median_seeds(row) <= 1000; }));
    fmt::print("planted: {} of {} bugs caught, {} of them within 1000 seeds, {} s of CPU time\n", caught, rows.size(), soon, cpu_seconds());
    return caught == rows.size() && soon * 100 >= rows.size() * percent_wanted ? 0 : 1;
}

}  // namespace parley::sim
