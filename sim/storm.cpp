#include "sim/storm.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "consensus/core/messages.hpp"
#include "sim/chance.hpp"
#include "sim/disk_layout.hpp"
#include "sim/drawn_plan.hpp"
#include "sim/schedule.hpp"

namespace parley::sim {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// The places of a later storm begin where those of the one before can never come to: a place names one entry of a plan.
constexpr std::uint64_t places_of_a_storm = 1'000'000;

// An entry of a plan that somebody wrote by hand may lack arguments: 0 then.
std::int64_t argument(const FaultEntry& entry, std::size_t place) {
    return place < entry.arguments.size() ? entry.arguments[place] : 0;
}

bool is_of_disks(FaultKind kind) { return (kind >= FaultKind::rot_log && kind <= FaultKind::stall) || kind == FaultKind::old_backup; }

}  // namespace

Storm::Storm(const StormGround& ground, const RunOptions& options)
    : ground_(ground),
      options_(options),
      disks_(ground.budget, ground.log_opens),
      network_(ground.queue, ground.network, ground.replicas, ground.clients) {}

Machine& Storm::machine(std::int64_t index) const {
    const auto place = static_cast<std::size_t>(std::max<std::int64_t>(index, 0));
    const std::size_t replicas = ground_.replicas.size();
    if (place >= replicas && !ground_.clients.empty()) return *ground_.clients[(place - replicas) % ground_.clients.size()];
    return *ground_.replicas[place % replicas];
}

void Storm::unleash(net::Instant end) {
    end_ = end;
    const std::uint64_t first = first_place_;
    const FaultPlan plan = ground_.faults.replaying() ? ground_.faults.planned()
                                                       : draw_plan(options_, ground_.queue.seed(), {ground_.queue.now(), end, first});
    first_place_ += places_of_a_storm;
    for (const FaultEntry& entry : plan) {
        if (entry.key < first || entry.key >= first_place_) continue;   // of another storm
        const EventId id{hash_of(ground_.queue.seed(), hash_of_text("storm"), static_cast<std::uint64_t>(entry.kind), entry.key)};
        ground_.queue.schedule_as(id, world_owner, EventKind::fault, entry.at, [this, entry] { carry_out(resolved(entry)); });
    }
}

FaultEntry Storm::resolved(FaultEntry entry) const {
    const bool names_a_machine = entry.kind != FaultKind::partition && entry.kind != FaultKind::restart_all && entry.kind != FaultKind::outage &&
                                 entry.kind != FaultKind::relay && entry.kind != FaultKind::swizzle &&
                                 entry.kind != FaultKind::reconnect && entry.kind != FaultKind::priorities &&
                                 entry.kind != FaultKind::squeeze && entry.kind != FaultKind::gap &&
                                 entry.kind != FaultKind::rot_ahead && entry.kind != FaultKind::late_vote &&
                                 entry.kind != FaultKind::lone_leader && entry.kind != FaultKind::lease &&
                                 entry.kind != FaultKind::disk_fills;
    if (names_a_machine && argument(entry, 0) == whoever_leads && !entry.arguments.empty()) {
        entry.arguments[0] = static_cast<std::int64_t>(ground_.leader().value_or(entry.key % ground_.replicas.size()));
    }
    return entry;
}

