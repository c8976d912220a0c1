// Farm: runs seeds in worker processes of its own, so that a crash or a hang of one run is a result like any other, and
// process-wide state (SQLite's) never meets two worlds at once. A worker runs some seeds, one after the other: `work` may
// leave nothing behind that changes the next one's result. It knows nothing of what a run does.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace parley::sim {

struct FarmResult {
    std::uint64_t seed = 0;
    bool died = false;          // by a signal, or by the farm after `hang_after_s`
    std::string text;           // what the work returned, or how the worker died
    std::string said;           // what it wrote to standard error before
};

struct FarmOptions {
    unsigned jobs = 1;
    unsigned hang_after_s = 120;   // of CPU time, for each seed
};

// `next` gives seeds until it has none; `work` runs in a worker; `done` is told every result here. It returns false to
// stop early: what runs is ended.
void farm(const FarmOptions& options, const std::function<std::optional<std::uint64_t>()>& next,
          const std::function<std::string(std::uint64_t seed)>& work, const std::function<bool(const FarmResult&)>& done);

}  // namespace parley::sim
