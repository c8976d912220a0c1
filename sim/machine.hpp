// Machine: a simulated computer. Its disk and clock outlive the processes that run on it; it starts one, kills it and
// cuts its power. It knows nothing of what the process does.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sim/disk/sim_disk.hpp"
#include "sim/event_queue.hpp"
#include "sim/sim_loop.hpp"
#include "sim/sim_network.hpp"

namespace parley::sim {

// A running program; destroying it is its end, in no good order.
class Process {
public:
    Process() = default;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    virtual ~Process() = default;
};

class Machine {
public:
    // Starts the program for this owner; none when it refuses to start.
    using Program = std::function<std::unique_ptr<Process>(Machine&, Owner)>;

    Machine(EventQueue& queue, SimNetwork& network, MachineId id, MachineIdentity identity, const SimDiskOptions& disk);
    ~Machine();
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    void install(Program program) { program_ = std::move(program); }

    // Of the program that its next process runs; the program says what it means.
    void install_version(std::uint32_t version) { version_ = version; }
    [[nodiscard]] std::uint32_t version() const { return version_; }
    // It is found at that address, too; and then at no other one.
    void take_address(const std::string& address) { network_.also_at(id_, address); }
    void move_to(const std::string& address);

    // Both do nothing to a machine that is in that state already, or on the way to it.
    void start_after(net::Duration delay);
    bool crash(CrashKind kind);
    // The process ends, by power or by itself, in the middle of a task: nothing that the task still sends or posts gets out. crash() follows.
    void lose_power(bool is_silent);
    // From inside the process: it ends itself, after this event.
    void exit_soon();
    // The same for a process that is not wanted any more: its operator has taken the machine away. It starts again when it is
    // wanted, and not before.
    void leave(std::function<bool()> is_wanted);
    // Called once when it has left.
    std::function<void()> on_left;
    // The same for good.
    void retire();
    // Its steady clock goes on while it is suspended, as leases need it (P10).
    void let_clock_run_on() { clock_runs_on_ = true; }
    void suspend(net::Duration time) { clock_runs_on_ ? stand_still(time) : queue_.suspend(id_, time); }
    void stand_still(net::Duration time) { queue_.make_busy(id_, queue_.now() + time); }

    [[nodiscard]] bool running() const { return process_ != nullptr; }
    [[nodiscard]] Process* process() { return process_.get(); }
    [[nodiscard]] MachineId id() const { return id_; }
    [[nodiscard]] const MachineIdentity& identity() const { return identity_; }
    [[nodiscard]] SimDisk& disk() { return disk_; }
    [[nodiscard]] WallClock& clock() { return clock_; }
    [[nodiscard]] std::uint64_t crashes() const { return crashes_; }

    // Its disk failed, or was damaged, since this process began: it may stop itself. Nothing else excuses that.
    [[nodiscard]] bool is_excused() const {
        return disk_.power_lost() || may_refuse_ || disk_.counters().faults != faults_before_;
    }
    // What was lost is beyond mending: it may refuse to start, and is then left alone.
    void allow_refusal() { may_refuse_ = true; }
    // Something that it had told of as durable is gone without a trace: it may find out that its disk went back in time.
    void allow_going_back() { may_have_gone_back_ = true; }
    [[nodiscard]] bool may_have_gone_back() const { return may_have_gone_back_; }
    [[nodiscard]] bool is_retired() const { return is_retired_; }

private:
    void start();
    void start_when(const std::function<bool()>& wanted);

    EventQueue& queue_;
    SimNetwork& network_;
    MachineId id_;
    MachineIdentity identity_;
    Owner owner_;
    bool on_ = false;              // a process was begun and not ended
    bool start_pending_ = false;
    bool has_left_ = false;
    std::uint32_t version_ = 0;
    SimDisk disk_;
    WallClock clock_;
    Program program_;
    std::unique_ptr<Process> process_;
    std::uint64_t crashes_ = 0;
    std::uint64_t faults_before_ = 0;   // of the disk, when the process began
    bool may_refuse_ = false;
    bool may_have_gone_back_ = false;
    bool is_retired_ = false;
    bool clock_runs_on_ = false;
};

}  // namespace parley::sim
