// The planted bugs of the product: which marks there are, what each breaks and which oracle is expected to see it.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "sim/options.hpp"
#include "sim/oracles/judge.hpp"

namespace parley::sim {

struct PlantedBug {
    const char* name;
    const char* where;
    const char* rule;       // of docs/protocol.md, docs/storage.md and the design: what it breaks
    const char* breaks;
    Profile profile;        // whose runs can reach it
    const char* focus;      // "name=value …": options that make what it needs likely, over what a seed draws
};
std::map<std::string, std::int64_t> focus_of(const PlantedBug& bug);
std::span<const PlantedBug> planted_bugs();
const PlantedBug* find_planted(std::string_view name);

// True in test-only builds, where a bug can be switched on.
bool can_plant();
void plant(std::string_view name);

}  // namespace parley::sim
