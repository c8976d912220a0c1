// The swarm: which options a seed draws for itself. Each fault kind is off altogether in many runs, and knobs sit at
// their extremes in some, because faults hide each other (Groce et al., "Swarm Testing", 2012).
#include <algorithm>
#include <initializer_list>

#include "sim/chance.hpp"
#include "sim/options.hpp"

namespace parley::sim {
namespace {

class Draws {
public:
    explicit Draws(std::uint64_t seed) : seed_(hash_of(seed, hash_of_text("swarm"))) {}

    // By name, so that a new option does not shift the others.
    std::int64_t one_of(const char* name, std::initializer_list<std::int64_t> choices) const {
        return choices.begin()[hash_of(seed_, hash_of_text(name)) % choices.size()];
    }
    // One of the choices in `percent` of the runs, 0 in the others.
    std::int64_t sometimes(const char* name, std::int64_t percent, std::initializer_list<std::int64_t> choices) const {
        const std::uint64_t bits = hash_of(seed_, hash_of_text("sometimes"), hash_of_text(name));
        return happens(bits, percent * 10'000) ? one_of(name, choices) : 0;
    }

private:
    std::uint64_t seed_;
};

void draw_crowd(const Draws& draws, RunOptions& options) {
    options.replicas = draws.one_of("replicas", {3, 3, 3, 3, 3, 3, 3, 5, 5, 5, 1, 7});
    options.clients = draws.one_of("clients", {1, 2, 3, 4, 6});
    options.window = draws.one_of("window", {1, 2, 4, 16});
    options.think_ms = draws.one_of("think", {2, 10, 30, 100});
    options.read_ms = draws.one_of("read", {0, 0, 100, 500});
    options.payload_max = draws.one_of("payload", {8, 200, 200, 3000});
    options.storm_ms = draws.one_of("storm", {3000, 5000, 8000});
    options.storms = 1 + draws.sometimes("storms", 10, {1});
    options.grey_ms = draws.sometimes("grey", 10, {2000});
}

void draw_network(const Draws& draws, RunOptions& options) {
    options.latency_us = draws.one_of("latency", {20, 100, 100, 1000, 10'000});
    options.latency_spread_us = options.latency_us * draws.one_of("latency_spread", {0, 1, 4, 10});
    options.delay_max_ms = draws.one_of("delay_max", {20, 300, 2000});
    options.silence_max_ms = draws.one_of("silence", {500, 3000, 6000});
    options.lose_ppm = draws.sometimes("lose", 60, {5000, 30'000, 100'000});
    options.duplicate_ppm = draws.sometimes("duplicate", 60, {5000, 30'000, 150'000});
    options.reorder_ppm = draws.sometimes("reorder", 60, {5000, 50'000, 200'000});
    options.delay_ppm = draws.sometimes("delay", 50, {2000, 20'000});
    options.flip_ppm = draws.sometimes("flip", 30, {200, 2000});
    options.reset_ppm = draws.sometimes("reset", 40, {500, 3000});
}

void draw_storm(const Draws& draws, RunOptions& options) {
    options.kill_every_ms = draws.sometimes("kill", 60, {400, 1000, 3000});
    options.power_cut_every_ms = draws.sometimes("power_cut", 60, {400, 1000, 3000});
    options.partition_every_ms = draws.sometimes("partition", 50, {700, 2000});
    options.one_way_every_ms = draws.sometimes("one_way", 40, {700, 2000});
    options.isolate_every_ms = draws.sometimes("isolate", 40, {700, 2000});
    options.bridge_every_ms = draws.sometimes("bridge", 25, {700, 2000});
    options.pause_every_ms = draws.sometimes("pause", 40, {700, 2000});
    options.slow_disk_every_ms = draws.sometimes("slow_disk", 30, {1000, 3000});
    options.clock_shift_every_ms = draws.sometimes("clock_shift", 25, {700, 2000});
    options.restart_all_every_ms = draws.sometimes("restart_all", 25, {1500, 4000});
    options.client_kill_every_ms = draws.sometimes("client_kill", 50, {500, 1500});
    options.relay_every_ms = draws.sometimes("relay", 40, {800, 2000});
    options.transfer_every_ms = draws.sometimes("transfer", 30, {300, 1000});
    options.aim_percent = draws.one_of("aim", {0, 40, 80});
    options.downtime_max_ms = draws.one_of("downtime", {20, 300, 2000});
    options.cut_max_ms = draws.one_of("cut", {200, 1000, 3000});
    options.pause_max_ms = draws.one_of("pause_max", {100, 600, 2000});
    options.slow_max_ms = draws.one_of("slow_max", {5, 50, 400});
    options.clock_offset_max_ms = draws.one_of("clock_offset", {0, 50, 2000});
    options.wrong_clocks_ms = draws.sometimes("wrong_clocks", 15, {20'000, 100'000'000});
}

void draw_odd_storm(const Draws& draws, RunOptions& options) {
    options.clog_every_ms = draws.sometimes("clog", 25, {500, 2000});
    options.swizzle_every_ms = draws.sometimes("swizzle", 20, {1000, 3000});
    options.drop_type_every_ms = draws.sometimes("drop_type", 25, {500, 2000});
    options.half_open_every_ms = draws.sometimes("half_open", 25, {500, 2000});
    options.reconnect_every_ms = draws.sometimes("reconnect", 15, {1500, 4000});
    options.priorities_every_ms = draws.sometimes("priorities", 25, {700, 2000});
    options.clock_drift_every_ms = draws.sometimes("clock_drift", 20, {1000, 3000});
    options.clock_freeze_every_ms = draws.sometimes("clock_freeze", 15, {1000, 3000});
    options.suspend_every_ms = draws.sometimes("suspend", 25, {700, 2000});
    options.squeeze_every_ms = draws.sometimes("squeeze", 25, {700, 2000});
    options.gap_every_ms = draws.sometimes("gap", 20, {700, 2000});
    options.rot_ahead_every_ms = draws.sometimes("rot_ahead", 20, {700, 2000});
    options.rot_image_every_ms = draws.sometimes("rot_image", 20, {100, 500});
    options.late_vote_every_ms = draws.sometimes("late_vote", 10, {2000});
    options.lone_leader_every_ms = draws.sometimes("lone_leader", 15, {2000});
    options.install_crash_every_ms = draws.sometimes("install_crash", 20, {1000, 3000});
}

// Each off in most runs: a disk that fails often hides what one failure does.
void draw_disk_faults(const Draws& draws, RunOptions& options) {
    options.rot_state_every_ms = draws.sometimes("rot_state", 25, {500, 1500});
    options.wrong_result_every_ms = draws.sometimes("wrong_result", 25, {800, 3000});
    options.rot_log_every_ms = draws.sometimes("rot_log", 30, {300, 1000, 3000});
    options.rot_meta_every_ms = draws.sometimes("rot_meta", 20, {800, 2500});
    options.misdirect_every_ms = draws.sometimes("misdirect", 20, {500, 2000});
    options.wipe_every_ms = draws.sometimes("wipe", 8, {4000});
    options.old_backup_every_ms = draws.sometimes("old_backup", 40, {1500, 4000});
    options.write_error_every_ms = draws.sometimes("write_error", 20, {800, 2500});
    options.sync_error_every_ms = draws.sometimes("sync_error", 25, {800, 2500});
    options.read_error_every_ms = draws.sometimes("read_error", 20, {800, 2500});
    options.disk_full_every_ms = draws.sometimes("disk_full", 15, {1500, 4000});
    options.disk_fills_every_ms = draws.sometimes("disk_fills", 25, {2000, 5000});
    options.stall_every_ms = draws.sometimes("stall", 25, {700, 2500});
    options.stall_max_ms = draws.one_of("stall_max", {50, 500, 3000});
}

void draw_disks(const Draws& draws, RunOptions& options) {
    options.sync_us = draws.one_of("sync", {50, 200, 200, 2000, 10'000});
    options.sync_spread_us = options.sync_us * draws.one_of("sync_spread", {0, 1, 5});
    options.sector = draws.one_of("sector", {512, 4096});
    options.segment_kib = draws.one_of("segment", {64, 128, 512});
    options.keep_slots = draws.one_of("keep_slots", {0, 0, 20, 100, 1000, 16'384});
    options.keep_kib = draws.one_of("keep_kib", {0, 1024, 131'072});
    options.hold_kib = draws.one_of("hold_kib", {512, 1'048'576});
    options.image_chunk = draws.one_of("image_chunk", {64, 1000, 262'144});
    options.worker_ms = draws.one_of("worker", {2, 40, 40, 400});
    options.durable_slots = draws.one_of("durable_slots", {32, 32, 32, 1});
    options.commit_ms = draws.one_of("commit", {1, 50, 50, 1000});
    options.rare_ppm = draws.sometimes("rare", 50, {2000, 50'000, 300'000});
    options.apply_delay_us = draws.one_of("apply_delay", {0, 0, 500, 20'000});
}

void draw_protocol(const Draws& draws, RunOptions& options) {
    options.tick_ms = draws.one_of("tick", {5, 10, 10, 20});
    options.heartbeat_ms = draws.one_of("heartbeat", {20, 50, 50, 100});
    // An election takes a few turns over the network and the disk: a shorter time-out would never let one end.
    const std::int64_t turn_us = 6 * (options.latency_us + options.latency_spread_us) + 10 * (options.sync_us + options.sync_spread_us);
    options.election_ms = std::max(options.heartbeat_ms * draws.one_of("election", {3, 6, 10}), turn_us / 1000);
    options.resend_ms = draws.one_of("resend", {50, 150, 150, 400});
    options.open_slots_max = draws.one_of("open_slots", {1, 2, 8, 256, 256});
    options.open_bytes_max = draws.one_of("open_bytes", {8 << 10, 64 << 10, 16 << 20, 16 << 20});
    options.batch_commands_max = draws.one_of("batch_commands", {1, 3, 1024, 1024});
    options.batch_bytes_max = draws.one_of("batch_bytes", {4 << 10, 64 << 10, 1 << 20});
    options.queued_commands_max = draws.one_of("queued_commands", {4, 64, 32'768, 32'768});
    if (options.latency_us + options.latency_spread_us + options.sync_us + options.sync_spread_us >= 20'000) {
        // A slot takes a round trip and a sync. One command at a time would leave no room beside what gateways propose again.
        options.open_slots_max = std::max<std::int64_t>(options.open_slots_max, 8);
        options.batch_commands_max = std::max<std::int64_t>(options.batch_commands_max, 64);
    }
    options.message_bytes_max = draws.one_of("message_bytes", {4 << 10, 64 << 10, 2 << 20});
    options.memory_bytes_max = draws.one_of("memory_bytes", {1 << 10, 32 << 10, 32 << 20});
    // Below what several pipelines hold, each slot waits for a repeated Accept: right, and slower than convergence may be.
    options.accepted_slots_max = draws.one_of("accepted_slots", {1024, 16'384, 16'384});
}

void draw_questions(const Draws& draws, RunOptions& options) {
    options.search_ms = draws.sometimes("search", 30, {100, 400});
    options.password_ms = draws.sometimes("password", 30, {300});
    options.devices = 1 + draws.sometimes("devices", 40, {1, 1, 2});
    options.session_idle_ms = draws.sometimes("session_idle", 20, {2000, 4000});
    options.presence_ms = draws.sometimes("presence", 30, {200, 1000});
    options.people_ms = draws.sometimes("people", 30, {100, 400});
    options.retention_ms = draws.sometimes("retention", 30, {200, 1000});
    options.files_ms = draws.sometimes("files", 30, {300, 1000});
    if (options.retention_ms > 0) options.outage_every_ms = draws.one_of("outage", {1500, 4000});
}

// Enough requests to say something, and not so many that a few seeds take most of the time; a few runs have what they
// drew, however much or little that is.
void fit_volume(const Draws& draws, RunOptions& options) {
    const bool is_toy = options.profile != Profile::sqlite;
    const std::int64_t requests_min = is_toy ? 1100 : 3000;   // asked for; a storm lets a part of them through
    const std::int64_t requests_max = is_toy ? 1700 : 4500;
    // Beside a slow follower ordinary traffic goes on for half a minute: with any volume that could be a hundred thousand requests.
    if (options.grey_ms == 0 && draws.sometimes("any_volume", 6, {1}) != 0) return;
    std::int64_t time_ms = options.storms * options.storm_ms;
    if (options.grey_ms > 0) time_ms += 2 * (options.grey_ms + 4 * options.election_ms + options.silence_max_ms + 4000);
    const std::int64_t longest = std::max<std::int64_t>(1, options.clients * time_ms / requests_min);
    options.think_ms = std::clamp(options.think_ms, std::max<std::int64_t>(1, options.clients * time_ms / requests_max), longest);
}

// Whoever leads alone is removed meanwhile, with votes that nobody else ever saw, and comes back before the others have used
// up as many slots.
void draw_stale_votes(RunOptions& options) {
    options.replicas = 3;
    options.clients = 6;
    options.window = 16;
    options.batch_commands_max = 1;
    options.open_slots_max = 256;
    options.isolate_every_ms = 700;
    options.aim_percent = 80;
    options.add_every_ms = options.promote_every_ms = options.remove_every_ms = 150;
}

// Replicas are updated one by one while the storm goes on, and sometimes put back.
void draw_versions(const Draws& draws, RunOptions& options) {
    options.mixed_versions = draws.sometimes("mixed_versions", 30, {1, consensus::highest_feature_level.value - 1});
    if (options.mixed_versions != 0) options.upgrade_every_ms = draws.one_of("upgrade", {300, 1000, 3000});
}

// Steady clocks may differ by a little less than the product is told.
void draw_leases(const Draws& draws, RunOptions& options) {
    options.lease_every_ms = draws.sometimes("leases", 30, {300, 1000, 3000});
    if (options.lease_every_ms == 0) return;
    options.steady_drift_ppm = draws.one_of("steady_drift", {0, 5000, 9900});
    options.read_ms = draws.one_of("leased_read", {5, 20, 100});
    // A leader that hears nobody is none after two election time-outs.
    options.lease_window_ms = options.election_ms * draws.one_of("lease_window", {10, 10, 5, 19}) / 10;
}

// Not beside a slow replica: it may be the one that should lead, and is as slow a leader as it is.
void draw_priorities(const Draws& draws, RunOptions& options) {
    if (options.grey_ms == 0) options.prefer_every_ms = draws.sometimes("prefer", options.profile == Profile::reconfig ? 60 : 25, {300, 1000, 3000});
}

// Disks stay whole here: the fault budget counts voters, and who votes changes.
void draw_changes(const Draws& draws, RunOptions& options) {
    options.replicas = draws.one_of("voters", {1, 2, 3, 3, 3, 4, 5});
    options.spares = draws.one_of("spares", {1, 2, 2, 3});
    options.add_every_ms = draws.sometimes("add", 80, {150, 400, 1000});
    options.promote_every_ms = draws.sometimes("promote", 80, {150, 400, 1000});
    options.remove_every_ms = draws.sometimes("remove", 80, {150, 400, 1000});
    options.replace_every_ms = draws.sometimes("replace", 50, {700, 2000});
    options.move_every_ms = draws.sometimes("move", 40, {300, 1500});
    options.grey_ms = 0;
    if (draws.sometimes("stale_votes", 20, {1}) != 0) draw_stale_votes(options);
    for (std::int64_t RunOptions::*damage : {&RunOptions::rot_log_every_ms, &RunOptions::rot_meta_every_ms, &RunOptions::misdirect_every_ms,
                                             &RunOptions::wipe_every_ms, &RunOptions::old_backup_every_ms, &RunOptions::squeeze_every_ms, &RunOptions::rot_ahead_every_ms,
                                             &RunOptions::rot_image_every_ms, &RunOptions::write_error_every_ms,
                                             &RunOptions::sync_error_every_ms, &RunOptions::read_error_every_ms, &RunOptions::disk_full_every_ms,
                                             &RunOptions::late_vote_every_ms, &RunOptions::lone_leader_every_ms}) {
        options.*damage = 0;
    }
}

}  // namespace

RunOptions draw_options(std::uint64_t seed, Profile profile) {
    const Draws draws{seed};
    RunOptions options;
    options.profile = profile;
    draw_crowd(draws, options);
    draw_network(draws, options);
    draw_storm(draws, options);
    draw_odd_storm(draws, options);
    draw_disk_faults(draws, options);
    draw_disks(draws, options);
    draw_protocol(draws, options);
    fit_volume(draws, options);
    if (profile != Profile::sqlite) options.client_kill_every_ms = 0;   // toy clients keep nothing on disk
    if (profile != Profile::sqlite) options.disk_fills_every_ms = 0;    // toy replicas do not look for room
    draw_versions(draws, options);
    if (profile == Profile::reconfig) draw_changes(draws, options);
    if (profile == Profile::sqlite) draw_questions(draws, options);
    draw_leases(draws, options);
    // Who is refused in the toy asks again when its patience is over: that says nothing of a slow follower.
    if (options.grey_ms > 0 && profile != Profile::sqlite) options.queued_commands_max = std::max<std::int64_t>(options.queued_commands_max, 64);
    draw_priorities(draws, options);
    return options;
}

}  // namespace parley::sim
