#include "sim/machine.hpp"

#include <utility>

#include "sim/chance.hpp"

namespace parley::sim {

Machine::Machine(EventQueue& queue, SimNetwork& network, MachineId id, MachineIdentity identity, const SimDiskOptions& disk)
    : queue_(queue),
      network_(network),
      id_(id),
      identity_(std::move(identity)),
      disk_(
          disk,
          [this](std::string_view what, std::uint64_t place) {
              return hash_of(queue_.seed(), static_cast<std::uint64_t>(id_.value), hash_of_text(what), place,
                             queue_.running_event().value);
          },
          [this](net::Duration cost, net::Task task) {
              queue_.schedule(owner_, EventKind::disk, queue_.now() + cost, std::move(task));
          }) {
    network_.add_machine(id_, identity_);
}

Machine::~Machine() {
    if (on_) queue_.end_process(id_);
    network_.process_gone(id_, true);
    process_.reset();
}

void Machine::move_to(const std::string& address) {
    identity_.address = address;
    network_.add_machine(id_, identity_);
}

void Machine::start_after(net::Duration delay) {
    if (on_ || start_pending_ || is_retired_ || has_left_) return;
    start_pending_ = true;
    queue_.schedule(world_owner, EventKind::process, queue_.now() + delay, [this] { start(); });
}

void Machine::start() {
    start_pending_ = false;
    if (on_) return;
    if (!disk_.running()) disk_.restart();
    faults_before_ = disk_.counters().faults;
    disk_.excuse_shortage();
    owner_ = queue_.begin_process(id_);
    on_ = true;
    // In an event of its own, so that everything it draws and schedules is the process's.
    queue_.schedule(owner_, EventKind::process, queue_.now(), [this, owner = owner_] {
        auto process = program_(*this, owner);
        if (process == nullptr && may_refuse_) is_retired_ = true;
        if (process == nullptr) exit_soon();
        process_ = std::move(process);
    });
}

bool Machine::crash(CrashKind kind) {
    if (!on_) return false;
    on_ = false;
    ++crashes_;
    queue_.end_process(id_);
    network_.process_gone(id_, kind == CrashKind::power_cut);
    // The disk first: nothing that the dying process's destructors do may reach it.
    disk_.crash(kind);
    process_.reset();
    return true;
}

void Machine::lose_power(bool is_silent) {
    queue_.end_process(id_);
    network_.process_gone(id_, is_silent);
}

void Machine::exit_soon() {
    queue_.schedule(world_owner, EventKind::process, queue_.now(), [this, owner = owner_] {
        if (!on_ || owner != owner_) return;
        crash(CrashKind::process_kill);
        start_after(std::chrono::seconds{1});
    });
}

void Machine::retire() {
    queue_.schedule(world_owner, EventKind::process, queue_.now(), [this, owner = owner_] {
        if (!on_ || owner != owner_) return;
        crash(CrashKind::process_kill);
        is_retired_ = true;
    });
}

void Machine::leave(std::function<bool()> is_wanted) {
    queue_.schedule(world_owner, EventKind::process, queue_.now(), [this, owner = owner_, wanted = std::move(is_wanted)] {
        if (!on_ || owner != owner_) return;
        crash(CrashKind::process_kill);
        has_left_ = true;
        if (on_left) std::exchange(on_left, {})();
        start_when(wanted);
    });
}

void Machine::start_when(const std::function<bool()>& wanted) {
    if (wanted()) {
        has_left_ = false;
        return start_after({});
    }
    queue_.schedule(world_owner, EventKind::process, queue_.now() + std::chrono::seconds{1}, [this, wanted] { start_when(wanted); });
}

}  // namespace parley::sim
