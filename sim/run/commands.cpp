#include "sim/run/commands.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "net/ports/probe.hpp"
#include "sim/chance.hpp"
#include "sim/planted.hpp"
#include "sim/run/case_file.hpp"
#include "sim/run/drawing.hpp"
#include "sim/run/farm.hpp"
#include "sim/run/history_check.hpp"
#include "sim/run/report.hpp"

namespace parley::sim {
namespace {

std::int64_t cpu_us() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

std::string replay_command(std::uint64_t seed, const RunOptions& options, const std::string& planted) {
    std::string line = fmt::format("parley-sim replay --seed {} {}", seed, command_line(options));
    if (!planted.empty()) line += " --planted " + planted;
    return line;
}

std::string run_one(const RunCommand& command, std::uint64_t seed) {
    if (!command.planted.empty()) plant(command.planted);
    const Profile profile = profile_of(seed, command.choice);
    const RunOptions options = options_of(seed, profile, command.is_canary, command.overrides);
    const std::int64_t begin = cpu_us();
    const bool twice = command.twice_every != 0 && seed % command.twice_every == 0;
    Observers observers;
    if (!command.keep.empty()) observers.fault = say_fault;
    const RunResult result = twice ? run_world_twice(seed, options, observers.fault) : run_world(seed, options, nullptr, observers);
    return packed(outcome_of(result, profile, (cpu_us() - begin) / (twice ? 2 : 1)));
}

// Case files appear as seeds fail, so that a long run that is ended has kept what it found.
void keep_case(const RunCommand& command, const Outcome& outcome, const RunOptions& options, const std::string& said) {
    std::error_code failed;
    std::filesystem::create_directories(command.keep, failed);
    const std::string path = fmt::format("{}/seed-{}.case", command.keep, outcome.seed);
    std::ofstream out{path};
    write_case(out, CaseFile{outcome.seed, options, command.planted, name_of(static_cast<Oracle>(outcome.oracle)), outcome.what,
                             plan_said(said)});
    if (!out.flush()) fmt::print(stderr, "parley-sim: {} cannot be written\n", path);
}

Outcome outcome_from(const RunCommand& command, const FarmResult& result) {
    const Profile profile = profile_of(result.seed, command.choice);
    if (result.died) return crashed(result.seed, profile, result.text);
    const auto outcome = unpacked(result.text);
    return outcome ? *outcome : crashed(result.seed, profile, "a worker answered nonsense");
}

// A terminal sees a line that counts; a log gets one now and then.
std::int64_t progress_every_ms(bool is_terminal) { return is_terminal ? 500 : 30'000; }

void print(const std::string& text) {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

void write_trace_line(std::ostream& out, const Dispatched& line) {
    out << fmt::format("{{\"t\":{},\"event\":\"{:016x}\",\"machine\":{},\"kind\":\"{}\"}}\n",
                       (line.at - EventQueue::beginning).count(), line.id.value, line.machine.value, name_of(line.kind));
}

// Who says what about which slots, at which ballot.
void write_message_line(std::ostream& out, net::Instant at, MachineId from, const consensus::Message& message) {
    std::string what;
    const auto ballot = [](consensus::Ballot one) { return fmt::format("\"ballot\":\"{}.{:x}\"", one.round, one.node.value); };
    if (const auto* prepare = std::get_if<consensus::Prepare>(&message)) {
        what = fmt::format("{},\"from\":{}", ballot(prepare->ballot), prepare->from.value);
    } else if (const auto* question = std::get_if<consensus::PrePrepare>(&message)) {
        what = fmt::format("{},\"chosen_through\":{}", ballot(question->ballot), question->chosen_through.value);
    } else if (const auto* answer = std::get_if<consensus::PrePrepareAnswer>(&message)) {
        what = fmt::format("{},\"granted\":{}", ballot(answer->ballot), answer->granted);
    } else if (const auto* promise = std::get_if<consensus::Promise>(&message)) {
        what = fmt::format("{},\"chosen_through\":{},\"from\":{},\"last\":{},\"accepted\":[", ballot(promise->ballot),
                           promise->chosen_through.value, promise->covered_from.value, promise->last);
        for (const auto& held : promise->accepted) {
            what += fmt::format("{}{{\"slot\":{},{}}}", what.back() == '[' ? "" : ",", held.slot.value, ballot(held.ballot));
        }
        what += "]";
    } else if (const auto* accept = std::get_if<consensus::Accept>(&message)) {
        what = fmt::format("{},\"slot\":{},\"chosen_through\":{},\"value\":\"{:016x}\"", ballot(accept->ballot), accept->slot.value,
                           accept->chosen_through.value, hash_of_value(accept->value));
    } else if (const auto* accepted = std::get_if<consensus::Accepted>(&message)) {
        what = fmt::format("{},\"from\":{},\"through\":{}", ballot(accepted->ballot), accepted->from.value, accepted->through.value);
    } else if (const auto* data = std::get_if<consensus::CatchUpData>(&message)) {
        what = fmt::format("\"from\":{},\"slots\":{},\"chosen_through\":{}", data->from.value, data->chosen.size(),
                           data->chosen_through.value);
    }
    out << fmt::format("{{\"t\":{},\"machine\":{},\"says\":\"{}\"{}{}}}\n", (at - EventQueue::beginning).count(), from.value,
                       consensus::message_name(message), what.empty() ? "" : ",", what);
}

using Lines = std::vector<std::pair<net::Instant, std::string>>;

// Calls and returns as they came, the planned faults put between them.
void write_history(const std::string& file, std::uint64_t seed, Lines lines, const FaultPlan& plan) {
    for (const FaultEntry& entry : plan) {
        if (entry.kind < FaultKind::kill) continue;   // one frame's fate says nothing to a checker
        lines.emplace_back(entry.at, fmt::format("{{\"e\":\"fault\",\"t\":{},\"kind\":\"{}\",\"arg\":\"{}\"}}",
                                                 (entry.at - EventQueue::beginning).count(), name_of(entry.kind),
                                                 fmt::join(entry.arguments, ",")));
    }
    std::stable_sort(lines.begin(), lines.end(), [](const auto& one, const auto& other) { return one.first < other.first; });
    std::ofstream out{file};
    out << fmt::format("{{\"v\":1,\"run\":\"seed {}\",\"clock\":\"event\"}}\n", seed);
    for (const auto& [at, line] : lines) out << line << '\n';
}

}  // namespace

Profile profile_of(std::uint64_t seed, Choice choice) {
    switch (choice) {
        case Choice::toy: return Profile::toy;
        case Choice::sqlite: return Profile::sqlite;
        case Choice::reconfig: return Profile::reconfig;
        case Choice::swarm: break;
    }
    if (hash_of(seed, hash_of_text("profile")) % 5 == 0) return Profile::sqlite;
    return hash_of(seed, hash_of_text("reconfig")) % 6 == 0 ? Profile::reconfig : Profile::toy;
}

RunOptions options_of(std::uint64_t seed, Profile profile, bool is_canary, const std::map<std::string, std::int64_t>& overrides) {
    RunOptions options = draw_options(seed, profile);
    if (is_canary) options.canary = 1;
    for (const OptionField& field : option_fields()) {
        const auto given = overrides.find(field.name);
        if (given != overrides.end()) options.*field.field = given->second;
    }
    return options;
}

int run_seeds(const RunCommand& command) {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    const auto passed_ms = [begin] {
        return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count();
    };
    std::uint64_t seed = command.first;
    const auto next = [&]() -> std::optional<std::uint64_t> {
        if (command.for_seconds ? passed_ms() >= *command.for_seconds * 1000 : seed > command.last) return std::nullopt;
        return seed++;
    };
    Summary summary;
    const bool is_terminal = ::isatty(STDERR_FILENO) != 0;
    std::int64_t next_progress_ms = progress_every_ms(is_terminal);
    const auto show_progress = [&] {
        if (command.json || passed_ms() < next_progress_ms) return;
        next_progress_ms = passed_ms() + progress_every_ms(is_terminal);
        fmt::print(stderr, "{}parley-sim: {}{}", is_terminal ? "\r\033[K" : "", summary.progress(), is_terminal ? "" : "\n");
    };
    const auto done = [&](const FarmResult& result) {
        const Outcome outcome = outcome_from(command, result);
        summary.add(outcome);
        show_progress();
        if (!outcome.failed) return true;
        const RunOptions options = options_of(outcome.seed, outcome.profile, command.is_canary, command.overrides);
        const std::string replay = replay_command(outcome.seed, options, command.planted);
        print(command.json ? failure_json(outcome, replay) : failure_lines(outcome, replay));
        if (!command.keep.empty()) keep_case(command, outcome, options, result.said);
        return !command.stop_at_first;
    };
    farm({command.jobs, command.hang_after_s}, next, [&](std::uint64_t one) { return run_one(command, one); }, done);
    if (is_terminal && !command.json) fmt::print(stderr, "\r\033[K");
    print(command.json ? summary.json(passed_ms()) : summary.text(passed_ms()));
    return summary.exit_code();
}

int replay_seed(const ReplayCommand& command) {
    if (!command.planted.empty()) plant(command.planted);
    FaultPlan plan;
    if (!command.plan.empty()) {
        auto read = read_case_file(command.plan);
        if (!read) {
            fmt::print(stderr, "parley-sim: {}\n", read.error().message);
            return 2;
        }
        plan = std::move(read->plan);
    }
    std::ofstream trace;
    Observers observers;
    if (!command.trace.empty()) {
        trace.open(command.trace);
        observers.event = [&trace](const Dispatched& line) { write_trace_line(trace, line); };
        observers.message = [&trace](net::Instant at, MachineId from, const consensus::Message& message) {
            write_message_line(trace, at, from, message);
        };
    }
    Drawing drawing{command.options};
    if (!command.html.empty()) {
        observers.event = [&drawing, trace_event = std::move(observers.event)](const Dispatched& line) {
            if (trace_event) trace_event(line);
            drawing.add_event(line);
        };
        observers.message = [&drawing, trace_message = std::move(observers.message)](net::Instant at, MachineId from,
                                                                                   const consensus::Message& message) {
            if (trace_message) trace_message(at, from, message);
            drawing.add_message(at, from, message);
        };
    }
    Lines history;
    if (!command.history.empty()) {
        observers.history = [&history](net::Instant at, const std::string& line) { history.emplace_back(at, line); };
    }
    const std::int64_t begin = cpu_us();
    const RunResult result = run_world(command.seed, command.options, command.plan.empty() ? nullptr : &plan, observers);
    const Outcome outcome = outcome_of(result, command.options.profile, cpu_us() - begin);
    if (!command.save_plan.empty()) {
        std::ofstream out{command.save_plan};
        write_case(out, CaseFile{command.seed, command.options, command.planted, "", "", result.plan});
    }
    if (!command.history.empty()) write_history(command.history, command.seed, std::move(history), result.plan);
    const std::string replay = replay_command(command.seed, command.options, command.planted);
    if (!command.html.empty()) {
        std::ofstream out{command.html};
        drawing.write(out, result, replay);
    }
    if (outcome.failed) {
        print(command.json ? failure_json(outcome, replay) : failure_lines(outcome, replay));
    }
    print(fmt::format("seed {}: hash {:016x}, {} events, {} acknowledged requests, {} ms simulated, {} faults\n", outcome.seed,
                      outcome.hash, outcome.events, outcome.operations, outcome.simulated_ms, outcome.plan_size));
    return outcome.failed ? exit_code_of(static_cast<Oracle>(outcome.oracle)) : 0;
}

int check_history_file(const std::string& file) {
    std::ifstream in{file};
    const auto report = in ? check_history(in) : net::Result<HistoryReport>{net::Error{net::ErrorKind::not_found, "it cannot be opened"}};
    if (!report) {
        fmt::print(stderr, "parley-sim: {}: {}\n", file, report.error().message);
        return 2;
    }
    for (const std::string& violation : report->violations) print(violation + "\n");
    print(fmt::format("{} calls, {} acknowledged, {} reads, {} without an answer that took effect, {} that did not{}: {}\n", report->calls, report->acknowledged,
                      report->reads, report->settled, report->without_effect, report->has_final_state ? "" : " (no final state)",
                      report->violations.empty() ? "every append once, in an order that its times allow" : "not a history of one log"));
    return report->violations.empty() ? 0 : exit_code_of(Oracle::exactly_once);
}

int list_things(const std::string& what) {
    if (what == "faults") {
        for (std::size_t i = 0; i < fault_kinds; ++i) {
            print(fmt::format("{:<12} {}\n", name_of(static_cast<FaultKind>(i)), meaning_of(static_cast<FaultKind>(i))));
        }
    } else if (what == "oracles") {
        for (std::size_t i = 0; i < oracles; ++i) {
            print(fmt::format("{:<17} {} (exit code {})\n", name_of(static_cast<Oracle>(i)), meaning_of(static_cast<Oracle>(i)),
                              exit_code_of(static_cast<Oracle>(i))));
        }
    } else if (what == "probes") {
        for (const auto& [name, hits] : net::mark_hits()) print(name + "\n");
    } else {
        for (const PlantedBug& bug : planted_bugs()) print(fmt::format("{:<36} {:<18} {}\n", bug.name, bug.where, bug.breaks));
        if (!can_plant()) print("This build cannot switch them on: use the planted, dev or asan preset.\n");
    }
    return 0;
}

}  // namespace parley::sim
