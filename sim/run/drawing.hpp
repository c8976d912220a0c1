// Drawing: one run as a page that stands by itself: a lane for each machine, messages between replicas as arrows, faults,
// crashes and roles along the lanes, searchable. It collects while the run goes on and judges nothing.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "sim/world.hpp"

namespace parley::sim {

class Drawing {
public:
    explicit Drawing(const RunOptions& options) : options_(options) {}

    // What the run is observed with.
    void add_message(net::Instant at, MachineId from, const consensus::Message& message);
    void add_event(const Dispatched& event);

    // After the run; the faults that struck come with its result.
    void write(std::ostream& out, const RunResult& result, const std::string& command) const;

private:
    struct Mark {
        std::int64_t at_us = 0;
        std::int32_t machine = -1;
        std::string kind;
        std::string text;
    };
    RunOptions options_;
    std::vector<Mark> marks_;
    // A page with more would not be looked at: what happened last is what failed.
    static constexpr std::size_t marks_max = 60'000;
};

}  // namespace parley::sim
