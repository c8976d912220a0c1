#include "net/ports/marks.hpp"

#include <utility>

namespace parley::net {

#ifdef PARLEY_PLANTED
namespace {
std::string& selected() {
    static std::string name;   // the one registry of a test-only build
    return name;
}
}  // namespace

bool planted(std::string_view name) { return selected() == name; }
void select_planted(std::string name) { selected() = std::move(name); }
#endif

}  // namespace parley::net
