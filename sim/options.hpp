// RunOptions: everything that shapes a run beside its seed. Every field has a name on the command line, so that a run
// prints itself as a command that gives it again. In a swarm each seed draws its own.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "consensus/core/options.hpp"
#include "consensus/driver/leadership.hpp"
#include "consensus/storage/log.hpp"
#include "sim/disk/sim_disk.hpp"
#include "sim/fault_plan.hpp"
#include "sim/sim_network.hpp"

namespace parley::sim {

enum class Profile : std::uint8_t { toy, sqlite, reconfig };   // reconfig: toy, with changes of membership
const char* name_of(Profile profile);
std::optional<Profile> profile_named(std::string_view name);

struct RunOptions {
    Profile profile = Profile::toy;
    // who and how much
    std::int64_t replicas = 3;
    std::int64_t spares = 0;              // replicas that are no members yet
    std::int64_t mixed_versions = 0;      // some replicas begin with a program of this feature level, and so does the cluster; 0: none
    std::int64_t clients = 3;
    std::int64_t window = 4;              // requests a client has open at once
    std::int64_t think_ms = 10;           // mean pause of a client between requests
    std::int64_t read_ms = 0;             // mean pause of a client between linearizable reads, 0 = none
    std::int64_t search_ms = 0;           // chat: mean pause of a client between searches, 0 = none, and no index
    std::int64_t devices = 1;             // chat: clients with one account
    std::int64_t session_idle_ms = 0;     // chat: a session that is idle for longer is over; 0: none is
    std::int64_t presence_ms = 0;         // chat: who is there is said every so often; 0: never
    std::int64_t retention_ms = 0;        // chat: mean pause between orders how long a room keeps its texts, 0 = none
    std::int64_t files_ms = 0;            // chat: mean pause of a client between uploads, 0 = none
    std::int64_t people_ms = 0;           // chat: mean pause of a client between what it has to do with people, 0 = none
    std::int64_t password_ms = 0;         // chat: mean pause of a client between changes of its password, 0 = none
    std::int64_t payload_max = 200;       // bytes
    std::int64_t storm_ms = 6000;
    std::int64_t storms = 1;              // each begins from what the one before left on the disks
    std::int64_t grey_ms = 0;             // behind the storms: so long one replica is slow and stays so
    // network
    std::int64_t latency_us = 100;
    std::int64_t latency_spread_us = 400;
    std::int64_t delay_max_ms = 300;
    std::int64_t silence_max_ms = 3000;
    std::int64_t lose_ppm = 0;
    std::int64_t duplicate_ppm = 0;
    std::int64_t reorder_ppm = 0;
    std::int64_t delay_ppm = 0;
    std::int64_t flip_ppm = 0;
    std::int64_t reset_ppm = 0;
    // planned faults: mean time between two of a kind, 0 = never
    std::int64_t kill_every_ms = 0;
    std::int64_t power_cut_every_ms = 0;
    std::int64_t partition_every_ms = 0;
    std::int64_t one_way_every_ms = 0;
    std::int64_t isolate_every_ms = 0;
    std::int64_t bridge_every_ms = 0;
    std::int64_t pause_every_ms = 0;
    std::int64_t slow_disk_every_ms = 0;
    std::int64_t clock_shift_every_ms = 0;
    std::int64_t restart_all_every_ms = 0;
    std::int64_t outage_every_ms = 0;
    std::int64_t client_kill_every_ms = 0;
    std::int64_t relay_every_ms = 0;
    std::int64_t rot_log_every_ms = 0;
    std::int64_t rot_meta_every_ms = 0;
    std::int64_t misdirect_every_ms = 0;
    std::int64_t wipe_every_ms = 0;
    std::int64_t old_backup_every_ms = 0;
    std::int64_t write_error_every_ms = 0;
    std::int64_t sync_error_every_ms = 0;
    std::int64_t read_error_every_ms = 0;
    std::int64_t disk_full_every_ms = 0;
    std::int64_t disk_fills_every_ms = 0;
    std::int64_t disk_left_kib = 16384;  // on a disk that others have filled: more than is written until that is seen twice
    std::int64_t stall_every_ms = 0;
    std::int64_t clog_every_ms = 0;
    std::int64_t swizzle_every_ms = 0;
    std::int64_t drop_type_every_ms = 0;
    std::int64_t half_open_every_ms = 0;
    std::int64_t reconnect_every_ms = 0;
    std::int64_t priorities_every_ms = 0;
    std::int64_t clock_drift_every_ms = 0;
    std::int64_t clock_freeze_every_ms = 0;
    std::int64_t suspend_every_ms = 0;
    std::int64_t squeeze_every_ms = 0;
    std::int64_t gap_every_ms = 0;
    std::int64_t rot_ahead_every_ms = 0;
    std::int64_t rot_image_every_ms = 0;
    std::int64_t transfer_every_ms = 0;
    std::int64_t late_vote_every_ms = 0;
    std::int64_t install_crash_every_ms = 0;
    std::int64_t lone_leader_every_ms = 0;
    std::int64_t add_every_ms = 0;
    std::int64_t promote_every_ms = 0;
    std::int64_t remove_every_ms = 0;
    std::int64_t replace_every_ms = 0;
    std::int64_t upgrade_every_ms = 0;
    std::int64_t move_every_ms = 0;
    std::int64_t rot_state_every_ms = 0;
    std::int64_t wrong_result_every_ms = 0;
    std::int64_t lease_every_ms = 0;       // leases are switched; above 0 steady clocks go on while a machine is suspended (P10)
    std::int64_t prefer_every_ms = 0;      // priorities change; above 0 leaders look whether another one should lead
    std::int64_t scrub_ms = 400;           // between two readings of the whole database; 0: none
    std::int64_t aim_percent = 40;        // of planned faults that hit whoever leads
    std::int64_t downtime_max_ms = 1000;
    std::int64_t cut_max_ms = 2000;
    std::int64_t pause_max_ms = 1500;
    std::int64_t slow_max_ms = 30;        // added to every sync of a slow disk
    std::int64_t stall_max_ms = 1000;
    std::int64_t clock_offset_max_ms = 0;
    std::int64_t wrong_clocks_ms = 0;     // the clocks of a minority are up to so far off
    std::int64_t steady_drift_ppm = 0;    // steady clocks are up to so much too fast or too slow, each for good
    // disks
    std::int64_t sync_us = 200;
    std::int64_t sync_spread_us = 200;
    std::int64_t sector = 4096;
    std::int64_t segment_kib = 256;
    std::int64_t keep_slots = 16'384;     // compaction leaves so many chosen slots,
    std::int64_t keep_kib = 131'072;      // but no more than this
    std::int64_t hold_kib = 1'048'576;    // and waits for a snapshot up to this
    std::int64_t image_chunk = 262'144;   // bytes of a snapshot that travel together
    std::int64_t worker_ms = 40;          // a worker is done within
    std::int64_t durable_slots = 32;      // toy: a power cut takes back up to four times so many slots of the state; 1: none
    std::int64_t commit_ms = 50;          // the database follows the log within
    std::int64_t vfs_syncs_names = 1;     // 0: SQLite's files become durable, their names only when somebody asks
    std::int64_t rare_ppm = 0;            // of the places in the product where a legal, unlikely way can be taken
    std::int64_t apply_delay_us = 0;      // a state machine that lags
    // protocol
    std::int64_t tick_ms = 10;
    std::int64_t heartbeat_ms = 50;
    std::int64_t election_ms = 300;
    std::int64_t resend_ms = 150;
    std::int64_t lease_window_ms = 0;     // 0: as long as an election time-out
    std::int64_t open_slots_max = 256;
    std::int64_t open_bytes_max = std::int64_t{16} << 20U;
    std::int64_t batch_commands_max = 1024;
    std::int64_t batch_bytes_max = std::int64_t{1} << 20U;
    std::int64_t queued_commands_max = 32768;
    std::int64_t message_bytes_max = std::int64_t{2} << 20U;
    std::int64_t memory_bytes_max = std::int64_t{32} << 20U;
    std::int64_t accepted_slots_max = 16'384;
    // how closely the observer looks, and how long it waits
    std::int64_t grey_percent_min = 10;   // of the throughput before, that must be left beside a slow replica
    std::int64_t more_patience_ms = 0;    // tells slow from stuck when liveness fails
    std::int64_t disk_checks_ppm = 2000;  // of asserting messages: is what they claim on the medium now?
    std::int64_t canary = 0;              // 1: a state machine that lies, to prove that the oracles look
};

struct OptionField {
    const char* name;
    std::int64_t RunOptions::*field;
    std::int64_t low;
    std::int64_t high;
};
std::span<const OptionField> option_fields();

// The options a seed draws for itself in a swarm of this profile.
RunOptions draw_options(std::uint64_t seed, Profile profile);
// No fault at all, the defaults otherwise.
RunOptions calm_options(Profile profile);
// "--profile toy --replicas 5 …": every option that differs from the default.
std::string command_line(const RunOptions& options);

consensus::Options protocol_options(const RunOptions& options);
// Short enough for a storm to have many of them.
consensus::LeadershipTimes leadership_times(const RunOptions& options);
NetworkOptions network_options(const RunOptions& options);
SimDiskOptions disk_options(const RunOptions& options);
consensus::LogOptions log_options(const RunOptions& options);
Faults::Rates fault_rates(const RunOptions& options);

}  // namespace parley::sim
