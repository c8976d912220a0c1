#include "sim/fault_plan.hpp"

#include <array>
#include <istream>
#include <ostream>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "sim/chance.hpp"

namespace parley::sim {
namespace {

struct Described {
    const char* name;
    const char* meaning;
};

constexpr std::array<Described, fault_kinds> described{{
    {"lose", "a consensus frame never arrives"},
    {"duplicate", "a consensus frame arrives twice"},
    {"reorder", "a consensus frame leaves its place in the order of its link"},
    {"delay", "a frame takes far longer than the others"},
    {"flip", "one bit of a frame changes below the checksum"},
    {"reset", "a connection breaks and a suffix of what was sent is lost"},
    {"kill", "a process dies and starts again; its page cache lives"},
    {"power_cut", "a machine loses power: un-synced sectors and names are drawn, connections hang half-open"},
    {"partition", "two sides of the replicas cannot reach each other"},
    {"one_way", "frames from one replica to another get lost, the other way works"},
    {"isolate", "one replica is cut off from everybody, clients included"},
    {"pause", "a process stands still while the clocks run"},
    {"slow_disk", "every sync of one replica takes longer for a while"},
    {"clock_shift", "the wall clock of a replica jumps"},
    {"restart_all", "all replicas lose power at once"},
    {"client_kill", "a client's process dies and starts again from its store"},
    {"relay", "whoever leads is cut off from the others, round after round; the one before comes back"},
    {"rot_log", "a bit, a sector or a block of a replica's log changes on the medium: record, seal or header"},
    {"rot_meta", "a process dies and one copy of its meta is found changed"},
    {"misdirect", "one block of a write to the log lands on another block"},
    {"wipe", "a replica loses power and finds an empty disk: it may refuse to start for ever"},
    {"write_error", "a write to the log or the database stores a part and fails"},
    {"sync_error", "a sync fails: the pages look clean, the medium has not changed"},
    {"read_error", "a read of the log or the database fails"},
    {"disk_full", "for a while no file of a replica can grow"},
    {"stall", "one write of a replica takes very long"},
    {"clog", "a link delivers nothing for a while, then everything at once"},
    {"swizzle", "replicas are clogged one by one and released in another order"},
    {"drop_type", "one replica's messages of one type are lost for a while"},
    {"half_open", "connections between two machines carry nothing any more, and neither end is told"},
    {"reconnect", "all connections of all replicas break, round after round"},
    {"priorities", "links and replicas get very different speeds for a while"},
    {"clock_drift", "the wall clock of a replica runs fast or slow from now on"},
    {"clock_freeze", "the wall clock of a replica stands for a while, then jumps to the time"},
    {"suspend", "a machine stands still and its steady clock with it"},
    {"squeeze", "a slot is left on the leader and one follower, the leader is cut off and the follower's record of it damaged"},
    {"gap", "proposals of the leader are lost, later ones arrive, and then it is cut off"},
    {"rot_ahead", "a follower is cut off, and a record that it misses is found damaged on the leader"},
    {"rot_image", "a bit of a snapshot that a replica offers to others changes"},
    {"transfer", "whoever leads is asked to hand leadership over to another replica"},
    {"late_vote", "a replica that missed an election votes for the newest slots, fetches what it missed behind that, and is killed"},
    {"install_crash", "a replica that has fetched a snapshot dies in the middle of installing it"},
    {"lone_leader", "whoever leads and a follower are cut off, and when they are back nobody but the one that led answers the other's questions"},
    {"add", "whoever leads is asked to take a replica in as a learner"},
    {"promote", "whoever leads is asked to give a learner a vote"},
    {"remove", "whoever leads is asked to let a member go"},
    {"replace", "a replica takes the place of another: added, promoted, and then the other is removed"},
    {"rot_state", "a bit, a sector or a page of a replica's database changes on the medium, or of SQLite's log beside it; half of the time its process is killed soon after, or its power cut"},
    {"upgrade", "a replica's process is killed and started again as a newer version of its program, or an older one"},
    {"move", "a member gets another address: the configuration says so first, then its process is started there"},
    {"wrong_result", "a replica's state machine once does something else than the others', and it is killed just then"},
    {"lease", "leases are switched on or off by a chosen command"},
    {"old_backup", "a copy of a replica's disk is made, and put in its place later: it must find out and stop for good"},
    {"bridge", "two halves of the replicas cannot reach each other, and one replica reaches both"},
    {"outage", "all replicas lose power at once, and it is days later when they are back"},
    {"disk_fills", "others fill the disks of one, some or all replicas but for a little: nothing new may be taken, and nobody may die of it"},
    {"prefer", "a member gets another priority by a chosen command: it should lead rather than others, or less"},
}};

bool is_planned(FaultKind kind) { return kind >= FaultKind::kill; }

}  // namespace

const char* name_of(FaultKind kind) { return described.at(static_cast<std::size_t>(kind)).name; }
const char* meaning_of(FaultKind kind) { return described.at(static_cast<std::size_t>(kind)).meaning; }

std::optional<FaultKind> fault_kind_of(std::string_view name) {
    for (std::size_t i = 0; i < described.size(); ++i) {
        if (described.at(i).name == name) return static_cast<FaultKind>(i);
    }
    return std::nullopt;
}

void write_entries(std::ostream& out, const FaultPlan& plan) {
    for (const FaultEntry& entry : plan) {
        out << fmt::format("{{\"at\":{},\"kind\":\"{}\",\"key\":{},\"arguments\":[{}]}}\n",
                           entry.at.time_since_epoch().count(), name_of(entry.kind), entry.key,
                           fmt::join(entry.arguments, ","));
    }
}

net::Result<FaultPlan> read_entries(std::istream& in) {
    FaultPlan plan;
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        if (line.empty()) continue;
        const auto json = nlohmann::json::parse(line, nullptr, false);
        const auto wrong = [number](const char* what) {
            return net::Error{net::ErrorKind::malformed, fmt::format("line {} of the plan: {}", number, what)};
        };
        if (!json.is_object() || !json.value("kind", nlohmann::json{}).is_string()) return wrong("not an entry");
        const auto kind = fault_kind_of(json.at("kind").get<std::string>());
        if (!kind) return wrong("an unknown kind of fault");
        if (!json.value("at", nlohmann::json{}).is_number_integer()) return wrong("no time");
        if (!json.value("key", nlohmann::json{}).is_number_integer()) return wrong("no key");
        FaultEntry entry{net::Instant{net::Duration{json.at("at").get<std::int64_t>()}}, *kind,
                         json.at("key").get<std::uint64_t>(), {}};
        for (const auto& argument : json.value("arguments", nlohmann::json::array())) {
            if (!argument.is_number_integer()) return wrong("an argument that is no number");
            entry.arguments.push_back(argument.get<std::int64_t>());
        }
        plan.push_back(std::move(entry));
    }
    return plan;
}

