// parley-sim exhaustive --planted all: each planted bug of acceptor and leader within the bounds that show it, and the same bounds
// without the bug. Each is searched in a process of its own, since a bug may break an invariant of the product.
#include <algorithm>
#include <map>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "sim/exhaustive/planted_scope.hpp"
#include "sim/planted.hpp"
#include "sim/run/commands.hpp"
#include "sim/run/farm.hpp"

namespace parley::sim {
namespace {

constexpr unsigned hang_after_s = 600;

struct Found {
    std::uint64_t states = 0;    // until it was shown
    std::size_t path = 0;        // events
    bool breaks_invariant = false;
    std::string violation;       // none: in vain
    std::uint64_t states_without = 0;
    std::string violation_without;
};

std::string search(const PlantedScope& scope) {
    plant(scope.bug);
    const SmallScopeResult with = explore_small_scope(scope.bounds);
    plant("");
    SmallScopeBounds bounds = scope.bounds;
    bounds.states_max = std::min<std::uint64_t>(bounds.states_max, 2 * with.states);
    const SmallScopeResult without = explore_small_scope(bounds);
    const nlohmann::json json{{"states", with.states},
                              {"path", with.path.size()},
                              {"violation", with.violation.value_or("")},
                              {"states_without", without.states},
                              {"violation_without", without.violation.value_or("")}};
    return json.dump();
}

Found found_in(const FarmResult& result) {
    Found found;
    if (result.died) {
        found.breaks_invariant = result.text.find("broken invariant") != std::string::npos;
        found.violation = found.breaks_invariant ? result.text : "";
        return found;
    }
    const auto json = nlohmann::json::parse(result.text);
    found.states = json.at("states");
    found.path = json.at("path");
    found.violation = json.at("violation");
    found.states_without = json.at("states_without");
    found.violation_without = json.at("violation_without");
    return found;
}

bool is_right(const Found& found) { return !found.violation.empty() && found.violation_without.empty(); }

void print_row(const PlantedScope& scope, const Found& found) {
    const std::string shown = found.violation.empty() ? "NOT FOUND" : found.breaks_invariant ? "an invariant breaks" : fmt::format("{}", found.states);
    const std::string without = found.breaks_invariant               ? "see the default search"
                                : !found.violation_without.empty() ? "VIOLATION: " + found.violation_without
                                                                    : fmt::format("none in {}", found.states_without);
    fmt::print("{:<30} {:<72} {:>19} {:>5}  {}\n", scope.bug, command_line(scope.bounds), shown, found.path, without);
}

}  // namespace

int explore_planted(const ExhaustiveCommand& command) {
    const auto scopes = planted_scopes();
    std::map<std::uint64_t, Found> all;
    std::uint64_t next = 0;
    farm(
        {command.jobs, hang_after_s}, [&]() -> std::optional<std::uint64_t> { return next < scopes.size() ? std::optional{next++} : std::nullopt; },
        [&scopes](std::uint64_t index) { return search(scopes[index]); },
        [&all](const FarmResult& result) {
            all.emplace(result.seed, found_in(result));
            return true;
        });
    fmt::print("{:<30} {:<72} {:>19} {:>5}  {}\n", "bug", "bounds", "shown after states", "path", "without it");
    for (const auto& [index, found] : all) print_row(scopes[index], found);
    for (const PlantedBug& bug : planted_bugs()) {
        const auto why = beyond_small_scope(bug);
        if (why) fmt::print("{:<30} cannot show: {}\n", bug.name, *why);
    }
    const auto right = static_cast<std::size_t>(std::ranges::count_if(all, [](const auto& one) { return is_right(one.second); }));
    fmt::print("exhaustive: {} of {} bugs shown, and nothing without them\n", right, scopes.size());
    return right == scopes.size() ? 0 : 1;
}

}  // namespace parley::sim
