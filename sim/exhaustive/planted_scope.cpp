#include "sim/exhaustive/planted_scope.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

namespace parley::sim {
namespace {

template <class Change>
PlantedScope scope(const char* bug, Change change, bool is_quick = true) {
    PlantedScope result{bug, {}, is_quick};
    change(result.bounds);
    // What is shown quickly is given up soon; what takes longer is looked for to the end.
    result.bounds.states_max = is_quick ? 250'000 : 8'000'000;
    return result;
}

using Bounds = SmallScopeBounds;
constexpr auto usual = [](Bounds&) {};

}  // namespace

std::span<const PlantedScope> planted_scopes() {
    static const std::array scopes{
        scope("acceptor_ignores_promise", usual),
        scope("promise_hides_records", usual),
        scope("quorum_one_short", usual),
        scope("ballot_reused_after_restart", usual),
        scope("accept_promises_nothing", usual),
        scope("chosen_ignores_ballot", [](Bounds& b) { b.crashes = 0, b.notices = true; }),
        scope("adopt_lowest_ballot", [](Bounds& b) { b.ballots = 3, b.crashes = 0; }),
        scope("candidate_counts_old_promises", [](Bounds& b) { b.ballots = 3, b.crashes = 0, b.stale = true; }),
        scope("quorum_counts_duplicates", [](Bounds& b) { b.ballots = 1, b.crashes = 0, b.voters = 5, b.down = 2, b.repeats = 1; }),
        scope("leader_counts_other_ballots", [](Bounds& b) { b.crashes = 0, b.voters = 5, b.down = 2, b.stale = true; }),
        scope("noop_over_missing_answer", [](Bounds& b) { b.crashes = 0, b.damaged = 1; }),
        scope("floor_not_checked", [](Bounds& b) { b.ballots = 3, b.crashes = 0, b.down = 1, b.pre_prepare = true, b.let_go = 1; }),
        scope("read_without_quorum", [](Bounds& b) { b.crashes = 0, b.reads = 1; }, false),
        scope("read_before_recovery", [](Bounds& b) { b.crashes = 0, b.reads = 1, b.heartbeats = true; }, false),
        scope("read_answers_not_matched",
              [](Bounds& b) { b.ballots = 1, b.crashes = 0, b.down = 1, b.commands = 1, b.reads = 2, b.heartbeats = true, b.repeats = 1; }, false),
    };
    return scopes;
}

const PlantedScope* find_planted_scope(std::string_view bug) {
    const auto scopes = planted_scopes();
    const auto found = std::ranges::find_if(scopes, [bug](const PlantedScope& scope) { return scope.bug == bug; });
    return found == scopes.end() ? nullptr : &*found;
}

std::optional<std::string> beyond_small_scope(const PlantedBug& bug) {
    const std::string_view name = bug.name;
    const std::string_view rule = bug.rule;
    if (rule == "P8") return "costs time and no safety, and time is no subject here";
    if (rule == "P10") return "leases hang on clocks, and time is no subject here";
    if (rule == "P11") return "membership does not change here";
    if (rule == "P14") return "log time hangs on clocks, and time is no subject here";
    if (rule == "P15") return "costs memory and no safety, and memory is no subject here";
    if (rule == "P16") return "wastes room on a disk and no safety, and disks here have no end";
    if (rule == "levels") return "all nodes are one program here";
    if (name == "catch_up_serves_unchosen") return "takes 15 events, a damaged record and two reconnects; 14,000,000 states reach 13";
    return std::nullopt;
}

std::string command_line(const SmallScopeBounds& bounds) {
    const SmallScopeBounds usual_bounds;
    std::string line;
    const auto number = [&line](const char* name, int value, int plain) {
        if (value != plain) line += fmt::format("{}--{} {}", line.empty() ? "" : " ", name, value);
    };
    const auto flag = [&line](const char* name, bool is_on) {
        if (is_on) line += fmt::format("{}--{}", line.empty() ? "" : " ", name);
    };
    number("ballots", bounds.ballots, usual_bounds.ballots);
    number("commands", bounds.commands, usual_bounds.commands);
    number("crashes", bounds.crashes, usual_bounds.crashes);
    number("voters", bounds.voters, usual_bounds.voters);
    number("down", bounds.down, usual_bounds.down);
    number("repeats", bounds.repeats, usual_bounds.repeats);
    number("damaged", bounds.damaged, usual_bounds.damaged);
    number("reads", bounds.reads, usual_bounds.reads);
    number("reconnects", bounds.reconnects, usual_bounds.reconnects);
    number("let-go", bounds.let_go, usual_bounds.let_go);
    flag("stale", bounds.stale);
    flag("notices", bounds.notices);
    flag("heartbeats", bounds.heartbeats);
    flag("catch-up", bounds.catch_up);
    flag("pre-prepare", bounds.pre_prepare);
    return line.empty() ? "default" : line;
}

}  // namespace parley::sim
