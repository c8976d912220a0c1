#include "net/ports/probe.hpp"

#include <utility>

namespace parley::net {
namespace {

std::map<std::string, Mark*>& marks() {
    static std::map<std::string, Mark*> all;  // filled before main()
    return all;
}

std::function<bool(std::string_view)>& chooser() {
    static std::function<bool(std::string_view)> fires;
    return fires;
}

}  // namespace

Mark::Mark(const char* name, bool is_rare) { marks().emplace((is_rare ? "rare:" : "") + std::string{name}, this); }

bool rare_fires(std::string_view name) { return chooser() && chooser()(name); }

void watch_marks(std::function<bool(std::string_view)> fires) {
    chooser() = std::move(fires);
    for (const auto& [name, mark] : marks()) mark->hits = 0;
    is_simulated.store(true, std::memory_order_relaxed);
}

std::map<std::string, std::uint64_t> mark_hits() {
    std::map<std::string, std::uint64_t> hits;
    for (const auto& [name, mark] : marks()) hits.emplace(name, mark->hits);
    return hits;
}

}  // namespace parley::net
