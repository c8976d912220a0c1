#include "net/ports/check.hpp"

#include <cstdlib>

#include <fmt/core.h>

namespace parley::net {

void check_failed(std::string_view file, int line, std::string_view condition, std::string_view state) {
    fmt::print(stderr, "parley: broken invariant: {} ({}:{}) {}\n", condition, file, line, state);
    std::fflush(stderr);
    std::abort();
}

}  // namespace parley::net
