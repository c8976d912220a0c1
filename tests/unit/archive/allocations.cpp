// Counts what operator new gives out, for hostile.hpp.
#include <cstdlib>
#include <new>

#include "tests/unit/archive/hostile.hpp"

namespace {
thread_local std::size_t allocated_bytes = 0;
}

void* operator new(std::size_t size) {
    allocated_bytes += size;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;  // NOLINT
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }                 // NOLINT
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }    // NOLINT

namespace parley::net {
std::size_t allocated() { return allocated_bytes; }
void reset_allocated() { allocated_bytes = 0; }
}  // namespace parley::net
