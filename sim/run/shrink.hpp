// Shrinker: makes a failing run small while the same oracle fails: fewer faults (delta debugging, Zeller and Hildebrandt
// 2002), then fewer clients, replicas and requests, and plainer options. Every trial runs in a process of its own.
//
// To take the fault of one frame away changes the frames behind it, so that a schedule of many such faults cannot be taken
// apart one by one. Therefore faults are also drawn anew: of one kind alone, more seldom, under other seeds.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/oracles/judge.hpp"
#include "sim/run/case_file.hpp"

namespace parley::sim {

struct Trial {
    std::uint64_t seed = 0;
    RunOptions options;
    FaultPlan plan;
    bool draws = false;   // faults by the options' rates; the plan says nothing
};

class Shrinker {
public:
    struct Failed {
        std::size_t trial = 0;
        FaultPlan struck;     // what of its plan, or of what it drew, struck before the failure
    };
    enum class Pick { first, smallest };   // the first in their order, or the one with the fewest faults
    // Runs the trials; one that still fails as wanted, or none.
    using Try = std::function<std::optional<Failed>(const std::vector<Trial>&, Pick)>;

    Shrinker(Trial start, Try attempt) : best_(std::move(start)), drawn_(best_.options), try_(std::move(attempt)) {}

    // Until nothing can be taken away any more, or `may_go_on` says no between two rounds of trials.
    Trial run(const std::function<bool()>& may_go_on);

private:
    bool take(const std::vector<Trial>& trials);  // true: one of them fails too, and is the best now
    bool take_smaller(const std::vector<Trial>& trials);
    void reduce(const std::function<bool()>& may_go_on);
    bool drop_kinds();
    void reduce_plan(const std::function<bool()>& may_go_on);
    bool reduce_options();
    bool draw_one_kind();
    bool draw_elsewhere(std::uint64_t first);
    [[nodiscard]] Trial drawing(const std::vector<FaultKind>& kinds, std::int64_t seldom) const;
    [[nodiscard]] std::vector<FaultKind> kinds() const;
    bool try_values(std::int64_t RunOptions::*field, std::vector<std::int64_t> values);

    Trial best_;
    RunOptions drawn_;        // with the rates of the first run
    Try try_;
};

}  // namespace parley::sim
