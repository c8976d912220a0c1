// Marks in product code for the simulator's eyes. probe<"name">() says that a rare line was reached: one that no run ever
// reaches is a hole in the tests. sim_rare<"name">() lets a simulated run take a legal, unlikely way; it is false anywhere
// else. Outside the simulator both are one look at a flag. Never put one where its effect would be wrong.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace parley::net {

template <std::size_t Size>
struct MarkName {
    char text[Size]{};
    constexpr MarkName(const char (&given)[Size]) { std::copy_n(given, Size, text); }
};

inline std::atomic<bool> is_simulated{false};

// Every mark of the program, whether it was reached or not: each adds itself before main().
struct Mark {
    explicit Mark(const char* name, bool is_rare);
    std::uint64_t hits = 0;  // only counted, and only asked for, in the one thread of a simulated world
};
template <MarkName Name, bool IsRare>
struct MarkSite {
    static inline Mark mark{Name.text, IsRare};
};

bool rare_fires(std::string_view name);

template <MarkName Name>
void probe() {
    Mark& mark = MarkSite<Name, false>::mark;
    if (is_simulated.load(std::memory_order_relaxed)) ++mark.hits;
}

template <MarkName Name>
bool sim_rare() {
    Mark& mark = MarkSite<Name, true>::mark;
    if (!is_simulated.load(std::memory_order_relaxed) || !rare_fires(Name.text)) return false;
    ++mark.hits;
    return true;
}

// ---- the simulator's side ----
// From here on marks count, and rare ways are taken where `fires` says so.
void watch_marks(std::function<bool(std::string_view)> fires);
// Hits by name, "rare:" in front of rare ways; all marks of the program are there.
std::map<std::string, std::uint64_t> mark_hits();

}  // namespace parley::net