void Storm::carry_out(const FaultEntry& entry) {
    // Until whoever came back with an old disk has found out, those that know better stay: with all of them gone nobody could tell.
    if (returning() != nullptr) return ground_.faults.record(entry, false);
    if (is_of_disks(entry.kind)) return carry_out_on_disk(entry);
    ground_.faults.record(entry);
    const auto hit = [&]() -> Machine& { return machine(argument(entry, 0)); };
    const auto other = [&] { return machine(argument(entry, 1)).id(); };
    const auto us = [&entry](std::size_t place) { return microseconds{argument(entry, place)}; };
    const auto bits = static_cast<std::uint64_t>(argument(entry, 0));
    switch (entry.kind) {
        case FaultKind::kill:
        case FaultKind::client_kill: crash(entry, CrashKind::process_kill); break;
        case FaultKind::power_cut: crash(entry, CrashKind::power_cut); break;
        case FaultKind::partition: network_.partition(bits, us(1)); break;
        case FaultKind::one_way: network_.one_way(hit().id(), other(), us(2)); break;
        case FaultKind::isolate: network_.isolate(hit().id(), us(1)); break;
        case FaultKind::bridge: network_.bridge(hit().id(), static_cast<std::uint64_t>(argument(entry, 1)), us(2)); break;
        case FaultKind::relay: relay(entry); break;
        case FaultKind::pause: hit().stand_still(us(1)); break;
        case FaultKind::suspend: hit().suspend(us(1)); break;
        case FaultKind::slow_disk: slow_disk(entry); break;
        case FaultKind::clock_shift: hit().clock().offset_ms = argument(entry, 1); break;
        case FaultKind::clock_drift: drift(hit().clock(), argument(entry, 1)); break;
        case FaultKind::clock_freeze: freeze(hit(), us(1)); break;
        case FaultKind::restart_all: restart_all(entry); break;
        case FaultKind::outage: sleep_for_days(entry); break;
        case FaultKind::clog: network_.clog(hit().id(), other(), us(2)); break;
        case FaultKind::swizzle: network_.swizzle(bits, us(1)); break;
        case FaultKind::drop_type: network_.drop_type(hit().id(), static_cast<std::size_t>(argument(entry, 1)), us(2)); break;
        case FaultKind::half_open: network_.half_open(hit().id(), other()); break;
        case FaultKind::reconnect: network_.reconnect(argument(entry, 0), us(1)); break;
        case FaultKind::priorities: network_.priorities(bits, us(1)); break;
        case FaultKind::squeeze: squeeze(bits, us(1), us(2)); break;
        case FaultKind::gap: leave_gap(us(0), us(1), us(2)); break;
        case FaultKind::rot_ahead: rot_ahead(bits, us(1)); break;
        case FaultKind::rot_image: DiskStorm::rot_image(hit(), static_cast<std::uint64_t>(argument(entry, 1))); break;
        case FaultKind::rot_state: rot_state(hit(), static_cast<std::uint64_t>(argument(entry, 1)), us(2)); break;
        case FaultKind::wrong_result: err(hit()); break;
        case FaultKind::disk_fills: leave_little_room(bits, us(1)); break;
        case FaultKind::lease: ground_.switch_leases(argument(entry, 0) != 0); break;
        case FaultKind::prefer: prefer(hit(), static_cast<std::uint32_t>(argument(entry, 1)), 10); break;
        case FaultKind::upgrade: upgrade(hit(), argument(entry, 2), us(1)); break;
        case FaultKind::move: move(hit(), argument(entry, 2), us(1), 30); break;
        case FaultKind::transfer: ground_.hand_over(static_cast<std::size_t>(hit().id().value)); break;
        case FaultKind::late_vote: vote_late(schedule_ground(), bits); break;
        case FaultKind::install_crash: crash_installing(entry); break;
        case FaultKind::lone_leader: leave_leader_alone(schedule_ground(), bits); break;
        case FaultKind::add: change(consensus::ChangeKind::add, hit()); break;
        case FaultKind::promote: change(consensus::ChangeKind::promote, hit()); break;
        case FaultKind::remove: remove(hit(), argument(entry, 1) == 1); break;
        case FaultKind::replace: replace(hit(), machine(argument(entry, 1)), 30); break;
        case FaultKind::rot_log:
        case FaultKind::rot_meta:
        case FaultKind::misdirect:
        case FaultKind::wipe:
        case FaultKind::old_backup:
        case FaultKind::write_error:
        case FaultKind::sync_error:
        case FaultKind::read_error:
        case FaultKind::disk_full:
        case FaultKind::stall:
        case FaultKind::lose:
        case FaultKind::duplicate:
        case FaultKind::reorder:
        case FaultKind::delay:
        case FaultKind::flip:
        case FaultKind::reset: break;
    }
}

void Storm::change(consensus::ChangeKind kind, const Machine& who) { ground_.change(kind, static_cast<std::size_t>(who.id().value)); }

