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
using std::chrono::seconds;

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
    if (is_mixed) members_.level = older;
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
    for (std::size_t i = 0; i < replicas_.size(); ++i) {
        if (replicas_[i]->running()) oracles_.bounds.seen(replicas_[i]->id(), replicas_[i]->crashes(), workload_->load(i));
    }
}

// Nobody asks for anything, or only now and then: what is left over belongs to no request.
bool World::is_idle(std::string& missing) const {
    for (std::size_t i = 0; i < replicas_.size(); ++i) {
        const auto left = replicas_[i]->running() && !replicas_[i]->is_retired() ? BoundsOracle::left_over(workload_->load(i)) : std::nullopt;
        if (!left) continue;
        missing = fmt::format("replica {} {}", i, *left);
        return false;
    }
    return true;
}

void World::require(Oracle oracle, bool reached, const char* phase, const std::string& missing) {
    if (reached || failed()) return;
    std::string standing;
    for (std::size_t i = 0; i < replicas_.size(); ++i) {
        const bool runs = replicas_[i]->process() != nullptr;
        standing += fmt::format("; replica {} {}", i, runs ? workload_->standing(i) : replicas_[i]->is_retired() ? "is lost" : "is down");
    }
    oracles_.judge.fail(oracle, fmt::format("{}: {}{}", phase, missing, standing));
}

net::Duration World::patience() const {
    const milliseconds election{options_.election_ms + options_.resend_ms};
    return seconds{20} + 2 * milliseconds{options_.silence_max_ms + options_.delay_max_ms} + 40 * election +
           milliseconds{options_.more_patience_ms};
}

