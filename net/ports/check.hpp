// CHECK: a broken invariant of our own stops the process with its state; always on.
// Never use it for bytes from outside, for disk failures or for user mistakes: those are values.
#pragma once

#include <string_view>

namespace parley::net {

// Prints one line to standard error and aborts. The simulator turns the abort into a failure with its seed.
[[noreturn]] void check_failed(std::string_view file, int line, std::string_view condition, std::string_view state);

}  // namespace parley::net

// CHECK(condition) or CHECK(condition, "text that shows the state").
#define CHECK(condition, ...)                                                                      \
    do {                                                                                           \
        if (!(condition)) [[unlikely]] {                                                           \
            ::parley::net::check_failed(__FILE__, __LINE__, #condition, std::string_view{__VA_ARGS__}); \
        }                                                                                          \
    } while (false)
