#include "sim/run/report.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "net/archive/archive.hpp"
#include "sim/chance.hpp"

namespace parley::sim {

constexpr Profile greatest(Profile) { return Profile::reconfig; }

template <class Archive>
void serialize(Archive& archive, Outcome& outcome, unsigned) {
    using net::make_nvp;
    archive & make_nvp("seed", outcome.seed) & make_nvp("profile", outcome.profile) & make_nvp("hash", outcome.hash) &
        make_nvp("events", outcome.events) & make_nvp("operations", outcome.operations) & make_nvp("snapshots", outcome.snapshots) & make_nvp("stalled", outcome.stalled) &
        make_nvp("simulated_ms", outcome.simulated_ms) & make_nvp("cpu_us", outcome.cpu_us) &
        make_nvp("faults", outcome.faults) & make_nvp("marks", outcome.marks) & make_nvp("failed", outcome.failed) & make_nvp("oracle", outcome.oracle) &
        make_nvp("what", outcome.what) & make_nvp("at_ms", outcome.at_ms) & make_nvp("event", outcome.event) &
        make_nvp("plan_size", outcome.plan_size);
}

namespace {

Oracle oracle_of(const Outcome& outcome) {
    return static_cast<Oracle>(std::min<std::size_t>(outcome.oracle, oracles - 1));
}

// A list under its title, in lines that a terminal shows whole.
std::string listed(const std::string& title, const std::vector<std::string>& items) {
    constexpr std::size_t width = 100;
    std::string text = title + ":" + (items.empty() ? " none" : "");
    std::size_t column = text.size();
    for (const std::string& item : items) {
        if (column + 1 + item.size() > width) {
            text += "\n   ";
            column = 3;
        }
        text += " " + item;
        column += 1 + item.size();
    }
    return text + "\n";
}

std::int64_t ms_of(net::Duration time) { return std::chrono::duration_cast<std::chrono::milliseconds>(time).count(); }

}  // namespace

Outcome outcome_of(const RunResult& result, Profile profile, std::int64_t cpu_us) {
    Outcome outcome;
    outcome.seed = result.seed;
    outcome.profile = profile;
    outcome.hash = result.hash;
    outcome.events = result.events;
    outcome.operations = result.operations;
    outcome.snapshots = result.snapshots;
    outcome.stalled = result.stalled;
    outcome.simulated_ms = ms_of(result.simulated);
    outcome.cpu_us = cpu_us;
    for (const auto& [kind, count] : result.faults) outcome.faults[static_cast<std::uint8_t>(kind)] = count;
    outcome.marks = result.marks;
    outcome.plan_size = result.plan.size();
    if (result.verdict) {
        outcome.failed = true;
        outcome.oracle = static_cast<std::uint8_t>(result.verdict->oracle);
        outcome.what = result.verdict->what;
        outcome.at_ms = ms_of(result.verdict->at - EventQueue::beginning);
        outcome.event = result.verdict->event.value;
    }
    return outcome;
}

Outcome crashed(std::uint64_t seed, Profile profile, const std::string& how) {
    Outcome outcome;
    outcome.seed = seed;
    outcome.profile = profile;
    outcome.failed = true;
    outcome.oracle = static_cast<std::uint8_t>(Oracle::crash);
    outcome.what = how;
    return outcome;
}

std::string packed(const Outcome& outcome) {
    const net::Bytes bytes = net::encode(outcome);
    std::string text;
    for (const std::byte byte : bytes) text.push_back(static_cast<char>(byte));
    return text;
}

net::Result<Outcome> unpacked(const std::string& text) { return net::decode<Outcome>(std::as_bytes(std::span{text})); }

std::string failure_lines(const Outcome& outcome, const std::string& replay_command) {
    return fmt::format("seed {} failed: {}: {}\n    first bad event {:016x} at {} ms, {} faults before it\n    {}\n",
                       outcome.seed, name_of(oracle_of(outcome)), outcome.what, outcome.event, outcome.at_ms,
                       outcome.plan_size, replay_command);
}

std::string failure_json(const Outcome& outcome, const std::string& replay_command) {
    const nlohmann::json json{{"seed", outcome.seed},
                              {"failed", outcome.failed},
                              {"oracle", name_of(oracle_of(outcome))},
                              {"what", outcome.what},
                              {"event", fmt::format("{:016x}", outcome.event)},
                              {"at_ms", outcome.at_ms},
                              {"faults", outcome.plan_size},
                              {"replay", replay_command}};
    return json.dump() + "\n";
}

void Summary::add(const Outcome& outcome) {
    ++seeds_;
    hash_ += hash_of(outcome.seed, outcome.hash);
    events_ += outcome.events;
    operations_ += outcome.operations;
    snapshots_ += outcome.snapshots;
    stalled_ += outcome.stalled ? 1U : 0U;
    simulated_ms_ += outcome.simulated_ms;
    cpu_us_ += outcome.cpu_us;
    for (const auto& [kind, count] : outcome.faults) faults_[kind] += count;
    Content& content = profiles_[static_cast<std::uint8_t>(outcome.profile)];
    content.operations.push_back(outcome.operations);
    content.faults.push_back(outcome.plan_size);
    for (const auto& [name, hits] : outcome.marks) marks_[name] += hits > 0 ? 1U : 0U;
    if (outcome.failed) ++failures_[outcome.oracle];
}

int Summary::exit_code() const {
    for (const int code : {10, 13, 12, 11}) {
        for (const auto& [oracle, count] : failures_) {
            if (exit_code_of(static_cast<Oracle>(oracle)) == code) return code;
        }
    }
    return 0;
}

std::string Summary::progress() const {
    std::uint64_t failed = 0;
    for (const auto& [oracle, count] : failures_) failed += count;
    return fmt::format("{} seeds run, {} failed", seeds_, failed);
}

std::string Summary::medians() const {
    const auto median = [](std::vector<std::uint64_t> values) {
        const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        std::nth_element(values.begin(), middle, values.end());
        return *middle;
    };
    std::string text;
    for (const auto& [profile, content] : profiles_) {
        text += fmt::format("{}median {} seed: {} acknowledged requests, {} faults", text.empty() ? "" : "; ",
                            name_of(static_cast<Profile>(profile)), median(content.operations), median(content.faults));
    }
    return text.empty() ? text : text + "\n";
}

// What no run reached and what was never injected is what these seeds say nothing about.
std::string Summary::never_seen() const {
    std::vector<std::string> unreached;
    for (const auto& [name, runs] : marks_) {
        if (runs == 0) unreached.push_back(name);
    }
    std::vector<std::string> uninjected;
    for (std::uint8_t kind = 0; kind < fault_kinds; ++kind) {
        if (!faults_.contains(kind)) uninjected.emplace_back(name_of(static_cast<FaultKind>(kind)));
    }
    const std::size_t reached = marks_.size() - unreached.size();
    std::string text = fmt::format("{} of {} probes and rare ways reached ({:.1f} %)\n", reached, marks_.size(),
                                   marks_.empty() ? 100.0 : 100.0 * static_cast<double>(reached) / static_cast<double>(marks_.size()));
    if (!unreached.empty()) text += listed("never reached", unreached);
    text += fmt::format("{} of {} kinds of faults injected\n", faults_.size(), fault_kinds);
    if (!uninjected.empty()) text += listed("never injected", uninjected);
    return text;
}

std::string Summary::text(std::int64_t wall_ms) const {
    const auto cpu_ms = std::max<std::int64_t>(cpu_us_ / 1000, 1);
    std::string text = fmt::format("{} seeds", seeds_);
    for (const auto& [profile, content] : profiles_) text += fmt::format(", {} {}", content.faults.size(), name_of(static_cast<Profile>(profile)));
    text += fmt::format("; {} events, {} acknowledged requests, {} snapshots installed, {} runs stalled by right; hash {:016x}\n", events_, operations_,
                        snapshots_, stalled_, hash_);
    text += fmt::format("simulated {:.1f} s in {:.1f} s of CPU ({:.1f} s of real time): ratio {:.1f}, {} events a CPU second\n",
                        static_cast<double>(simulated_ms_) / 1000.0, static_cast<double>(cpu_ms) / 1000.0,
                        static_cast<double>(wall_ms) / 1000.0, static_cast<double>(simulated_ms_) / static_cast<double>(cpu_ms),
                        static_cast<std::int64_t>(events_) * 1000 / cpu_ms);
    text += medians();
    std::vector<std::string> faults;
    for (const auto& [kind, count] : faults_) faults.push_back(fmt::format("{} {}", name_of(static_cast<FaultKind>(kind)), count));
    text += listed("faults", faults);
    std::vector<std::string> reached;
    for (const auto& [name, runs] : marks_) {
        if (runs > 0) reached.push_back(fmt::format("{} {}", name, runs));
    }
    text += listed("runs that reached", reached);
    text += never_seen();
    std::uint64_t failed = 0;
    for (const auto& [oracle, count] : failures_) failed += count;
    text += fmt::format("failures: {}\n", failed);
    for (const auto& [oracle, count] : failures_) text += fmt::format("    {}: {}\n", name_of(static_cast<Oracle>(oracle)), count);
    return text;
}

std::string Summary::json(std::int64_t wall_ms) const {
    nlohmann::json faults = nlohmann::json::object();
    for (const auto& [kind, count] : faults_) faults[name_of(static_cast<FaultKind>(kind))] = count;
    nlohmann::json failures = nlohmann::json::object();
    for (const auto& [oracle, count] : failures_) failures[name_of(static_cast<Oracle>(oracle))] = count;
    const nlohmann::json json{{"seeds", seeds_},         {"hash", fmt::format("{:016x}", hash_)}, {"events", events_},     {"acknowledged", operations_}, {"snapshots", snapshots_}, {"stalled", stalled_},
                              {"simulated_ms", simulated_ms_}, {"cpu_us", cpu_us_}, {"wall_ms", wall_ms},
                              {"faults", faults},        {"reached", marks_},        {"failures", failures}};
    return json.dump() + "\n";
}

}  // namespace parley::sim
