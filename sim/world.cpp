#include "sim/world.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>
#include <xxhash.h>

#include "consensus/driver/peers.hpp"
#include "consensus/storage/format.hpp"
#include "net/ports/check.hpp"
#include "net/frame/frame.hpp"
#include "net/ports/probe.hpp"
#include "sim/chance.hpp"
#include "sim/disk_layout.hpp"
#include "sim/oracles/medium.hpp"

namespace parley::sim {
namespace {

using consensus::ChangeKind;
using std::chrono::milliseconds;

const std::string meta_a = fmt::format("{}/{}", log_folder, consensus::storage::meta_name_a);
const std::string meta_b = fmt::format("{}/{}", log_folder, consensus::storage::meta_name_b);

Faults make_faults(std::uint64_t seed, const RunOptions& options, const FaultPlan* replayed) {
    return replayed != nullptr ? Faults{seed, *replayed} : Faults{seed, fault_rates(options)};
}

}  // namespace

World::World(std::uint64_t seed, const RunOptions& options, const FaultPlan* replayed)
    : seed_(seed),
      options_(options),
      queue_(seed),
      faults_(make_faults(seed, options, replayed)),
      budget_(static_cast<std::size_t>(options.replicas)),
      network_(queue_, faults_, network_options(options)),
      oracles_(queue_, static_cast<std::size_t>(options.replicas), leadership_times(options)) {
    build();
}

World::~World() {
    net::watch_marks({});
    // Processes hold ports of machines, and tasks in the queue hold ends of links: first those, then the rest.
    for (auto* group : {&clients_, &replicas_}) {
        for (auto& machine : *group) machine->crash(CrashKind::process_kill);
    }
    queue_.clear();
}

void World::build() {
    const auto count = static_cast<std::size_t>(options_.replicas + options_.spares);
    std::vector<std::uint64_t> nodes;
    for (std::size_t i = 0; i < count; ++i) nodes.push_back(hash_of(seed_, hash_of_text("node"), i));
    std::sort(nodes.begin(), nodes.end());
    for (std::size_t i = 0; i < count; ++i) {
        nodes_.push_back(consensus::Member{consensus::NodeId{nodes[i]}, fmt::format("replica{}:1", i), std::to_string(i + 1)});
        if (i < static_cast<std::size_t>(options_.replicas)) members_.voters.push_back(nodes_.back());
    }
    const bool is_mixed = options_.mixed_versions != 0;
    const consensus::FeatureLevel older{static_cast<std::uint32_t>(options_.mixed_versions)};
    members_.level = is_mixed ? older : consensus::highest_feature_level;
    // A state machine that lags, lags behind its learner too: what a newcomer misses is not seen from outside then.
    const std::int64_t lag_max = 2 * std::max<std::int64_t>(16, options_.open_slots_max) + 100;
    oracles_.configurations.begin(members_, options_.apply_delay_us > 0 ? ~std::uint64_t{0} >> 1U : static_cast<std::uint64_t>(lag_max));
    // Fewer than half of the first voters have a clock that is wrong for good.
    const auto voters = static_cast<std::size_t>(options_.replicas);
    const std::size_t first_wrong = hash_of(seed_, hash_of_text("wrong clocks")) % voters;
    const auto is_wrong = [&](std::size_t i) { return options_.wrong_clocks_ms > 0 && i < voters && (i + voters - first_wrong) % voters < (voters - 1) / 2; };
    for (std::size_t i = 0; i < count; ++i) {
        const consensus::Member& member = nodes_[i];
        replicas_.push_back(std::make_unique<Machine>(
            queue_, network_, MachineId{static_cast<std::int32_t>(i)},
            MachineIdentity{member.address, consensus::certificate_name_of(member.node), "replica"}, disk_options(options_)));
        replicas_.back()->clock().offset_ms = between(hash_of(seed_, hash_of_text("clock"), i), -options_.clock_offset_max_ms,
                                                      options_.clock_offset_max_ms);
        if (is_wrong(i)) replicas_.back()->clock().wrong_ms = between(hash_of(seed_, hash_of_text("wrong clock"), i), -options_.wrong_clocks_ms, options_.wrong_clocks_ms);
        replicas_.back()->clock().steady_ppm = between(hash_of(seed_, hash_of_text("steady"), i), -options_.steady_drift_ppm, options_.steady_drift_ppm);
        if (options_.lease_every_ms > 0) replicas_.back()->let_clock_run_on();
        const bool is_older = is_mixed && hash_of(seed_, hash_of_text("version"), i) % 2 == 0;
        replicas_.back()->install_version(is_older ? older.value : consensus::highest_feature_level.value);
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(options_.clients); ++i) {
        clients_.push_back(std::make_unique<Machine>(queue_, network_, MachineId{static_cast<std::int32_t>(count + i)},
                                                     MachineIdentity{fmt::format("client{}:1", i), {}, {}}, disk_options(options_)));
    }
    if (options_.lease_every_ms > 0) oracles_.leases.watch();
    oracles_.bounds.begin(protocol_options(options_));
    oracles_.is_damaged = [this](std::size_t replica) { return budget_.is_damaged(replica) || budget_.is_lost(replica); };
    watch_clocks();
    form_cluster();
    watch_consensus();
    watch_arrivals();
    watch_beginnings();
    const WorldGround ground{seed_, options_, queue_, network_, oracles_, members_, nodes_, replicas_, clients_};
    workload_ = options_.profile == Profile::sqlite ? make_chat_workload(ground) : make_toy_workload(ground);
    storm_ = std::make_unique<Storm>(StormGround{queue_, faults_, budget_, network_, replicas_, clients_,
                                                 [this](Machine& machine) { workload_->power_lost(machine); },
                                                 [this] { return workload_->leader(); },
                                                 [this](SimDisk& disk) { return open_log(disk).has_value(); },
                                                 [this](std::size_t to) { workload_->hand_over(to); },
                                                 [this](consensus::ChangeKind kind, std::size_t who) { workload_->change({kind, nodes_[who]}); },
                                                 [this](std::size_t old, std::size_t next) { replace(old, next); },
                                                 [this](std::size_t who, const std::string& address) { return move(who, address); },
                                                 [this](bool on) { workload_->change({on ? ChangeKind::leases_on : ChangeKind::leases_off, {}}); },
                                                 [this](std::size_t who, std::uint32_t priority) { workload_->change(preference(who, priority)); },
                                                 [this](Machine& machine) { workload_->err(machine); },
                                                 [this](std::size_t replica, const SimDisk& copy) { return is_known_to_be_old(replica, copy); },
                                                 [this](std::int64_t days) { days_pass(days); }},
                                     options_);
}

void World::form_cluster() {
    const consensus::ClusterId cluster{hash_of(seed_, hash_of_text("cluster"))};
    for (std::size_t i = 0; i < replicas_.size(); ++i) {
        const consensus::LogIdentity identity{cluster, nodes_[i].node, members_};
        const auto made = consensus::Log::create(replicas_[i]->disk(), log_folder, identity, log_options(options_));
        CHECK(made.has_value(), "a log cannot be made on an empty disk");
    }
}

void World::watch_consensus() {
    if (options_.flip_ppm > 0 || faults_.replaying()) sent_.emplace();
    network_.on_consensus_frame = [this](MachineId from, const net::SharedBytes& frame) {
        const auto index = static_cast<std::size_t>(from.value);
        if (sent_ && last_frame_ != frame) {
            const net::ByteView payload = net::ByteView{*frame}.subspan(net::frame_header_size);
            sent_->insert(XXH3_64bits(payload.data(), payload.size()));
        }
        const bool claims = oracles_.consensus_frame(nodes_[index].node, frame);
        const consensus::Message* message = observers_.message ? oracles_.last_message(frame) : nullptr;
        if (message != nullptr && last_frame_ != frame) observers_.message(queue_.now(), from, *message);
        last_frame_ = frame;
        if (!claims) return;
        const std::uint64_t bits = hash_of(seed_, hash_of_text("medium"), queue_.running_event().value);
        if (happens(bits, options_.disk_checks_ppm)) check_medium(index);
    };
}

void World::watch_clocks() {
    oracles_.log_time.true_ms = [this] { return outside_clock_.at(queue_.now()).ms; };
    oracles_.log_time.offsets = [this] {
        const std::int64_t true_ms = outside_clock_.at(queue_.now()).ms;
        std::map<consensus::NodeId, std::int64_t> found;
        for (std::size_t i = 0; i < nodes_.size(); ++i) found[nodes_[i].node] = replicas_[i]->clock().at(queue_.now()).ms - true_ms;
        return found;
    };
    oracles_.log_time.leads = [this](consensus::NodeId node) {
        const auto found = std::ranges::find(nodes_, node, &consensus::Member::node) - nodes_.begin();
        const auto replica = static_cast<std::size_t>(found);
        return replicas_[replica]->running() && workload_->load(replica).consensus.leading;
    };
    // A swizzle holds a link for as long as it takes to go through all machines twice.
    const std::int64_t held_ms = options_.delay_max_ms + 4 * options_.cut_max_ms + options_.pause_max_ms + options_.stall_max_ms + options_.silence_max_ms;
    oracles_.log_time.allow_delay(held_ms + 2 * options_.election_ms);
}

void World::days_pass(std::int64_t days) {
    constexpr std::int64_t day_ms = std::int64_t{24} * 3600 * 1000;
    outside_clock_.passed_ms += days * day_ms;
    for (const auto* group : {&replicas_, &clients_}) {
        for (const auto& machine : *group) machine->clock().passed_ms += days * day_ms;
    }
}

void World::watch_arrivals() {
    if (options_.disk_fills_every_ms > 0) {
        oracles_.has_room = [this](consensus::NodeId node) {
            const auto found = std::ranges::find(nodes_, node, &consensus::Member::node) - nodes_.begin();
            return workload_->load(static_cast<std::size_t>(found)).consensus.has_room;
        };
    }
    network_.on_consensus_frame_reached = [this](MachineId from, MachineId to, const net::FrameView& frame) {
        if (sent_ && !sent_->contains(XXH3_64bits(frame.payload.data(), frame.payload.size()))) {
            oracles_.judge.fail(Oracle::recovery, fmt::format("replica {} takes for a message of replica {} what nobody sent", to.value, from.value));
            return;
        }
        const auto node_of = [this](MachineId machine) { return nodes_[static_cast<std::size_t>(machine.value)].node; };
        oracles_.consensus_frame_reached(node_of(from), node_of(to), frame);
    };
}

void World::watch_beginnings() {
    beginnings_.resize(replicas_.size());
    for (std::size_t i = 0; i < replicas_.size(); ++i) {
        replicas_[i]->disk().on_synced = [this, i](const std::string& path) {
            const bool is_meta = path == meta_a || path == meta_b;
            if (is_meta && !budget_.is_lost(i) && !budget_.is_damaged(i)) check_beginning(i);
        };
    }
}

void World::check_beginning(std::size_t replica) {
    const SimDisk& disk = replicas_[replica]->disk();
    const consensus::Slot floor = floor_on_medium(disk, log_folder);
    if (floor <= beginnings_[replica]) return;
    beginnings_[replica] = floor;
    const bool is_fetched = replicas_[replica]->disk().exists(fetched_image);
    if (is_fetched ? disk.is_durable(fetched_image) : workload_->state_holds(replica, floor.previous())) return;
    oracles_.judge.fail(Oracle::durability, fmt::format("the log of replica {} begins at slot {} from now on, and {}", replica, floor.value,
                                                        is_fetched ? "a power cut can take away the image of what lies before"
                                                                   : "its state is not durable up to there"));
}

void World::observe(Observers observers) {
    observers_ = std::move(observers);
    if (observers_.fault) faults_.observe(observers_.fault);
    if (observers_.event) queue_.observe(observers_.event);
    oracles_.history.write_to(observers_.history);
}

net::Result<std::unique_ptr<consensus::Log>> World::open_log(SimDisk& disk) {
    return consensus::Log::open(disk, outside_loop_, log_folder, log_options(options_));
}

bool World::is_known_to_be_old(std::size_t replica, const SimDisk& copy) {
    const auto disk = copy.copy_durable();
    const auto log = open_log(*disk);
    return log && workload_->is_known_to_be_old(replica, **log);
}

void World::check_medium(std::size_t replica) {
    if (budget_.is_lost(replica)) return;
    const auto copy = replicas_[replica]->disk().copy_durable();
    const auto log = open_log(*copy);
    if (!log) {
        oracles_.judge.fail(Oracle::recovery, fmt::format("replica {} could not start from its medium: {}", replica, log.error().message));
        return;
    }
    const auto holds = [&](consensus::Slot slot, consensus::Ballot ballot) {
        return medium_holds(*copy, log_folder, (*log)->recovered().identity, slot, ballot);
    };
    oracles_.durability.check(nodes_[replica].node, **log, budget_.is_damaged(replica), holds);
    // A wrong state that came with a snapshot is set aside, too, when a majority contradicts it.
    if (options_.wrong_result_every_ms == 0 && !budget_.is_damaged(replica) && copy->exists(set_aside_state)) {
        oracles_.judge.fail(Oracle::recovery, fmt::format("replica {} set its state aside as damaged, and nothing had changed it", replica));
    }
}

void World::check_media() {
    for (std::size_t i = 0; i < replicas_.size(); ++i) check_medium(i);
}

bool World::run_until(net::Duration time_max, const std::function<bool()>& condition) {
    const net::Instant end = queue_.now() + time_max;
    // Asking after every event would cost more than the events.
    while (queue_.now() < end) {
        const net::Instant next = std::min(end, queue_.now() + milliseconds{20});
        while (queue_.dispatch(next)) {
            if (failed()) return false;
        }
        look_around();
        if (condition()) return true;
    }
    return false;
}

void World::look_around() {
    oracles_.log_time.look();
    workload_->look();
    for (std::size_t i = 0; i < replicas_.size(); ++i) {
        if (replicas_[i]->running()) oracles_.bounds.seen(replicas_[i]->id(), replicas_[i]->crashes(), workload_->load(i));
    }
}

std::optional<std::size_t> World::another_voter() const {
    const auto leader = workload_->leader();
    for (std::size_t i = 1; leader && i < replicas_.size(); ++i) {
        const std::size_t other = (*leader + i) % replicas_.size();
        const bool votes = consensus::find_voter(oracles_.configurations.newest(), nodes_[other].node) != nullptr;
        if (votes && !replicas_[other]->is_retired()) return other;
    }
    return std::nullopt;
}

void World::replace(std::size_t old, std::size_t next) {
    const consensus::Configuration& now = oracles_.configurations.newest();
    if (consensus::find_member(now, nodes_[next].node) == nullptr) return workload_->change({ChangeKind::add, nodes_[next]});
    if (consensus::find_learner(now, nodes_[next].node) != nullptr) return workload_->change({ChangeKind::promote, nodes_[next]});
    if (consensus::find_voter(now, nodes_[old].node) != nullptr) workload_->change({ChangeKind::remove, nodes_[old]});
}

bool World::move(std::size_t who, const std::string& address) {
    const consensus::Member* const member = consensus::find_member(oracles_.configurations.newest(), nodes_[who].node);
    if (member == nullptr) return false;   // nobody looks for it
    if (member->address == address) {
        nodes_[who].address = address;
        replicas_[who]->move_to(address);
        return true;
    }
    consensus::MembershipChange wanted{ChangeKind::move, nodes_[who]};
    wanted.member.address = address;
    workload_->change(wanted);
    return false;
}

// What was asked for in the storm may be chosen when it is over: whoever moves a machine sees to it that it is where the others look for it.
void World::finish_moves() {
    const consensus::Configuration& newest = oracles_.configurations.newest();
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const consensus::Member* const member = consensus::find_member(newest, nodes_[i].node);
        if (member == nullptr || member->address == replicas_[i]->identity().address) continue;
        move(i, member->address);
        if (replicas_[i]->crash(CrashKind::process_kill)) replicas_[i]->start_after({});
    }
}

