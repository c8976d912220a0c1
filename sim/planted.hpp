// The planted bugs of the product: which marks there are, what each breaks and which oracle is expected to see it.
#pragma once

#include <span>
#include <string_view>

#include "sim/options.hpp"
#include "sim/oracles/judge.hpp"

namespace parley::sim {

struct PlantedBug {
    const char* name;
    const char* where;
    const char* breaks;
    Profile profile;        // whose runs can reach it
};
std::span<const PlantedBug> planted_bugs();
const PlantedBug* find_planted(std::string_view name);

// True in test-only builds, where a bug can be switched on.
bool can_plant();
void plant(std::string_view name);

}  // namespace parley::sim
