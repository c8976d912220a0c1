// Marks in product code for the simulator. A planted bug is a small, named fault that a test-only build (PARLEY_PLANTED)
// can switch on at run time, to prove that the simulator would see it; in every other build it is the constant false.
//
//     if (ballot < promised && !planted("acceptor_ignores_promise")) return reject();
#pragma once

#include <string>
#include <string_view>

namespace parley::net {

#ifdef PARLEY_PLANTED
// True when this bug was selected. The selection is made once, before anything runs.
bool planted(std::string_view name);
void select_planted(std::string name);
#else
constexpr bool planted(std::string_view) { return false; }
#endif

}  // namespace parley::net
