// PlantedScope: for each planted bug of acceptor and leader, the bounds within which the exhaustive search has to show it, or why
// it cannot.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "sim/exhaustive/small_scope.hpp"
#include "sim/planted.hpp"

namespace parley::sim {

struct PlantedScope {
    const char* bug;
    SmallScopeBounds bounds;
    bool is_quick = true;   // shown within a quarter of a million states
};
std::span<const PlantedScope> planted_scopes();
const PlantedScope* find_planted_scope(std::string_view bug);

// A bug of the core that the search cannot show by its nature; none when it has, or should have, a scope.
std::optional<std::string> beyond_small_scope(const PlantedBug& bug);

// "--ballots 3 --stale": what differs from the default.
std::string command_line(const SmallScopeBounds& bounds);

}  // namespace parley::sim
