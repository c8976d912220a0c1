// Shrinker: makes a failing run small while the same oracle fails: fewer faults (delta debugging, Zeller and Hildebrandt
// 2002), then fewer clients, replicas and requests, and plainer options. Every trial runs in a process of its own.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/oracles/judge.hpp"
#include "sim/run/case_file.hpp"

namespace parley::sim {

struct Trial {
    RunOptions options;
    FaultPlan plan;
};

class Shrinker {
public:
    // Runs all trials; the first, in their order, that still fails as wanted, or none.
    using FirstFailing = std::function<std::optional<std::size_t>(const std::vector<Trial>&)>;

    Shrinker(Trial start, FirstFailing first_failing)
        : best_(std::move(start)), first_failing_(std::move(first_failing)) {}

    // Until nothing can be taken away any more, or `may_go_on` says no between two rounds of trials.
    Trial run(const std::function<bool()>& may_go_on);

private:
    bool take(const std::vector<Trial>& trials);  // true: one of them fails too, and is the best now
    bool drop_kinds();
    void reduce_plan(const std::function<bool()>& may_go_on);
    bool reduce_options();
    bool try_values(std::int64_t RunOptions::*field, std::vector<std::int64_t> values);

    Trial best_;
    FirstFailing first_failing_;
};

}  // namespace parley::sim