// When whoever was removed has gone for good, those that are left may not need it any more. In half of the cases they lose
// their power in that moment.
void Storm::remove(Machine& who, bool cuts_power) {
    change(consensus::ChangeKind::remove, who);
    if (!cuts_power) return;
    who.on_left = [this, &who] {
        for (const auto& other : ground_.replicas) {
            if (other.get() != &who) crash_now(*other, CrashKind::power_cut, milliseconds{1});
        }
    };
}

// As an operator does it: each step when the one before is seen to be done, asked again until it is.
void Storm::replace(const Machine& old, const Machine& next, int rounds) {
    if (rounds == 0 || &old == &next) return;
    ground_.replace(static_cast<std::size_t>(old.id().value), static_cast<std::size_t>(next.id().value));
    ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now() + milliseconds{100}, [this, age = age_, &old, &next, rounds] {
        if (age == age_) replace(old, next, rounds - 1);
    });
}

// Asked again for a while: often another change is under way. What is so already is refused.
void Storm::prefer(const Machine& who, std::uint32_t priority, int rounds) {
    if (rounds == 0) return;
    ground_.prefer(static_cast<std::size_t>(who.id().value), priority);
    ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now() + milliseconds{50}, [this, age = age_, &who, priority, rounds] {
        if (age == age_) prefer(who, priority, rounds - 1);
    });
}

void Storm::upgrade(Machine& machine, std::int64_t version, net::Duration downtime) {
    machine.install_version(static_cast<std::uint32_t>(version));
    crash_now(machine, CrashKind::process_kill, downtime);
}

// As an operator does it: first the cluster is told, again and again until it is so, and then the process starts at the new address. Until then
// whoever dials that one is let through.
void Storm::move(Machine& who, std::int64_t number, net::Duration downtime, int rounds) {
    const std::string address = fmt::format("replica{}:{}", who.id().value, number);
    if (rounds == 0 || who.identity().address == address || static_cast<std::size_t>(who.id().value) >= ground_.replicas.size()) return;
    who.take_address(address);
    if (ground_.move(static_cast<std::size_t>(who.id().value), address)) {
        crash_now(who, CrashKind::process_kill, downtime);
        return;
    }
    ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now() + milliseconds{100}, [this, age = age_, &who, number, downtime, rounds] {
        if (age == age_) move(who, number, downtime, rounds - 1);
    });
}

void Storm::drift(WallClock& clock, std::int64_t ppm) const {
    const net::Instant now = ground_.queue.now();
    const auto gained = clock.at(now).ms - clock.wrong_ms - clock.passed_ms - WallClock{}.at(now).ms;   // no jump: what it has gained so far stays
    clock.offset_ms = gained;
    clock.drift_ppm = ppm;
    clock.drifts_from = now;
}

void Storm::freeze(Machine& machine, net::Duration time) {
    machine.clock().frozen_at = ground_.queue.now();
    ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now() + time, [this, age = age_, &machine] {
        if (age == age_) machine.clock().frozen_at.reset();
    });
}

// First the leader's messages reach one follower only, so that what is chosen now lies on these two. Then the leader is cut
// off and the follower finds its newest record damaged: nobody who is left may say that the slot is empty.
void Storm::squeeze(std::uint64_t bits, net::Duration before, net::Duration time) {
    const auto leader = ground_.leader();
    const std::size_t count = ground_.replicas.size();
    if (!leader || count < 3) return;
    const MachineId leading = ground_.replicas[*leader]->id();
    const std::size_t quorum = count / 2 + 1;
    std::vector<std::size_t> followers;
    for (std::size_t i = 1; i < count; ++i) followers.push_back((*leader + i + bits % (count - 1)) % count);
    std::erase(followers, *leader);
    for (std::size_t i = quorum - 1; i < followers.size(); ++i) network_.one_way(leading, ground_.replicas[followers[i]]->id(), time);
    Machine& damaged = *ground_.replicas[followers.front()];
    ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now() + before, [this, age = age_, leading, &damaged, bits, time] {
        if (age != age_) return;
        network_.isolate(leading, time);
        crash_now(damaged, CrashKind::process_kill, milliseconds{1});
        disks_.rot_log(damaged, static_cast<std::uint64_t>(LogPart::record), bits | 1U);
    });
}

