#include "sim/run/memory.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>

#include <malloc.h>
#include <sys/mman.h>

#ifdef PARLEY_TCMALLOC
#include <gperftools/malloc_extension.h>
#endif

namespace parley::sim {

#ifdef PARLEY_TCMALLOC
namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20U;
// Address space costs nothing until it is touched.
constexpr std::size_t region_size = 16 * huge_page;

std::uintptr_t rounded_up(std::uintptr_t at, std::size_t to) { return (at + to - 1) / to * to; }

// Hands out pieces of regions that the kernel backs with huge pages, where it does that at all. tcmalloc asks under its lock.
class HugePages final : public SysAllocator {
public:
    void* Alloc(std::size_t size, std::size_t* actual_size, std::size_t alignment) override {
        alignment = std::max<std::size_t>(alignment, 4096);
        const std::size_t wanted = rounded_up(size, 4096);
        std::uintptr_t begin = rounded_up(next_, alignment);
        if (begin + wanted > end_) {
            if (!take_region(wanted + alignment)) return nullptr;
            begin = rounded_up(next_, alignment);
        }
        next_ = begin + wanted;
        if (actual_size != nullptr) *actual_size = wanted;
        return reinterpret_cast<void*>(begin);   // NOLINT: addresses are what an allocator deals in
    }

private:
    bool take_region(std::size_t size_min) {
        const std::size_t size = std::max(region_size, rounded_up(size_min, huge_page));
        void* const got = ::mmap(nullptr, size + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (got == MAP_FAILED) return false;
        next_ = rounded_up(reinterpret_cast<std::uintptr_t>(got), huge_page);   // NOLINT
        end_ = next_ + size;
        ::madvise(reinterpret_cast<void*>(next_), size, MADV_HUGEPAGE);   // NOLINT: refused, it is as it was
        return true;
    }

    std::uintptr_t next_ = 0;
    std::uintptr_t end_ = 0;
};

}  // namespace

void keep_memory() {
    // Never destroyed: memory is asked for until the last moment of the process.
    alignas(HugePages) static std::byte place[sizeof(HugePages)];
    MallocExtension::instance()->SetSystemAllocator(new (place) HugePages);
    MallocExtension::instance()->SetMemoryReleaseRate(0);
}
#else
void keep_memory() {
    constexpr int large = 32 << 20;
    ::mallopt(M_MMAP_THRESHOLD, large);
    ::mallopt(M_TRIM_THRESHOLD, 8 * large);
    ::mallopt(M_TOP_PAD, 1 << 20);
}
#endif

}  // namespace parley::sim
