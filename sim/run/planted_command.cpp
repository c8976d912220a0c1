// parley-sim planted: every planted bug until it is caught, as a table.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include <fmt/core.h>

#include "sim/planted.hpp"
#include "sim/run/commands.hpp"
#include "sim/run/farm.hpp"
#include "sim/run/report.hpp"

namespace parley::sim {
namespace {

// A busy computer is no caught bug.
constexpr unsigned hang_after_s = 900;

// The lowest seed that fails, or none among those tried.
std::optional<Outcome> hunt(const PlantedBug& bug, const PlantedCommand& command) {
    std::uint64_t seed = 1;
    std::optional<Outcome> caught;
    farm(
        {command.jobs, hang_after_s},
        [&]() -> std::optional<std::uint64_t> {
            return caught || seed > command.seeds_max ? std::nullopt : std::optional{seed++};
        },
        [&bug](std::uint64_t one) {
            plant(bug.name);
            return packed(
                outcome_of(run_world(one, options_of(one, bug.profile, false, focus_of(bug))), bug.profile, 0));
        },
        [&](const FarmResult& result) {
            const auto outcome = result.died ? net::Result<Outcome>{net::Error{}} : unpacked(result.text);
            const Outcome one = outcome ? *outcome : crashed(result.seed, bug.profile, result.text);
            if (one.failed && (!caught || one.seed < caught->seed)) caught = one;
            return true;
        });
    return caught;
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
        const auto caught = hunt(bug, command);
        if (!caught) ++missed;
        const std::string oracle =
            caught ? name_of(static_cast<Oracle>(std::min<std::size_t>(caught->oracle, oracles - 1))) : "NOT CAUGHT";
        fmt::print("{:<36} {:<8} {:<8} {:<18} {}\n", bug.name, bug.rule, name_of(bug.profile), oracle,
                   caught ? caught->seed : command.seeds_max);
        std::fflush(stdout);
    }
    const auto passed =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begin).count();
    fmt::print("{} bugs, {} not caught, {} s\n", tried, missed, passed);
    return missed == 0 ? 0 : 1;
}

}  // namespace parley::sim
