// The phases of a run: warm-up, storm, the slow follower, convergence, leadership, audit; and what each of them requires.
#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "net/ports/probe.hpp"
#include "sim/chance.hpp"
#include "sim/world.hpp"

namespace parley::sim {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Nobody asks for anything, or only now and then: what is left over belongs to no request.
bool World::is_idle(std::string& missing) const {
    for (std::size_t i = 0; i < replicas_.size(); ++i) {
        if (!replicas_[i]->running() || replicas_[i]->is_retired()) continue;
        ReplicaLoad load = workload_->load(i);
        // Who is no member hears of nothing; whose clock is wrong takes for old what is not.
        load.has_to_erase = load.has_to_erase && do_clocks_agree() && consensus::find_member(oracles_.configurations.newest(), nodes_[i].node) != nullptr;
        const auto left = BoundsOracle::left_over(load);
        if (!left) continue;
        missing = fmt::format("replica {} {}", i, *left);
        return false;
    }
    return true;
}

bool World::do_clocks_agree() const { return options_.clock_offset_max_ms == 0 && options_.wrong_clocks_ms == 0 && options_.clock_drift_every_ms == 0; }

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
    const bool has_others = oracles_.configurations.newest().voters.size() >= 3 && options_.clients > 0 && budget_.lost() == 0;
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
    if (!failed()) grow_old();
    if (failed() || !workload_->goes_away()) return;
    const bool missed = run_until(patience(), [&] { return workload_->is_missed(missing); });
    require(Oracle::liveness, missed, "after somebody left", missing);
}

// Days pass for a replica that leads alone, so that nobody elects anybody: the only slots are those it makes to erase with.
void World::grow_old() {
    if (options_.retention_ms == 0 || replicas_.size() != 1 || !do_clocks_agree()) return;
    constexpr std::int64_t longer_than_texts_are_kept = 40;
    days_pass(longer_than_texts_are_kept);
    std::string missing;
    const bool erased = run_until(patience(), [&] { return is_idle(missing) && is_recovered(missing); });
    require(Oracle::bounds, erased, "days later, where nobody writes", missing);
    if (!failed()) run_until(patience(), [] { return false; });   // people are told
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
    // What a single voter chooses nobody is told of; its own word counts then. Who was removed, or never added, has none.
    const bool knows_each = std::ranges::all_of(replicas_, [&](const auto& machine) {
        const auto replica = static_cast<std::size_t>(machine->id().value);
        if (consensus::find_member(newest, nodes_[replica].node) == nullptr) return true;
        return machine->running() && workload_->load(replica).consensus.feature_level == consensus::highest_feature_level;
    });
    if (knows_each) return true;
    missing = fmt::format("the cluster stays at feature level {}", newest.level.value);
    return false;
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
    const auto another = another_voter();
    if (options_.transfer_every_ms == 0 || !do_clocks_agree() || !another) return;
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

}  // namespace parley::sim
