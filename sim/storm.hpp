// Storm: the faults that are planned for a time. It carries the entries of a plan out and mends what they broke; the
// faults that strike single frames are decided by Faults as the frames come.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "consensus/core/membership.hpp"
#include "sim/disk_storm.hpp"
#include "sim/fault_plan.hpp"
#include "sim/machine.hpp"
#include "sim/network_storm.hpp"
#include "sim/options.hpp"
#include "sim/schedule.hpp"

namespace parley::sim {

struct StormGround {
    EventQueue& queue;
    Faults& faults;
    FaultBudget& budget;
    SimNetwork& network;
    const std::vector<std::unique_ptr<Machine>>& replicas;
    const std::vector<std::unique_ptr<Machine>>& clients;
    // What a power cut takes from a machine beside its disk.
    std::function<void(Machine&)> power_lost;
    std::function<std::optional<std::size_t>()> leader;
    std::function<bool(SimDisk&)> log_opens;
    // Asks whoever leads to let that replica lead.
    std::function<void(std::size_t)> hand_over;
    // Asks whoever leads for a change of membership, or for the next step of one replica taking another's place.
    std::function<void(consensus::ChangeKind, std::size_t)> change;
    std::function<void(std::size_t, std::size_t)> replace;
    // The next step of a replica's move to that address. True: the configuration says so, and the machine is there from now on.
    std::function<bool(std::size_t, const std::string&)> move;
    // Asks whoever leads to switch leases.
    std::function<void(bool)> switch_leases;
    // Asks whoever leads to give that replica this priority.
    std::function<void(std::size_t, std::uint32_t)> prefer;
    // Makes the state on a machine's disk a wrong one.
    std::function<void(Machine&)> err;
    // Every other replica runs and has heard that this one's log is further than in that copy of its disk.
    std::function<bool(std::size_t, const SimDisk&)> is_known_to_be_old;
    // Everybody's calendar goes on by so many days.
    std::function<void(std::int64_t)> days_pass;
};

class Storm {
public:
    Storm(const StormGround& ground, const RunOptions& options);

    // Draws, or takes from the plan that is replayed, everything between now and `end`.
    void unleash(net::Instant end);
    // Cuts are mended, everybody runs and is as fast as ever. Clocks keep the offset they have.
    void calm();
    // Everybody runs the newest program from now on.
    void update_all();
    void cut_power_everywhere();
    // Who runs with an old copy of its disk, and has not found out.
    [[nodiscard]] const Machine* returning() const { return returning_ != nullptr && !returning_->is_retired() ? returning_ : nullptr; }

private:
    // An entry aimed at the leader names the replica it hit, once it has.
    [[nodiscard]] FaultEntry resolved(FaultEntry entry) const;
    void carry_out(const FaultEntry& entry);
    void carry_out_on_disk(const FaultEntry& entry);
    static void fail_operation(Machine& machine, DiskFaultKind kind, const FaultEntry& entry);
    void fill_up(Machine& machine, net::Duration time);
    void leave_little_room(std::uint64_t which, net::Duration time);
    void copy_disk(const FaultEntry& entry, Machine& machine);
    void restore(const FaultEntry& entry, Machine& machine, const std::shared_ptr<const SimDisk>& copy, std::uint64_t age, int tries);
    bool put_back(Machine& machine, const SimDisk& copy, net::Duration downtime);
    void crash(const FaultEntry& entry, CrashKind kind);
    void crash_at_operation(Machine& machine, CrashKind kind, net::Duration downtime, const DiskFault& when);
    void crash_installing(const FaultEntry& entry);
    ScheduleGround schedule_ground();
    bool crash_now(Machine& machine, CrashKind kind, net::Duration downtime);
    void change(consensus::ChangeKind kind, const Machine& who);
    void remove(Machine& who, bool cuts_power);
    void replace(const Machine& old, const Machine& next, int rounds);
    void prefer(const Machine& who, std::uint32_t priority, int rounds);
    void upgrade(Machine& machine, std::int64_t version, net::Duration downtime);
    void move(Machine& who, std::int64_t number, net::Duration downtime, int rounds);
    void drift(WallClock& clock, std::int64_t ppm) const;
    void freeze(Machine& machine, net::Duration time);
    void squeeze(std::uint64_t bits, net::Duration before, net::Duration time);
    void leave_gap(net::Duration before, net::Duration between, net::Duration time);
    void rot_ahead(std::uint64_t bits, net::Duration time);
    void rot_state(Machine& machine, std::uint64_t bits, net::Duration before_restart);
    void rot_copied_log(Machine& machine, std::uint64_t bits);
    void err(Machine& machine);
    void relay(const FaultEntry& entry);
    void slow_disk(const FaultEntry& entry);
    void restart_all(const FaultEntry& entry);
    void sleep_for_days(const FaultEntry& entry);
    [[nodiscard]] Machine& machine(std::int64_t index) const;

    StormGround ground_;
    const RunOptions& options_;
    DiskStorm disks_;
    NetworkStorm network_;
    net::Instant end_{};
    std::uint64_t first_place_ = 0;   // of the entries of the next storm
    const Machine* returning_ = nullptr;   // with an old disk
    std::uint64_t age_ = 0;   // grows when the storm ends: what it left behind to undo itself is void then
};

}  // namespace parley::sim
