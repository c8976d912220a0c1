// parley-sim planted: every planted bug until it is caught, as a table.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <vector>

#include <fmt/core.h>

#include "sim/planted.hpp"
#include "sim/run/commands.hpp"
#include "sim/run/farm.hpp"
#include "sim/run/report.hpp"

namespace parley::sim {
namespace {

constexpr unsigned hang_after_s = 120;
// Hunts for medians begin so far apart that none meets the seeds of another.
constexpr std::uint64_t seeds_of_a_hunt = 1'000'000;

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

// The lowest seed that fails, or none among those tried.
std::optional<Outcome> hunt(const PlantedBug& bug, const PlantedCommand& command, std::uint64_t first) {
    std::uint64_t seed = first;
    std::optional<Outcome> caught;
    farm(
        {command.jobs, hang_after_s},
        [&]() -> std::optional<std::uint64_t> {
            return caught || seed >= first + command.seeds_max ? std::nullopt : std::optional{seed++};
        },
        [&bug](std::uint64_t one) { return packed(judged(bug, one)); },
        [&](const FarmResult& result) {
            const auto outcome = result.died ? net::Result<Outcome>{net::Error{}} : unpacked(result.text);
            const Outcome one = outcome ? *outcome : crashed(result.seed, bug.profile, result.text);
            if (one.failed && (!caught || one.seed < caught->seed)) caught = one;
            return true;
        });
    return caught;
}

struct Catches {
    std::size_t missed = 0;                       // hunts without one
    std::map<std::uint8_t, std::size_t> oracles;  // how often each was the one that caught it
    std::vector<std::uint64_t> seeds;             // tried until the catch, sorted
};

Catches hunt_again_and_again(const PlantedBug& bug, const PlantedCommand& command) {
    Catches catches;
    for (unsigned round = 0; round < command.repeat; ++round) {
        const std::uint64_t first = round * seeds_of_a_hunt + 1;
        const auto caught = hunt(bug, command, first);
        if (caught) ++catches.oracles[caught->oracle];
        else ++catches.missed;
        catches.seeds.push_back(caught ? caught->seed - first + 1 : command.seeds_max);
    }
    std::ranges::sort(catches.seeds);
    return catches;
}

std::string oracle_named(const Catches& catches) {
    const auto most = std::ranges::max_element(catches.oracles, {}, [](const auto& entry) { return entry.second; });
    if (most == catches.oracles.end()) return "NOT CAUGHT";
    return name_of(static_cast<Oracle>(std::min<std::size_t>(most->first, oracles - 1)));
}

}  // namespace

int run_planted(const PlantedCommand& command) {
    const auto begin = std::chrono::steady_clock::now();
    std::size_t tried = 0;
    std::size_t missed = 0;
    fmt::print("{:<36} {:<8} {:<8} {:<18} {}\n", "bug", "rule", "profile", "oracle", "seeds");
    for (const PlantedBug& bug : planted_bugs()) {
        if (!command.only.empty() && command.only != bug.name) continue;
        ++tried;
        const Catches catches = hunt_again_and_again(bug, command);
        if (2 * catches.missed > command.repeat) ++missed;
        fmt::print("{:<36} {:<8} {:<8} {:<18} {}\n", bug.name, bug.rule, name_of(bug.profile), oracle_named(catches),
                   catches.seeds.at(catches.seeds.size() / 2));
        std::fflush(stdout);
    }
    const auto passed =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begin).count();
    fmt::print("{} bugs, {} not caught, {} s\n", tried, missed, passed);
    return missed == 0 ? 0 : 1;
}

}  // namespace parley::sim