// What the leader proposes first reaches nobody, what it proposes then does, and then it is cut off: whoever leads next finds
// later slots and not the earlier ones.
void Storm::leave_gap(net::Duration before, net::Duration between, net::Duration time) {
    const auto leader = ground_.leader();
    if (!leader) return;
    const MachineId leading = ground_.replicas[*leader]->id();
    network_.drop_type(leading, consensus::Message{consensus::Accept{}}.index(), before);
    ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now() + before + between, [this, age = age_, leading, time] {
        if (age == age_) network_.isolate(leading, time);
    });
}

// The running process may meet it or not; the next start reads all of the file. In half of the cases the process has to find it by
// itself. SQLite's log is read at starts only, so its process is killed first.
void Storm::rot_state(Machine& machine, std::uint64_t bits, net::Duration before_restart) {
    if (mix(bits + 3) % 4 == 0) {
        crash_now(machine, CrashKind::process_kill, milliseconds{1});
        if (mix(bits + 4) % 2 == 0) return rot_copied_log(machine, bits);
        disks_.rot_state(machine, true, bits);
        return;
    }
    if (!disks_.rot_state(machine, false, bits) || mix(bits + 2) % 2 == 0) return;
    ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now() + before_restart, [this, age = age_, &machine] {
        if (age == age_) crash_now(machine, CrashKind::process_kill, milliseconds{1});
    });
}

// The start copies the log into the database and makes it void. Before anything is written behind that, power fails: what says so may not
// be lost, since the disk has changed a part of what was copied.
void Storm::rot_copied_log(Machine& machine, std::uint64_t bits) {
    const net::Duration soon = milliseconds{between(mix(bits + 5), 2, 12)};
    ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now() + soon, [this, age = age_, &machine, bits] {
        if (age != age_ || !crash_now(machine, CrashKind::power_cut, milliseconds{1})) return;
        disks_.rot_state(machine, true, bits);
    });
}

// A wrong state counts as damage: only a minority may have one.
void Storm::err(Machine& machine) {
    if (options_.profile != Profile::sqlite || !ground_.budget.grant(static_cast<std::size_t>(machine.id().value))) return;
    crash_now(machine, CrashKind::process_kill, milliseconds{1});
    ground_.err(machine);
}

// A follower is cut off; when it comes back and asks for what it missed, a part of that is damaged on the leader.
void Storm::rot_ahead(std::uint64_t bits, net::Duration time) {
    const auto leader = ground_.leader();
    const std::size_t count = ground_.replicas.size();
    if (!leader || count < 3) return;
    Machine& leading = *ground_.replicas[*leader];
    network_.isolate(ground_.replicas[(*leader + 1 + bits % (count - 1)) % count]->id(), time);
    ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now() + time, [this, age = age_, &leading, bits] {
        if (age != age_ || leading.is_retired()) return;
        if (disks_.rot_log(leading, static_cast<std::uint64_t>(LogPart::record), bits | 1U)) leading.disk().evict();
    });
}

void Storm::carry_out_on_disk(const FaultEntry& entry) {
    Machine& hit = machine(argument(entry, 0));
    if (static_cast<std::size_t>(hit.id().value) >= ground_.replicas.size() || hit.is_retired()) {
        return ground_.faults.record(entry, false);
    }
    const auto number = [&entry](std::size_t place) { return static_cast<std::uint64_t>(argument(entry, place)); };
    bool struck = true;
    if (entry.kind == FaultKind::rot_log) struck = disks_.rot_log(hit, number(1), number(2));
    if (entry.kind == FaultKind::misdirect) struck = disks_.misdirect(hit, number(1));
    if (entry.kind == FaultKind::rot_meta) {
        const bool went_down = crash_now(hit, CrashKind::process_kill, microseconds{argument(entry, 1)});
        struck = disks_.rot_meta(hit, number(2)) || went_down;
    }
    if (entry.kind == FaultKind::wipe) {
        const bool went_down = crash_now(hit, CrashKind::power_cut, microseconds{argument(entry, 1)});
        struck = disks_.wipe(hit) || went_down;
    }
    if (entry.kind == FaultKind::old_backup) return copy_disk(entry, hit);
    if (entry.kind == FaultKind::write_error) fail_operation(hit, DiskFaultKind::write_error, entry);
    if (entry.kind == FaultKind::sync_error) fail_operation(hit, DiskFaultKind::sync_error, entry);
    if (entry.kind == FaultKind::read_error) fail_operation(hit, DiskFaultKind::read_error, entry);
    if (entry.kind == FaultKind::disk_full) fill_up(hit, microseconds{argument(entry, 1)});
    if (entry.kind == FaultKind::stall) DiskStorm::fail_operation(hit, DiskFaultKind::stall, 0, 0, microseconds{argument(entry, 1)});
    ground_.faults.record(entry, struck);
}

