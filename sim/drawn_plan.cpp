#include "sim/drawn_plan.hpp"

#include <algorithm>
#include <variant>

#include "consensus/core/messages.hpp"
#include "net/ports/check.hpp"
#include "sim/chance.hpp"

namespace parley::sim {
namespace {

using std::chrono::microseconds;

constexpr auto consensus_message_types = static_cast<std::int64_t>(std::variant_size_v<consensus::Message>);
constexpr std::int64_t message_types_of_leases = 2;   // the last ones

struct Rate {
    FaultKind kind;
    std::int64_t RunOptions::*every_ms;
};
constexpr Rate rates[] = {
    {FaultKind::kill, &RunOptions::kill_every_ms},
    {FaultKind::power_cut, &RunOptions::power_cut_every_ms},
    {FaultKind::partition, &RunOptions::partition_every_ms},
    {FaultKind::one_way, &RunOptions::one_way_every_ms},
    {FaultKind::isolate, &RunOptions::isolate_every_ms},
    {FaultKind::bridge, &RunOptions::bridge_every_ms},
    {FaultKind::pause, &RunOptions::pause_every_ms},
    {FaultKind::slow_disk, &RunOptions::slow_disk_every_ms},
    {FaultKind::clock_shift, &RunOptions::clock_shift_every_ms},
    {FaultKind::restart_all, &RunOptions::restart_all_every_ms},
    {FaultKind::outage, &RunOptions::outage_every_ms},
    {FaultKind::client_kill, &RunOptions::client_kill_every_ms},
    {FaultKind::relay, &RunOptions::relay_every_ms},
    {FaultKind::rot_log, &RunOptions::rot_log_every_ms},
    {FaultKind::rot_meta, &RunOptions::rot_meta_every_ms},
    {FaultKind::misdirect, &RunOptions::misdirect_every_ms},
    {FaultKind::wipe, &RunOptions::wipe_every_ms},
    {FaultKind::old_backup, &RunOptions::old_backup_every_ms},
    {FaultKind::write_error, &RunOptions::write_error_every_ms},
    {FaultKind::sync_error, &RunOptions::sync_error_every_ms},
    {FaultKind::read_error, &RunOptions::read_error_every_ms},
    {FaultKind::disk_full, &RunOptions::disk_full_every_ms},
    {FaultKind::stall, &RunOptions::stall_every_ms},
    {FaultKind::clog, &RunOptions::clog_every_ms},
    {FaultKind::swizzle, &RunOptions::swizzle_every_ms},
    {FaultKind::drop_type, &RunOptions::drop_type_every_ms},
    {FaultKind::half_open, &RunOptions::half_open_every_ms},
    {FaultKind::reconnect, &RunOptions::reconnect_every_ms},
    {FaultKind::priorities, &RunOptions::priorities_every_ms},
    {FaultKind::clock_drift, &RunOptions::clock_drift_every_ms},
    {FaultKind::clock_freeze, &RunOptions::clock_freeze_every_ms},
    {FaultKind::suspend, &RunOptions::suspend_every_ms},
    {FaultKind::squeeze, &RunOptions::squeeze_every_ms},
    {FaultKind::gap, &RunOptions::gap_every_ms},
    {FaultKind::rot_ahead, &RunOptions::rot_ahead_every_ms},
    {FaultKind::rot_image, &RunOptions::rot_image_every_ms},
    {FaultKind::transfer, &RunOptions::transfer_every_ms},
    {FaultKind::late_vote, &RunOptions::late_vote_every_ms},
    {FaultKind::install_crash, &RunOptions::install_crash_every_ms},
    {FaultKind::lone_leader, &RunOptions::lone_leader_every_ms},
    {FaultKind::add, &RunOptions::add_every_ms},
    {FaultKind::promote, &RunOptions::promote_every_ms},
    {FaultKind::remove, &RunOptions::remove_every_ms},
    {FaultKind::replace, &RunOptions::replace_every_ms},
    {FaultKind::rot_state, &RunOptions::rot_state_every_ms},
    {FaultKind::upgrade, &RunOptions::upgrade_every_ms},
    {FaultKind::move, &RunOptions::move_every_ms},
    {FaultKind::wrong_result, &RunOptions::wrong_result_every_ms},
    {FaultKind::lease, &RunOptions::lease_every_ms},
    {FaultKind::disk_fills, &RunOptions::disk_fills_every_ms},
    {FaultKind::prefer, &RunOptions::prefer_every_ms},
};

std::uint64_t further(std::uint64_t bits, std::uint64_t place) { return hash_of(bits, place); }

// Up to so many operations of the disk may pass before a crash in the middle of one.
std::int64_t operations_ahead(std::uint64_t bits) {
    switch (bits % 4) {
        case 0: return 400;
        case 1: return 12;   // of those on the state's files
        default: return 40;
    }
}

std::vector<std::int64_t> draw_arguments(const RunOptions& options, FaultKind kind, std::uint64_t bits) {
    const std::int64_t count = options.replicas + options.spares;
    const bool is_aimed = happens(further(bits, 9), options.aim_percent * 10'000);
    const std::int64_t who = is_aimed ? whoever_leads : between(further(bits, 1), 0, count - 1);
    const auto up_to_ms = [bits](std::uint64_t place, std::int64_t most) { return between(further(bits, place), 1, most * 1000 + 1); };
    const auto place = [bits](std::uint64_t number) { return static_cast<std::int64_t>(further(bits, number) >> 1U); };
    switch (kind) {
        case FaultKind::kill:
        case FaultKind::power_cut:
            // Half of them at the k-th operation of the disk from now on: near writes is where crashes hurt.
            // Some count operations on the state's files alone, some are far enough ahead to fall into the next start.
            return {who, up_to_ms(2, options.downtime_max_ms), further(bits, 3) % 2 == 0 ? -1 : between(further(bits, 4), 0, operations_ahead(further(bits, 5))),
                    further(bits, 5) % 4 == 1 ? 1 : 0};
        case FaultKind::partition: {
            // All on one side means that nobody reaches anybody: whoever led may be the next to lead.
            const std::int64_t everybody = (std::int64_t{1} << count) - 1;
            const bool is_total = further(bits, 3) % 4 == 0;
            return {is_total ? everybody : between(further(bits, 1), 1, everybody), up_to_ms(2, options.cut_max_ms)};
        }
        case FaultKind::one_way: return {who, between(further(bits, 2), 0, count - 1), up_to_ms(3, options.cut_max_ms)};
        case FaultKind::bridge: return {who, place(2), up_to_ms(3, options.cut_max_ms)};
        case FaultKind::isolate: return {who, up_to_ms(2, options.cut_max_ms)};
        case FaultKind::pause: return {who, up_to_ms(2, options.pause_max_ms)};
        case FaultKind::slow_disk: return {who, up_to_ms(2, options.slow_max_ms), up_to_ms(3, 2000)};
        case FaultKind::clock_shift:
            return {who, between(further(bits, 2), -options.clock_offset_max_ms, options.clock_offset_max_ms)};
        case FaultKind::restart_all: return {up_to_ms(2, options.downtime_max_ms)};
        case FaultKind::outage: return {up_to_ms(2, options.downtime_max_ms), between(further(bits, 3), 1, 3)};
        case FaultKind::client_kill:
            return {count + between(further(bits, 1), 0, std::max<std::int64_t>(options.clients - 1, 0)), up_to_ms(2, options.downtime_max_ms)};
        case FaultKind::relay:
            return {between(further(bits, 1), 2, 6), options.election_ms * between(further(bits, 2), 1000, 4000), place(3)};
        case FaultKind::rot_log: return {who, between(further(bits, 2), 0, 2), place(3)};
        case FaultKind::rot_meta:
        case FaultKind::wipe: return {who, up_to_ms(2, options.downtime_max_ms), place(3)};
        case FaultKind::misdirect: return {who, place(3)};
        case FaultKind::old_backup: return {who, up_to_ms(2, 2000), up_to_ms(3, options.downtime_max_ms)};
        case FaultKind::write_error:
        case FaultKind::sync_error:
        case FaultKind::read_error: return {who, between(further(bits, 2), 0, 2), between(further(bits, 3), 0, 30)};
        case FaultKind::disk_full: return {who, up_to_ms(2, options.cut_max_ms)};
        case FaultKind::disk_fills: {
            // Half of the time all of them: replicas live on equal disks.
            const std::int64_t everybody = (std::int64_t{1} << count) - 1;
            return {further(bits, 3) % 2 == 0 ? everybody : between(further(bits, 1), 1, everybody), up_to_ms(2, 2 * options.cut_max_ms)};
        }
        case FaultKind::stall: return {who, up_to_ms(2, options.stall_max_ms)};
        case FaultKind::clog: return {who, between(further(bits, 2), 0, count + options.clients - 1), up_to_ms(3, options.cut_max_ms)};
        case FaultKind::swizzle: return {place(2), up_to_ms(3, options.cut_max_ms / 4)};
        case FaultKind::drop_type: return {who, between(further(bits, 2), 0, consensus_message_types - 1 - (options.lease_every_ms > 0 ? 0 : message_types_of_leases)), up_to_ms(3, options.cut_max_ms)};
        case FaultKind::half_open: return {who, between(further(bits, 2), 0, count + options.clients - 1)};
        case FaultKind::reconnect: return {between(further(bits, 1), 2, 6), up_to_ms(2, options.election_ms)};
        case FaultKind::priorities: return {place(1), up_to_ms(2, options.cut_max_ms)};
        case FaultKind::clock_drift: return {who, between(further(bits, 2), -100'000, 100'000)};
        case FaultKind::clock_freeze:
        case FaultKind::suspend: return {who, up_to_ms(2, options.pause_max_ms)};
        case FaultKind::squeeze: return {place(1), up_to_ms(2, 40), options.election_ms * between(further(bits, 3), 2000, 8000)};
        case FaultKind::gap: return {up_to_ms(1, 60), up_to_ms(2, 15), options.election_ms * between(further(bits, 3), 2000, 6000)};
        case FaultKind::rot_ahead: return {place(1), up_to_ms(2, options.cut_max_ms)};
        case FaultKind::rot_image: return {who, place(2)};
        case FaultKind::late_vote:
        case FaultKind::lone_leader: return {place(1)};
        case FaultKind::install_crash:
            // In half of the cases the log's operations count: it is told where it begins from now on while the snapshot is installed.
            return {between(further(bits, 1), 0, count - 1), up_to_ms(2, options.downtime_max_ms),
                    further(bits, 5) % 2 == 0 ? between(further(bits, 3), 0, 6) : between(further(bits, 3), 0, 16), between(further(bits, 4), 0, 1),
                    further(bits, 5) % 2 == 0 ? 0 : 1};
        case FaultKind::transfer:
        case FaultKind::add:
        case FaultKind::promote: return {between(further(bits, 1), 0, count - 1)};
        case FaultKind::remove: return {who, between(further(bits, 2), 0, 1)};
        case FaultKind::wrong_result: return {who};
        case FaultKind::lease: return {further(bits, 1) % 4 == 0 ? 0 : 1};
        case FaultKind::prefer: return {between(further(bits, 1), 0, count - 1), between(further(bits, 2), 0, 4) * 25};
        case FaultKind::upgrade: return {who, up_to_ms(2, options.downtime_max_ms), further(bits, 3) % 3 == 0 ? options.mixed_versions : std::int64_t{consensus::highest_feature_level.value}};
        case FaultKind::move: return {who, up_to_ms(2, options.downtime_max_ms), between(further(bits, 3), 2, 9)};
        case FaultKind::replace: return {who, between(further(bits, 2), 0, count - 1)};
        case FaultKind::rot_state: return {who, place(2), up_to_ms(3, options.cut_max_ms)};
        case FaultKind::lose:
        case FaultKind::duplicate:
        case FaultKind::reorder:
        case FaultKind::delay:
        case FaultKind::flip:
        case FaultKind::reset: break;
    }
    CHECK(false, "a fault that is not planned");
    return {};
}

void draw_kind(const RunOptions& options, std::uint64_t seed, const DrawnTime& time, const Rate& rate, FaultPlan& plan) {
    const std::int64_t every_ms = options.*rate.every_ms;
    if (every_ms == 0) return;
    net::Instant at = time.begin;
    for (std::uint64_t place = time.first_place;; ++place) {
        const std::uint64_t bits = hash_of(seed, hash_of_text("planned"), static_cast<std::uint64_t>(rate.kind), place);
        at += microseconds{between(bits, every_ms * 300, every_ms * 1700)};
        if (at >= time.end) return;
        plan.push_back(FaultEntry{at, rate.kind, place, draw_arguments(options, rate.kind, mix(bits))});
    }
}

}  // namespace

FaultPlan draw_plan(const RunOptions& options, std::uint64_t seed, const DrawnTime& time) {
    FaultPlan plan;
    for (const Rate& rate : rates) {
        if (rate.kind == FaultKind::upgrade && options.mixed_versions == 0) continue;
        draw_kind(options, seed, time, rate, plan);
    }
    return plan;
}

}  // namespace parley::sim
