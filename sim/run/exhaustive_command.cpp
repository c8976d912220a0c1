// parley-sim exhaustive: the small-scope search and what came of it.
#include <chrono>

#include <fmt/core.h>

#include "sim/exhaustive/planted_scope.hpp"
#include "sim/oracles/judge.hpp"
#include "sim/planted.hpp"
#include "sim/run/commands.hpp"

namespace parley::sim {

int explore(const ExhaustiveCommand& command) {
    if (!command.planted.empty()) plant(command.planted);
    const PlantedScope* const scope = find_planted_scope(command.planted);
    const SmallScopeBounds bounds = scope != nullptr && command.bounds == SmallScopeBounds{} ? scope->bounds : command.bounds;
    const auto begin = std::chrono::steady_clock::now();
    const SmallScopeResult result = explore_small_scope(bounds);
    const auto passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    fmt::print(
        "{} voters, {} ballots, {} commands, {} crashes: {} states, {} with something chosen; longest path {}; {} steps "
        "of a voter; {:.1f} s\n",
        bounds.voters, bounds.ballots, bounds.commands, bounds.crashes, result.states, result.chosen,
        result.depth, result.steps, passed);
    if (result.violation) {
        fmt::print("{}: {}\n", name_of(Oracle::agreement), *result.violation);
        for (const std::string& step : result.path) fmt::print("    {}\n", step);
        return exit_code_of(Oracle::agreement);
    }
    fmt::print("{}, no violation\n",
               result.is_complete ? "complete" : "cut off at the depth or the number of states given");
    return 0;
}

}  // namespace parley::sim