void Storm::copy_disk(const FaultEntry& entry, Machine& machine) {
    const std::shared_ptr<const SimDisk> copy = machine.disk().copy_durable();
    constexpr int tries = 12;
    ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now() + microseconds{argument(entry, 1)},
                           [this, age = age_, entry, &machine, copy] { restore(entry, machine, copy, age, tries); });
}

// Tried again for a while: in a storm there are not many moments in which all others run and have heard of what is newer.
void Storm::restore(const FaultEntry& entry, Machine& machine, const std::shared_ptr<const SimDisk>& copy, std::uint64_t age, int tries) {
    if (age == age_ && put_back(machine, *copy, microseconds{argument(entry, 2)})) return ground_.faults.record(entry);
    if (age != age_ || tries == 0) return ground_.faults.record(entry, false);
    ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now() + milliseconds{150},
                           [this, age, entry, &machine, copy, tries] { restore(entry, machine, copy, age, tries - 1); });
}

// Only what others know to be old: who of them has just started has heard of nothing yet.
bool Storm::put_back(Machine& machine, const SimDisk& copy, net::Duration downtime) {
    const auto index = static_cast<std::size_t>(machine.id().value);
    if (returning() != nullptr || machine.is_retired() || !machine.running() || !ground_.is_known_to_be_old(index, copy) || !ground_.budget.grant_loss(index)) return false;
    for (const auto& other : ground_.replicas) other->disk().disarm();
    crash_now(machine, CrashKind::power_cut, downtime);
    machine.disk().put_back(copy);
    machine.allow_going_back();
    returning_ = &machine;
    return true;
}

void Storm::fail_operation(Machine& machine, DiskFaultKind kind, const FaultEntry& entry) {
    DiskStorm::fail_operation(machine, kind, argument(entry, 1), static_cast<std::uint64_t>(argument(entry, 2)), {});
}

void Storm::fill_up(Machine& machine, net::Duration time) {
    machine.disk().set_full(true);
    ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now() + time, [this, age = age_, &machine] {
        if (age == age_) machine.disk().set_full(false);
    });
}

void Storm::leave_little_room(std::uint64_t which, net::Duration time) {
    for (std::size_t i = 0; i < ground_.replicas.size(); ++i) {
        if ((which >> i & 1U) == 0) continue;
        Machine& machine = *ground_.replicas[i];
        machine.disk().leave_room(static_cast<std::uint64_t>(options_.disk_left_kib) << 10U);
        ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now() + time, [this, age = age_, &machine] {
            if (age == age_) machine.disk().leave_room({});
        });
    }
}

void Storm::crash(const FaultEntry& entry, CrashKind kind) {
    Machine& hit = machine(argument(entry, 0));
    const net::Duration downtime = microseconds{argument(entry, 1)};
    const std::int64_t operation = entry.arguments.size() > 2 ? entry.arguments[2] : -1;
    if (operation >= 0 && !hit.is_retired()) {   // of one that is down: in the middle of its start
        crash_at_operation(hit, kind, downtime, DiskFault{DiskFaultKind::power_cut, static_cast<std::uint64_t>(operation), 1, argument(entry, 3) == 1 ? "state/" : "", {}});
    } else {
        crash_now(hit, kind, downtime);
    }
}

