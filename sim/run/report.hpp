// What a run says about itself to people and scripts, and how a worker's result travels to its parent.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "net/ports/result.hpp"
#include "sim/world.hpp"

namespace parley::sim {

// What the parent needs of one run.
struct Outcome {
    std::uint64_t seed = 0;
    Profile profile = Profile::toy;
    std::uint64_t hash = 0;
    std::uint64_t events = 0;
    std::uint64_t operations = 0;
    std::uint64_t snapshots = 0;   // installed
    bool stalled = false;          // by right
    std::int64_t simulated_ms = 0;
    std::int64_t cpu_us = 0;
    std::map<std::uint8_t, std::uint64_t> faults;   // by FaultKind
    std::map<std::string, std::uint64_t> marks;
    bool failed = false;
    std::uint8_t oracle = 0;
    std::string what;
    std::int64_t at_ms = 0;         // virtual, since the beginning
    std::uint64_t event = 0;
    std::uint64_t plan_size = 0;
};

Outcome outcome_of(const RunResult& result, Profile profile, std::int64_t cpu_us);
Outcome crashed(std::uint64_t seed, Profile profile, const std::string& how);
std::string packed(const Outcome& outcome);
net::Result<Outcome> unpacked(const std::string& text);

// "seed 17 failed: O1 agreement: … (event …, 1234 ms, 56 faults)\n    parley-sim replay --seed 17 …"
std::string failure_lines(const Outcome& outcome, const std::string& replay_command);
std::string failure_json(const Outcome& outcome, const std::string& replay_command);

// Sums over all seeds.
class Summary {
public:
    void add(const Outcome& outcome);
    // `wall_ms` is real time.
    [[nodiscard]] std::string progress() const;
    [[nodiscard]] std::string text(std::int64_t wall_ms) const;
    [[nodiscard]] std::string json(std::int64_t wall_ms) const;
    // 0, or that of the most serious failure: safety before crash before determinism before liveness.
    [[nodiscard]] int exit_code() const;

private:
    struct Content {   // of the seeds of one profile, one each
        std::vector<std::uint64_t> operations;
        std::vector<std::uint64_t> faults;
    };
    [[nodiscard]] std::string never_seen() const;
    [[nodiscard]] std::string medians() const;

    std::uint64_t seeds_ = 0;
    std::uint64_t hash_ = 0;        // of all runs, whatever the order in which they ended
    std::uint64_t events_ = 0;
    std::uint64_t operations_ = 0;
    std::uint64_t snapshots_ = 0;
    std::uint64_t stalled_ = 0;
    std::int64_t simulated_ms_ = 0;
    std::int64_t cpu_us_ = 0;
    std::map<std::uint8_t, std::uint64_t> faults_;
    std::map<std::string, std::uint64_t> marks_;       // runs that reached each
    std::map<std::uint8_t, Content> profiles_;
    std::map<std::uint8_t, std::uint64_t> failures_;   // by Oracle
};

}  // namespace parley::sim
