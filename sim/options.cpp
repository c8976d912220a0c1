#include "sim/options.hpp"

#include <array>

#include <fmt/core.h>

namespace parley::sim {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::int64_t million = 1'000'000;
constexpr std::int64_t many = std::int64_t{1} << 40U;

constexpr std::array fields{
    OptionField{"replicas", &RunOptions::replicas, 1, 9},
    OptionField{"spares", &RunOptions::spares, 0, 9},
    OptionField{"mixed-versions", &RunOptions::mixed_versions, 0, consensus::highest_feature_level.value - 1},
    OptionField{"clients", &RunOptions::clients, 0, 64},
    OptionField{"window", &RunOptions::window, 1, 64},
    OptionField{"think-ms", &RunOptions::think_ms, 0, many},
    OptionField{"read-ms", &RunOptions::read_ms, 0, many},
    OptionField{"search-ms", &RunOptions::search_ms, 0, many},
    OptionField{"devices", &RunOptions::devices, 1, 3},
    OptionField{"session-idle-ms", &RunOptions::session_idle_ms, 0, many},
    OptionField{"presence-ms", &RunOptions::presence_ms, 0, many},
    OptionField{"retention-ms", &RunOptions::retention_ms, 0, many},
    OptionField{"files-ms", &RunOptions::files_ms, 0, many},
    OptionField{"people-ms", &RunOptions::people_ms, 0, many},
    OptionField{"password-ms", &RunOptions::password_ms, 0, many},
    OptionField{"payload-max", &RunOptions::payload_max, 0, 60'000},
    OptionField{"storm-ms", &RunOptions::storm_ms, 0, many},
    OptionField{"storms", &RunOptions::storms, 1, 16},
    OptionField{"grey-ms", &RunOptions::grey_ms, 0, many},
    OptionField{"latency-us", &RunOptions::latency_us, 1, many},
    OptionField{"latency-spread-us", &RunOptions::latency_spread_us, 0, many},
    OptionField{"delay-max-ms", &RunOptions::delay_max_ms, 0, many},
    OptionField{"silence-max-ms", &RunOptions::silence_max_ms, 1, many},
    OptionField{"lose-ppm", &RunOptions::lose_ppm, 0, million},
    OptionField{"duplicate-ppm", &RunOptions::duplicate_ppm, 0, million},
    OptionField{"reorder-ppm", &RunOptions::reorder_ppm, 0, million},
    OptionField{"delay-ppm", &RunOptions::delay_ppm, 0, million},
    OptionField{"flip-ppm", &RunOptions::flip_ppm, 0, million},
    OptionField{"reset-ppm", &RunOptions::reset_ppm, 0, million},
    OptionField{"kill-every-ms", &RunOptions::kill_every_ms, 0, many},
    OptionField{"power-cut-every-ms", &RunOptions::power_cut_every_ms, 0, many},
    OptionField{"partition-every-ms", &RunOptions::partition_every_ms, 0, many},
    OptionField{"one-way-every-ms", &RunOptions::one_way_every_ms, 0, many},
    OptionField{"isolate-every-ms", &RunOptions::isolate_every_ms, 0, many},
    OptionField{"bridge-every-ms", &RunOptions::bridge_every_ms, 0, many},
    OptionField{"pause-every-ms", &RunOptions::pause_every_ms, 0, many},
    OptionField{"slow-disk-every-ms", &RunOptions::slow_disk_every_ms, 0, many},
    OptionField{"clock-shift-every-ms", &RunOptions::clock_shift_every_ms, 0, many},
    OptionField{"restart-all-every-ms", &RunOptions::restart_all_every_ms, 0, many},
    OptionField{"outage-every-ms", &RunOptions::outage_every_ms, 0, many},
    OptionField{"client-kill-every-ms", &RunOptions::client_kill_every_ms, 0, many},
    OptionField{"relay-every-ms", &RunOptions::relay_every_ms, 0, many},
    OptionField{"rot-log-every-ms", &RunOptions::rot_log_every_ms, 0, many},
    OptionField{"rot-meta-every-ms", &RunOptions::rot_meta_every_ms, 0, many},
    OptionField{"misdirect-every-ms", &RunOptions::misdirect_every_ms, 0, many},
    OptionField{"wipe-every-ms", &RunOptions::wipe_every_ms, 0, many},
    OptionField{"old-backup-every-ms", &RunOptions::old_backup_every_ms, 0, many},
    OptionField{"write-error-every-ms", &RunOptions::write_error_every_ms, 0, many},
    OptionField{"sync-error-every-ms", &RunOptions::sync_error_every_ms, 0, many},
    OptionField{"read-error-every-ms", &RunOptions::read_error_every_ms, 0, many},
    OptionField{"disk-full-every-ms", &RunOptions::disk_full_every_ms, 0, many},
    OptionField{"disk-fills-every-ms", &RunOptions::disk_fills_every_ms, 0, many},
    OptionField{"disk-left-kib", &RunOptions::disk_left_kib, 1, 1 << 20},
    OptionField{"stall-every-ms", &RunOptions::stall_every_ms, 0, many},
    OptionField{"clog-every-ms", &RunOptions::clog_every_ms, 0, many},
    OptionField{"swizzle-every-ms", &RunOptions::swizzle_every_ms, 0, many},
    OptionField{"drop-type-every-ms", &RunOptions::drop_type_every_ms, 0, many},
    OptionField{"half-open-every-ms", &RunOptions::half_open_every_ms, 0, many},
    OptionField{"reconnect-every-ms", &RunOptions::reconnect_every_ms, 0, many},
    OptionField{"priorities-every-ms", &RunOptions::priorities_every_ms, 0, many},
    OptionField{"clock-drift-every-ms", &RunOptions::clock_drift_every_ms, 0, many},
    OptionField{"clock-freeze-every-ms", &RunOptions::clock_freeze_every_ms, 0, many},
    OptionField{"suspend-every-ms", &RunOptions::suspend_every_ms, 0, many},
    OptionField{"squeeze-every-ms", &RunOptions::squeeze_every_ms, 0, many},
    OptionField{"gap-every-ms", &RunOptions::gap_every_ms, 0, many},
    OptionField{"rot-ahead-every-ms", &RunOptions::rot_ahead_every_ms, 0, many},
    OptionField{"rot-image-every-ms", &RunOptions::rot_image_every_ms, 0, many},
    OptionField{"transfer-every-ms", &RunOptions::transfer_every_ms, 0, many},
    OptionField{"late-vote-every-ms", &RunOptions::late_vote_every_ms, 0, many},
    OptionField{"install-crash-every-ms", &RunOptions::install_crash_every_ms, 0, many},
    OptionField{"lone-leader-every-ms", &RunOptions::lone_leader_every_ms, 0, many},
    OptionField{"add-every-ms", &RunOptions::add_every_ms, 0, many},
    OptionField{"promote-every-ms", &RunOptions::promote_every_ms, 0, many},
    OptionField{"remove-every-ms", &RunOptions::remove_every_ms, 0, many},
    OptionField{"replace-every-ms", &RunOptions::replace_every_ms, 0, many},
    OptionField{"upgrade-every-ms", &RunOptions::upgrade_every_ms, 0, many},
    OptionField{"move-every-ms", &RunOptions::move_every_ms, 0, many},
    OptionField{"rot-state-every-ms", &RunOptions::rot_state_every_ms, 0, many},
    OptionField{"wrong-result-every-ms", &RunOptions::wrong_result_every_ms, 0, many},
    OptionField{"lease-every-ms", &RunOptions::lease_every_ms, 0, many},
    OptionField{"prefer-every-ms", &RunOptions::prefer_every_ms, 0, many},
    OptionField{"scrub-ms", &RunOptions::scrub_ms, 0, many},
    OptionField{"aim-percent", &RunOptions::aim_percent, 0, 100},
    OptionField{"downtime-max-ms", &RunOptions::downtime_max_ms, 0, many},
    OptionField{"cut-max-ms", &RunOptions::cut_max_ms, 0, many},
    OptionField{"pause-max-ms", &RunOptions::pause_max_ms, 0, many},
    OptionField{"slow-max-ms", &RunOptions::slow_max_ms, 0, many},
    OptionField{"stall-max-ms", &RunOptions::stall_max_ms, 0, many},
    OptionField{"clock-offset-max-ms", &RunOptions::clock_offset_max_ms, 0, many},
    OptionField{"wrong-clocks-ms", &RunOptions::wrong_clocks_ms, 0, many},
    OptionField{"steady-drift-ppm", &RunOptions::steady_drift_ppm, 0, 500'000},
    OptionField{"sync-us", &RunOptions::sync_us, 1, many},
    OptionField{"sync-spread-us", &RunOptions::sync_spread_us, 0, many},
    OptionField{"sector", &RunOptions::sector, 512, 4096},
    OptionField{"segment-kib", &RunOptions::segment_kib, 64, 1 << 20},
    OptionField{"keep-slots", &RunOptions::keep_slots, 0, many},
    OptionField{"keep-kib", &RunOptions::keep_kib, 0, many},
    OptionField{"hold-kib", &RunOptions::hold_kib, 0, many},
    OptionField{"image-chunk", &RunOptions::image_chunk, 16, 1 << 20},
    OptionField{"worker-ms", &RunOptions::worker_ms, 2, many},
    OptionField{"durable-slots", &RunOptions::durable_slots, 1, many},
    OptionField{"commit-ms", &RunOptions::commit_ms, 1, many},
    OptionField{"vfs-syncs-names", &RunOptions::vfs_syncs_names, 0, 1},
    OptionField{"rare-ppm", &RunOptions::rare_ppm, 0, million},
    OptionField{"apply-delay-us", &RunOptions::apply_delay_us, 0, many},
    OptionField{"tick-ms", &RunOptions::tick_ms, 1, many},
    OptionField{"heartbeat-ms", &RunOptions::heartbeat_ms, 1, many},
    OptionField{"election-ms", &RunOptions::election_ms, 1, many},
    OptionField{"resend-ms", &RunOptions::resend_ms, 1, many},
    OptionField{"lease-window-ms", &RunOptions::lease_window_ms, 0, many},
    OptionField{"open-slots-max", &RunOptions::open_slots_max, 1, 1 << 20},
    OptionField{"open-bytes-max", &RunOptions::open_bytes_max, 1, many},
    OptionField{"batch-commands-max", &RunOptions::batch_commands_max, 1, 1 << 20},
    OptionField{"batch-bytes-max", &RunOptions::batch_bytes_max, 1, many},
    OptionField{"queued-commands-max", &RunOptions::queued_commands_max, 1, 1 << 30},
    OptionField{"message-bytes-max", &RunOptions::message_bytes_max, 1, many},
    OptionField{"memory-bytes-max", &RunOptions::memory_bytes_max, 0, many},
    OptionField{"accepted-slots-max", &RunOptions::accepted_slots_max, 1, 1 << 30},
    OptionField{"grey-percent-min", &RunOptions::grey_percent_min, 0, 100},
    OptionField{"more-patience-ms", &RunOptions::more_patience_ms, 0, many},
    OptionField{"disk-checks-ppm", &RunOptions::disk_checks_ppm, 0, million},
    OptionField{"canary", &RunOptions::canary, 0, 1},
};

}  // namespace

const char* name_of(Profile profile) {
    switch (profile) {
        case Profile::toy: return "toy";
        case Profile::sqlite: return "sqlite";
        case Profile::reconfig: return "reconfig";
    }
    return "";
}

std::optional<Profile> profile_named(std::string_view name) {
    for (const Profile profile : {Profile::toy, Profile::sqlite, Profile::reconfig}) {
        if (name == name_of(profile)) return profile;
    }
    return std::nullopt;
}

std::span<const OptionField> option_fields() { return fields; }

RunOptions calm_options(Profile profile) {
    RunOptions options;
    options.profile = profile;
    return options;
}

std::string command_line(const RunOptions& options) {
    const RunOptions usual;
    std::string line = fmt::format("--profile {}", name_of(options.profile));
    for (const OptionField& field : fields) {
        if (options.*field.field != usual.*field.field) line += fmt::format(" --{} {}", field.name, options.*field.field);
    }
    return line;
}

consensus::Options protocol_options(const RunOptions& options) {
    consensus::Options result;
    result.tick_interval = milliseconds{options.tick_ms};
    result.heartbeat_interval = milliseconds{options.heartbeat_ms};
    result.election_timeout = milliseconds{options.election_ms};
    result.resend_interval = milliseconds{options.resend_ms};
    result.lease_window = milliseconds{options.lease_window_ms > 0 ? options.lease_window_ms : options.election_ms};
    result.open_slots_max = static_cast<std::uint32_t>(options.open_slots_max);
    result.open_bytes_max = static_cast<std::size_t>(options.open_bytes_max);
    result.batch_commands_max = static_cast<std::uint32_t>(options.batch_commands_max);
    result.batch_bytes_max = static_cast<std::size_t>(options.batch_bytes_max);
    result.queued_commands_max = static_cast<std::uint32_t>(options.queued_commands_max);
    result.message_bytes_max = static_cast<std::size_t>(options.message_bytes_max);
    result.memory_bytes_max = static_cast<std::size_t>(options.memory_bytes_max);
    result.accepted_slots_max = static_cast<std::uint32_t>(options.accepted_slots_max);
    return result;
}

consensus::LeadershipTimes leadership_times(const RunOptions& options) {
    const milliseconds pause{std::max<std::int64_t>(500, 2 * options.election_ms)};
    return {pause / 5, pause, pause, 8 * pause, 6 * pause};
}

NetworkOptions network_options(const RunOptions& options) {
    NetworkOptions result;
    result.latency_min = microseconds{options.latency_us};
    result.latency_spread = microseconds{options.latency_spread_us};
    result.delay_max = milliseconds{options.delay_max_ms};
    result.silence_max = milliseconds{options.silence_max_ms};
    return result;
}

SimDiskOptions disk_options(const RunOptions& options) {
    SimDiskOptions result;
    result.sector_size = static_cast<std::uint32_t>(options.sector);
    result.sync_latency = microseconds{options.sync_us};
    result.sync_jitter = microseconds{options.sync_spread_us};
    return result;
}

consensus::LogOptions log_options(const RunOptions& options) {
    consensus::LogOptions result;
    result.segment_size = static_cast<std::uint64_t>(options.segment_kib) << 10U;
    result.keep_slots = static_cast<std::uint64_t>(options.keep_slots);
    result.keep_bytes = static_cast<std::uint64_t>(options.keep_kib) << 10U;
    result.hold_bytes = static_cast<std::uint64_t>(options.hold_kib) << 10U;
    return result;
}

Faults::Rates fault_rates(const RunOptions& options) {
    return {{FaultKind::lose, options.lose_ppm},       {FaultKind::duplicate, options.duplicate_ppm},
            {FaultKind::reorder, options.reorder_ppm}, {FaultKind::delay, options.delay_ppm},
            {FaultKind::flip, options.flip_ppm},       {FaultKind::reset, options.reset_ppm}};
}

}  // namespace parley::sim