RunResult World::run() {
    net::watch_marks([this](std::string_view name) {
        // Each way is open in half of the runs only.
        return happens(hash_of(seed_, hash_of_text(name)), 500'000) && happens(queue_.draw(Subsystem::rare), options_.rare_ppm);
    });
    workload_->install();
    for (const auto* group : {&replicas_, &clients_}) {
        for (const auto& machine : *group) machine->start_after({});
    }
    warm_up();
    for (std::int64_t round = 0; round < options_.storms && !failed() && !stalled_; ++round) one_storm();

    RunResult result;
    result.seed = seed_;
    result.hash = queue_.hash();
    result.events = queue_.dispatched();
    result.operations = workload_->operations();
    result.snapshots = oracles_.images_installed;
    result.stalled = stalled_;
    result.simulated = queue_.now() - EventQueue::beginning;
    result.verdict = oracles_.judge.verdict();
    result.plan = faults_.struck();
    result.faults = faults_.counts();
    result.marks = net::mark_hits();
    return result;
}

void World::warm_up() {
    const bool warm = run_until(patience(), [this] { return workload_->warm(); });
    require(Oracle::liveness, warm, "warm-up", "nothing was acknowledged in a cluster without faults");
}

void World::one_storm() {
    for (const auto* group : {&replicas_, &clients_}) {
        for (const auto& machine : *group) machine->start_after({});   // an audit leaves some of them down
    }
    workload_->wind_up();
    storm();
    if (!failed()) grey_phase();
    if (!failed()) converge();
    if (!failed() && !stalled_) let_the_preferred_lead();
    if (!failed() && !stalled_) hand_over();
    if (!failed() && !stalled_) final_audit();
}

std::uint64_t World::operations_within(net::Duration time) {
    const std::uint64_t before = workload_->operations();
    run_until(time, [] { return false; });
    return workload_->operations() - before;
}

// The follower that fewest clients are connected to. Those on a slow replica are as slow as it is, by right; the others
// must not be.
Machine& World::least_used_follower() {
    const std::size_t leader = workload_->leader().value_or(0);
    const auto users = [this](const Machine& replica) {
        return std::ranges::count_if(clients_, [&](const auto& client) { return network_.is_connected(client->id(), replica.id()); });
    };
    Machine* least = nullptr;
    for (std::size_t i = 1; i < replicas_.size(); ++i) {
        Machine& follower = *replicas_[(leader + i) % replicas_.size()];
        if (least == nullptr || users(follower) < users(*least)) least = &follower;
    }
    return *least;
}

void World::grey_phase() {
    const bool has_others = options_.replicas >= 3 && options_.clients > 0 && budget_.lost() == 0;
    if (options_.grey_ms == 0 || !has_others) return;
    const milliseconds time{options_.grey_ms};
    const milliseconds settling{4 * options_.election_ms + options_.silence_max_ms + 4000};
    run_until(settling, [] { return false; });
    const std::uint64_t healthy = operations_within(time);
    // Not the leader: a slow leader is the leader's speed, and it steps down only when its disk stands still.
    Machine& grey = least_used_follower();
    grey.disk().set_extra_latency(milliseconds{100});
    queue_.set_step_cost(grey.id(), milliseconds{2});
    run_until(settling, [] { return false; });
    const std::uint64_t slowed = operations_within(time);
    grey.disk().set_extra_latency({});
    queue_.set_step_cost(grey.id(), {});
    constexpr std::uint64_t judged_from = 20;   // fewer say nothing
    const bool is_enough = healthy < judged_from || slowed * 100 >= healthy * static_cast<std::uint64_t>(options_.grey_percent_min);
    require(Oracle::liveness, is_enough, "beside a slow follower",
            fmt::format("{} requests in {} ms, where there were {} before", slowed, options_.grey_ms, healthy));
}

void World::storm() {
    const net::Instant end = queue_.now() + milliseconds{options_.storm_ms};
    faults_.set_storm(true);
    storm_->unleash(end);
    run_until(end - queue_.now(), [] { return false; });
    faults_.set_storm(false);
    storm_->calm();
    // People go on as if nothing had been: what the storm left behind has to stand it.
    const milliseconds aftermath{options_.profile == Profile::sqlite ? 3000 : 1800};
    if (!failed()) run_until(aftermath, [] { return false; });
}

void World::converge() {
    std::string missing;
    workload_->wind_down();
    const bool settled = run_until(patience(), [&] { return is_settled(missing); });
    stalled_ = !settled && !failed() && stalls_by_right();
    require(Oracle::liveness, settled || stalled_, "after healing", missing);
    if (failed() || stalled_) return;
    const bool idle = run_until(patience(), [&] { return is_idle(missing); });
    require(Oracle::bounds, idle, "with nothing left to do", missing);
    if (failed() || !workload_->goes_away()) return;
    const bool missed = run_until(patience(), [&] { return workload_->is_missed(missing); });
    require(Oracle::liveness, missed, "after somebody left", missing);
}

// A slot that one replica took with it when it was lost for ever, and that is damaged on another: whether a value was
// chosen there nobody can know, so P2 waits for an answer that never comes.
bool World::stalls_by_right() {
    if (workload_->stalls_by_right()) return true;
    if (budget_.lost() == 0) return false;
    std::map<consensus::Slot, std::size_t> faulty;
    for (std::size_t i = 0; i < replicas_.size(); ++i) {
        if (budget_.is_lost(i)) continue;
        const auto copy = replicas_[i]->disk().copy_durable();
        const auto log = open_log(*copy);
        if (!log) continue;
        for (const consensus::Slot slot : (*log)->recovered().faulty) ++faulty[slot];
    }
    const std::size_t left = replicas_.size() - budget_.lost();
    const std::size_t quorum = replicas_.size() / 2 + 1;
    return std::ranges::any_of(faulty, [&](const auto& each) {
        return each.first > oracles_.equality.highest() && left - each.second < quorum;
    });
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

bool World::is_settled(std::string& missing) {
    finish_moves();
    storm_->update_all();
    if (const Machine* const old = storm_->returning()) {
        missing = fmt::format("machine {} runs on an old copy of its disk, and nobody has noticed", old->id().value);
        return false;
    }
    return workload_->settled(missing) && is_level_raised(missing);
}

bool World::is_recovered(std::string& missing) {
    finish_moves();
    return workload_->recovered(missing);
}

bool World::is_level_raised(std::string& missing) const {
    const bool is_somebody_lost = std::ranges::any_of(replicas_, [](const auto& machine) { return machine->is_retired(); });
    if (options_.mixed_versions == 0 || is_somebody_lost) return true;
    const consensus::Configuration& newest = oracles_.configurations.newest();
    if (newest.level == consensus::highest_feature_level) return true;
    // What a single voter chooses nobody is told of; its own word counts then.
    const bool knows_each = std::ranges::all_of(replicas_, [this](const auto& machine) {
        return machine->running() && workload_->load(static_cast<std::size_t>(machine->id().value)).consensus.feature_level == consensus::highest_feature_level;
    });
    if (knows_each) return true;
    missing = fmt::format("the cluster stays at feature level {}", newest.level.value);
    return false;
}

consensus::MembershipChange World::preference(std::size_t who, std::uint32_t priority) const {
    return {ChangeKind::prefer, nodes_[who], {}, priority};
}

bool World::is_led_by_the_preferred(std::string& missing) const {
    std::vector<PreferenceOracle::Standing> voters;
    const auto leader = workload_->leader();
    for (std::size_t i = 0; i < replicas_.size(); ++i) {
        // By the newest configuration: who was removed while it was away still takes itself for a voter.
        const bool votes = consensus::find_voter(oracles_.configurations.newest(), nodes_[i].node) != nullptr;
        if (votes && replicas_[i]->running() && !replicas_[i]->is_retired()) voters.push_back({std::to_string(i), workload_->priority(i), leader == std::optional{i}});
    }
    const auto wrong = PreferenceOracle::wrong_leader(voters);
    missing = wrong.value_or("");
    return !wrong;
}

// Whoever has a wrong clock may be right not to lead.
void World::let_the_preferred_lead() {
    if (options_.prefer_every_ms == 0 || options_.wrong_clocks_ms != 0 || options_.clock_drift_every_ms != 0) return;
    require_the_preferred("after healing");
    // As before maintenance: of who leads now nothing is preferred any more.
    const auto leader = workload_->leader();
    if (failed() || !leader || workload_->load(*leader).consensus.feature_level < consensus::level_of_priorities) return;
    const net::Instant end = queue_.now() + patience();
    while (!failed() && queue_.now() < end && replicas_[*leader]->running() && workload_->priority(*leader) != 0) {
        workload_->change(preference(*leader, 0));
        run_until(milliseconds{options_.election_ms}, [] { return false; });
    }
    if (!failed()) require_the_preferred("after the leader lost its priority");
}

void World::require_the_preferred(const char* phase) {
    std::string missing;
    const net::Duration longest = 2 * (oracles_.preference.times().pause_max + oracles_.preference.times().steady);
    const bool leads = run_until(patience() + longest, [&] { return is_led_by_the_preferred(missing); });
    require(Oracle::preference, leads, phase, missing);
}

void World::hand_over() {
    const bool clocks_agree = options_.clock_offset_max_ms == 0 && options_.wrong_clocks_ms == 0 && options_.clock_drift_every_ms == 0;
    const auto another = another_voter();
    if (options_.transfer_every_ms == 0 || !clocks_agree || !another) return;
    const std::size_t target = *another;
    const net::Duration pause = milliseconds{options_.election_ms + options_.silence_max_ms / 8};
    const net::Instant end = queue_.now() + patience();
    bool leads = false;
    while (!leads && !failed() && queue_.now() < end) {
        workload_->hand_over(target);
        leads = run_until(pause, [this, target] { return workload_->leader() == std::optional{target}; });
    }
    require(Oracle::liveness, leads, "after healing", fmt::format("replica {} was asked to lead and does not", target));
    std::string missing;
    const bool settled = !failed() && run_until(patience(), [&] { return is_recovered(missing); });
    require(Oracle::liveness, settled, "after leadership was handed over", missing);
}

void World::final_audit() {
    storm_->cut_power_everywhere();
    check_media();
    std::string missing;
    const bool recovered = run_until(patience(), [&] { return is_recovered(missing); });
    stalled_ = !recovered && !failed() && stalls_by_right();
    require(Oracle::liveness, recovered || stalled_, "after the last restart", missing);
    if (failed() || stalled_) return;
    workload_->audit();
    check_media();
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
