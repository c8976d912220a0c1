// The commands of parley-sim behind their command line: what each does with options that were read and checked.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "sim/exhaustive/small_scope.hpp"
#include "sim/options.hpp"

namespace parley::sim {

enum class Choice : std::uint8_t { swarm, toy, sqlite, reconfig };   // swarm: mostly toy

struct RunCommand {
    std::uint64_t first = 1;
    std::uint64_t last = 100;
    std::optional<std::int64_t> for_seconds;             // instead of `last`
    unsigned jobs = 1;
    unsigned hang_after_s = 120;
    Choice choice = Choice::swarm;
    bool json = false;
    bool is_canary = false;
    bool stop_at_first = false;
    std::string planted;                                 // empty: none
    std::string keep;                                    // a folder for the case files of failing seeds; empty: none
    std::uint64_t twice_every = 20;                      // every so many seeds runs twice (O11); 0 never
    std::map<std::string, std::int64_t> overrides;       // options given by hand, over what the seed draws
};
int run_seeds(const RunCommand& command);

struct ShrinkCommand {
    std::uint64_t seed = 1;
    RunOptions options;
    std::string planted;
    std::string out;                     // the case file
    unsigned jobs = 1;
    unsigned hang_after_s = 120;
    std::int64_t seconds_max = 600;      // of real time; the smallest run found till then is written
};
int shrink_seed(const ShrinkCommand& command);

struct PlantedCommand {
    unsigned jobs = 1;
    std::uint64_t seeds_max = 1000;      // a bug that these do not catch is a blind spot
    unsigned repeat = 3;                 // hunts for each, as far as the time goes; every bug has had its first before
    std::int64_t cpu_seconds_max = 1200;      // of all workers together: ten minutes of two cores
    std::int64_t hunt_cpu_seconds_max = 300;  // of one hunt
    std::string only;                    // empty: all
};
int run_planted(const PlantedCommand& command);

// What a checker that knows nothing but the history says to it.
int check_history_file(const std::string& file);

struct ExhaustiveCommand {
    SmallScopeBounds bounds;
    std::string planted;       // without bounds of one's own: within those that show it
    unsigned jobs = 1;
};
int explore(const ExhaustiveCommand& command);
int explore_planted(const ExhaustiveCommand& command);   // all of them, as a table

struct ReplayCommand {
    std::uint64_t seed = 1;
    RunOptions options;
    std::string planted;
    std::string plan;       // files; empty: none
    std::string save_plan;
    std::string trace;
    std::string history;
    std::string html;       // a drawing of the run
    bool json = false;
};
int replay_seed(const ReplayCommand& command);

int list_things(const std::string& what);

Profile profile_of(std::uint64_t seed, Choice choice);
// What a seed draws for itself, then what was given by hand.
RunOptions options_of(std::uint64_t seed, Profile profile, bool is_canary, const std::map<std::string, std::int64_t>& overrides);

}  // namespace parley::sim