consensus::MembershipChange World::preference(std::size_t who, std::uint32_t priority) const {
    return {ChangeKind::prefer, nodes_[who], {}, priority};
}

RunResult run_world(std::uint64_t seed, const RunOptions& options, const FaultPlan* replayed,
                    Observers observers) {
    World world{seed, options, replayed};
    world.observe(std::move(observers));
    return world.run();
}

RunResult run_world_twice(std::uint64_t seed, const RunOptions& options, std::function<void(const FaultEntry&)> fault) {
    std::vector<Dispatched> first;
    RunResult result = run_world(seed, options, nullptr, {[&first](const Dispatched& line) { first.push_back(line); }, {}, {}, std::move(fault)});
    std::size_t place = 0;
    std::optional<Verdict> differs;
    const auto compare = [&](const Dispatched& line) {
        if (!differs && (place >= first.size() || first[place] != line)) {
            differs = Verdict{Oracle::determinism, fmt::format("event {} of the second run is another one: {} on machine {}", place,
                                                               name_of(line.kind), line.machine.value), line.at, line.id};
        }
        ++place;
    };
    const RunResult second = run_world(seed, options, nullptr, {compare, {}, {}, {}});
    if (!differs && second.hash != result.hash) {
        differs = Verdict{Oracle::determinism, "the second run ends sooner", {}, {}};
    }
    if (differs) result.verdict = differs;
    return result;
}

}  // namespace parley::sim
