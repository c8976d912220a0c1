// parley-sim: reads the command line of the simulator. The composition root of simulated worlds; no port of production
// is named here.
#include <cstdio>
#include <map>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "sim/planted.hpp"
#include "sim/run/case_file.hpp"
#include "sim/run/commands.hpp"
#include "sim/run/memory.hpp"

namespace {

using namespace parley::sim;

constexpr int usage = 2;

void add_options(CLI::App& app, std::map<std::string, std::int64_t>& overrides) {
    for (const OptionField& field : option_fields()) {
        if (app.get_option_no_throw(std::string{"--"} + field.name) != nullptr) continue;   // a flag of its own there
        app.add_option_function<std::int64_t>(
               std::string{"--"} + field.name, [&overrides, name = field.name](const std::int64_t& value) { overrides[name] = value; },
               "option of a run")
            ->check(CLI::Range(field.low, field.high))
            ->group("Options of a run");
    }
}

bool read_seeds(const std::string& text, RunCommand& command) {
    const std::size_t dots = text.find("..");
    try {
        std::size_t used = 0;
        command.first = std::stoull(text, &used);
        command.last = command.first;
        if (dots == std::string::npos) return used == text.size();
        if (used != dots) return false;
        const std::string rest = text.substr(dots + 2);
        command.last = std::stoull(rest, &used);
        return used == rest.size() && command.last >= command.first;
    } catch (const std::exception&) {
        return false;
    }
}

bool read_seconds(const std::string& text, RunCommand& command) {
    try {
        std::size_t used = 0;
        const long long count = std::stoll(text, &used);
        const std::string unit = text.substr(used);
        if (count <= 0 || (unit != "" && unit != "s" && unit != "m" && unit != "h")) return false;
        command.for_seconds = count * (unit == "h" ? 3600 : unit == "m" ? 60 : 1);
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

int complain(const std::string& sentence) {
    fmt::print(stderr, "parley-sim: {}\n", sentence);
    return usage;
}

int check_planted(const std::string& name) {
    if (name.empty()) return 0;
    if (find_planted(name) == nullptr) return complain("there is no planted bug \"" + name + "\"; see parley-sim list planted");
    if (!can_plant()) return complain("this build has no planted bugs; use the planted, dev or asan preset");
    return 0;
}

Choice choice_of(const std::string& name) {
    if (name == "toy") return Choice::toy;
    if (name == "sqlite") return Choice::sqlite;
    return name == "reconfig" ? Choice::reconfig : Choice::swarm;
}

RunOptions options_from(const std::string& profile, const std::map<std::string, std::int64_t>& given) {
    RunOptions options;
    options.profile = profile_named(profile).value_or(Profile::toy);
    for (const OptionField& field : option_fields()) {
        if (given.contains(field.name)) options.*field.field = given.at(field.name);
    }
    return options;
}

}  // namespace

int main(int count, char** arguments) {
    keep_memory();
    CLI::App app{"Runs whole Parley clusters in simulated worlds, with faults, and judges them."};
    app.require_subcommand(1);

    RunCommand run;
    std::string seeds = "1..100";
    std::string duration;
    std::string choice = "swarm";
    CLI::App* run_app = app.add_subcommand("run", "many seeds, each drawing its own options");
    run_app->add_option("--seeds", seeds, "A..B, or one seed");
    run_app->add_option("--for", duration, "so long instead, from the first seed on: 60s, 5m, 8h");
    run_app->add_option("--jobs", run.jobs, "worlds at a time")->check(CLI::Range(1U, 256U));
    run_app->add_option("--profile", choice, "swarm, toy, sqlite or reconfig")->check(CLI::IsMember({"swarm", "toy", "sqlite", "reconfig"}));
    run_app->add_option("--planted", run.planted, "switch a planted bug on; stops when it is caught");
    run_app->add_option("--twice-every", run.twice_every, "every so many seeds runs twice; 0 never");
    run_app->add_option("--hang-after-s", run.hang_after_s, "seconds of CPU time after which a run counts as hung");
    run_app->add_option("--keep", run.keep, "a folder for the case files of failing seeds");
    run_app->add_flag("--canary", run.is_canary, "a state machine that lies: must fail");
    run_app->add_flag("--stop-at-first", run.stop_at_first, "end at the first failure");
    run_app->add_flag("--json", run.json, "for scripts");
    add_options(*run_app, run.overrides);

    ReplayCommand replay;
    std::string replay_profile = "toy";
    std::map<std::string, std::int64_t> replay_overrides;
    CLI::App* replay_app = app.add_subcommand("replay", "one seed with the options given");
    auto* replay_seed_option = replay_app->add_option("--seed", replay.seed, "which");
    std::string case_file;
    auto* case_option = replay_app->add_option("--case", case_file, "seed, options and plan of this file, as shrink writes it")->excludes(replay_seed_option);
    replay_app->add_option("--profile", replay_profile, "toy, sqlite or reconfig")->check(CLI::IsMember({"toy", "sqlite", "reconfig"}));
    replay_app->add_option("--plan", replay.plan, "the fault plan to follow instead of drawing one");
    replay_app->add_option("--save-plan", replay.save_plan, "write down the faults that struck");
    replay_app->add_option("--trace", replay.trace, "every event, JSON lines");
    replay_app->add_option("--history", replay.history, "what clients asked and were told, JSON lines");
    replay_app->add_option("--html", replay.html, "a drawing of the run, one page without outside parts");
    replay_app->add_option("--planted", replay.planted, "switch a planted bug on");
    replay_app->add_flag("--json", replay.json, "for scripts");
    add_options(*replay_app, replay_overrides);

    ShrinkCommand shrink;
    std::string shrink_profile = "toy";
    std::map<std::string, std::int64_t> shrink_overrides;
    CLI::App* shrink_app = app.add_subcommand("shrink", "makes a failing run small while the same oracle fails, and writes it as a case file");
    shrink_app->add_option("--seed", shrink.seed, "which")->required();
    shrink_app->add_option("--profile", shrink_profile, "toy, sqlite or reconfig")->check(CLI::IsMember({"toy", "sqlite", "reconfig"}));
    shrink_app->add_option("--out", shrink.out, "the case file; seed-S.case if not given");
    shrink_app->add_option("--jobs", shrink.jobs, "worlds at a time")->check(CLI::Range(1U, 256U));
    shrink_app->add_option("--seconds-max", shrink.seconds_max, "real time to spend")->check(CLI::Range(1, 1 << 20));
    shrink_app->add_option("--planted", shrink.planted, "switch a planted bug on");
    add_options(*shrink_app, shrink_overrides);

    PlantedCommand planted;
    CLI::App* planted_app = app.add_subcommand("planted", "switches every planted bug on until it is caught (planted, dev and asan builds)");
    planted_app->add_option("--jobs", planted.jobs, "worlds at a time")->check(CLI::Range(1U, 256U));
    planted_app->add_option("--seeds-max", planted.seeds_max, "seeds to try for each");
    planted_app->add_option("--repeat", planted.repeat, "hunts for each, from other seeds, while there is time; the median is printed")->check(CLI::Range(1U, 99U));
    planted_app->add_option("--cpu-seconds-max", planted.cpu_seconds_max, "CPU time for everything")->check(CLI::Range(1, 1 << 20));
    planted_app->add_option("--hunt-cpu-seconds-max", planted.hunt_cpu_seconds_max, "CPU time for one hunt")->check(CLI::Range(1, 1 << 20));
    planted_app->add_option("--only", planted.only, "this one alone");

    ExhaustiveCommand small;
    CLI::App* small_app = app.add_subcommand("exhaustive", "every order of events among a few voters, within bounds");
    small_app->add_option("--ballots", small.bounds.ballots, "attempts to lead")->check(CLI::Range(1, 4));
    small_app->add_option("--commands", small.bounds.commands, "slots behind the leader's own no-op")->check(CLI::Range(0, 3));
    small_app->add_option("--crashes", small.bounds.crashes, "deaths, at rest or before a sync")->check(CLI::Range(0, 3));
    small_app->add_option("--repeats", small.bounds.repeats, "deliveries after which the message comes once more")->check(CLI::Range(0, 3));
    small_app->add_flag("--stale", small.bounds.stale, "answers to earlier attempts travel, too");
    small_app->add_flag("--notices", small.bounds.notices, "chosen notices travel too");
    small_app->add_option("--voters", small.bounds.voters, "how many voters there are")->check(CLI::Range(1, small_voters_max));
    small_app->add_option("--down", small.bounds.down, "of them, voters that nobody ever reaches")->check(CLI::Range(0, 2));
    small_app->add_option("--damaged", small.bounds.damaged, "deaths after which a record is damaged")->check(CLI::Range(0, 2));
    small_app->add_option("--reads", small.bounds.reads, "reads that any node is asked for")->check(CLI::Range(0, 3));
    small_app->add_option("--reconnects", small.bounds.reconnects, "connections that come back")->check(CLI::Range(0, 4));
    small_app->add_option("--let-go", small.bounds.let_go, "compactions")->check(CLI::Range(0, 2));
    small_app->add_flag("--heartbeats", small.bounds.heartbeats, "heartbeats and their answers travel, too");
    small_app->add_flag("--catch-up", small.bounds.catch_up, "questions for chosen slots and their answers travel, too");
    small_app->add_flag("--pre-prepare", small.bounds.pre_prepare, "that round is not taken as granted");
    small_app->add_option("--depth", small.bounds.depth_max, "events on one path")->check(CLI::Range(1, 100'000));
    small_app->add_option("--states", small.bounds.states_max, "where to stop");
    small_app->add_option("--planted", small.planted, "switch a planted bug on; without bounds, those that show it; all: a table of all of them");
    small_app->add_option("--jobs", small.jobs, "searches at a time, for the table")->check(CLI::Range(1U, 256U));

    std::string history_file;
    CLI::App* check_app = app.add_subcommand("check", "reads a history as replay --history writes it, and says whether it is that of one log");
    check_app->add_option("file", history_file, "JSON lines")->required();

    std::string what;
    CLI::App* list_app = app.add_subcommand("list", "what there is");
    list_app->add_option("what", what, "faults, oracles, probes or planted")->required()->check(CLI::IsMember({"faults", "oracles", "probes", "planted"}));

    try {
        app.parse(count, arguments);
    } catch (const CLI::CallForHelp& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        return complain(error.what());
    }
    try {
        if (list_app->parsed()) return list_things(what);
        if (check_app->parsed()) return check_history_file(history_file);
        if (replay_app->parsed()) {
            if (case_option->count() + replay_seed_option->count() == 0) return complain("replay wants --seed or --case");
            replay.options = options_from(replay_profile, replay_overrides);
            if (!case_file.empty()) {
                const auto one = read_case_file(case_file);
                if (!one) return complain(one.error().message);
                replay.seed = one->seed;
                replay.options = one->options;
                replay.planted = one->planted;
                replay.plan = case_file;
            }
            if (const int wrong = check_planted(replay.planted)) return wrong;
            return replay_seed(replay);
        }
        if (planted_app->parsed()) {
            if (!can_plant()) return complain("this build has no planted bugs; use the planted, dev or asan preset");
            if (const int wrong = check_planted(planted.only)) return wrong;
            return run_planted(planted);
        }
        if (small_app->parsed()) {
            if (small.planted == "all") {
                if (!can_plant()) return complain("this build has no planted bugs; use the planted, dev or asan preset");
                return explore_planted(small);
            }
            if (const int wrong = check_planted(small.planted)) return wrong;
            return explore(small);
        }
        if (shrink_app->parsed()) {
            if (const int wrong = check_planted(shrink.planted)) return wrong;
            shrink.options = options_from(shrink_profile, shrink_overrides);
            if (shrink.out.empty()) shrink.out = fmt::format("seed-{}.case", shrink.seed);
            return shrink_seed(shrink);
        }
        if (!read_seeds(seeds, run)) return complain("--seeds wants A..B with A not above B");
        if (!duration.empty() && !read_seconds(duration, run)) return complain("--for wants a time such as 60s, 5m or 8h");
        if (const int wrong = check_planted(run.planted)) return wrong;
        if (!run.planted.empty()) {
            run.stop_at_first = true;
            for (const auto& [name, value] : focus_of(*find_planted(run.planted))) run.overrides.emplace(name, value);
        }
        run.choice = choice_of(choice);
        return run_seeds(run);
    } catch (const std::exception& error) {
        fmt::print(stderr, "parley-sim: {}\n", error.what());
        return 1;
    }
}