// As soon as there is one to be installed: its file is found, opened, read and removed again.
void Storm::crash_installing(const FaultEntry& entry) {
    Machine& hit = machine(argument(entry, 0));
    if (ground_.queue.now() >= end_ || hit.is_retired()) return;
    if (hit.disk().exists(fetched_image)) {
        const CrashKind kind = argument(entry, 3) == 1 ? CrashKind::power_cut : CrashKind::process_kill;
        return crash_at_operation(hit, kind, microseconds{argument(entry, 1)},
                                  DiskFault{DiskFaultKind::power_cut, static_cast<std::uint64_t>(argument(entry, 2)), 1, argument(entry, 4) == 1 ? "log/" : fetched_image, {}});
    }
    ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now() + milliseconds{20}, [this, age = age_, entry] {
        if (age == age_) crash_installing(entry);
    });
}

void Storm::crash_at_operation(Machine& machine, CrashKind kind, net::Duration downtime, const DiskFault& when) {
    machine.disk().on_power_lost = [this, &machine, kind, downtime] {
        // In the middle of an operation: the machine falls when that call has returned to the queue.
        machine.lose_power(kind == CrashKind::power_cut);
        ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now(),
                               [this, &machine, kind, downtime] { crash_now(machine, kind, downtime); });
    };
    machine.disk().arm(when);
}

bool Storm::crash_now(Machine& machine, CrashKind kind, net::Duration downtime) {
    if (!machine.crash(kind)) return false;
    machine.disk().disarm();
    if (kind == CrashKind::power_cut) ground_.power_lost(machine);
    machine.start_after(downtime);
    return true;
}

// One in four is of another kind: who leads next is slow, and overtaken.
void Storm::relay(const FaultEntry& entry) {
    const auto bits = static_cast<std::uint64_t>(argument(entry, 2));
    if (bits % 4 != 1) return network_.relay(argument(entry, 0), microseconds{argument(entry, 1)}, ground_.leader);
    overtake(schedule_ground(), bits / 4);
}

ScheduleGround Storm::schedule_ground() {
    const auto kill = [this, age = age_](std::size_t replica) {
        if (age == age_) crash_now(*ground_.replicas[replica], CrashKind::process_kill, milliseconds{1});
    };
    return {ground_.queue, ground_.network, ground_.replicas, ground_.leader, ground_.hand_over, kill, milliseconds{options_.election_ms}, end_};
}

void Storm::slow_disk(const FaultEntry& entry) {
    Machine& slow = machine(argument(entry, 0));
    slow.disk().set_extra_latency(microseconds{argument(entry, 1)});
    ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now() + microseconds{argument(entry, 2)},
                           [this, age = age_, &slow] {
                               if (age == age_) slow.disk().set_extra_latency({});
                           });
}

void Storm::restart_all(const FaultEntry& entry) {
    for (std::size_t i = 0; i < ground_.replicas.size(); ++i) {
        const std::uint64_t bits = hash_of(static_cast<std::uint64_t>(argument(entry, 0)), i);
        crash_now(*ground_.replicas[i], CrashKind::power_cut, microseconds{between(bits, 1, argument(entry, 0))});
    }
}

void Storm::sleep_for_days(const FaultEntry& entry) {
    restart_all(entry);
    ground_.days_pass(argument(entry, 1));
}

void Storm::cut_power_everywhere() {
    for (const auto& replica : ground_.replicas) crash_now(*replica, CrashKind::power_cut, milliseconds{1});
}

// Not while somebody is to be found out: who starts anew has to be told first what it knew.
void Storm::update_all() {
    if (returning() != nullptr) return;
    const std::int64_t newest_version = consensus::highest_feature_level.value;
    for (const auto& machine : ground_.replicas) {
        if (machine->version() < newest_version) upgrade(*machine, newest_version, milliseconds{1});
    }
}

void Storm::calm() {
    ++age_;
    network_.calm();
    update_all();
    for (const auto* group : {&ground_.replicas, &ground_.clients}) {
        for (const auto& machine : *group) {
            machine->disk().set_extra_latency({});
            machine->disk().disarm();
            machine->disk().set_full(false);
            machine->disk().leave_room({});
            machine->clock().frozen_at.reset();
            machine->on_left = {};
            machine->start_after({});
        }
    }
}

}  // namespace parley::sim
