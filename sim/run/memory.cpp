#include "sim/run/memory.hpp"

#include <malloc.h>

#ifdef PARLEY_TCMALLOC
#include <gperftools/malloc_extension.h>
#endif

namespace parley::sim {

void keep_memory() {
#ifdef PARLEY_TCMALLOC
    MallocExtension::instance()->SetMemoryReleaseRate(0);
#else
    constexpr int large = 32 << 20;
    ::mallopt(M_MMAP_THRESHOLD, large);
    ::mallopt(M_TRIM_THRESHOLD, 8 * large);
    ::mallopt(M_TOP_PAD, 1 << 20);
#endif
}

}  // namespace parley::sim