Faults::Faults(std::uint64_t seed, const FaultPlan& plan) : seed_(seed), replaying_(true) {
    for (const FaultEntry& entry : plan) replayed_.insert_or_assign({entry.kind, entry.key}, entry);
}

std::optional<std::uint64_t> Faults::strikes(FaultKind kind, std::uint64_t key, net::Instant now) {
    // Asked five times for each frame, mostly in vain.
    const auto rate = rates_.find(kind);
    if (!replaying_ && (!storm_ || rate == rates_.end() || rate->second == 0)) return std::nullopt;
    const std::uint64_t bits = hash_of(seed_, hash_of_text("fault"), static_cast<std::uint64_t>(kind), key);
    const bool is_struck = replaying_ ? replayed_.contains({kind, key}) : happens(bits, rate->second);
    if (!is_struck) return std::nullopt;
    record(FaultEntry{now, kind, key, {}});
    return mix(bits);
}

void Faults::record(FaultEntry entry, bool has_struck) {
    if (has_struck) ++counts_[entry.kind];
    if (observer_) observer_(entry);
    struck_.push_back(std::move(entry));
}

FaultPlan Faults::planned() const {
    FaultPlan result;
    for (const auto& [key, entry] : replayed_) {
        if (is_planned(entry.kind)) result.push_back(entry);
    }
    return result;
}

}  // namespace parley::sim
