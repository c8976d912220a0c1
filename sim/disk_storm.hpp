// DiskStorm: what a storm does to the disks of replicas. It damages what was durable, as far as the budget allows, and lets
// operations fail. It knows nothing of when; Storm does.
#pragma once

#include <functional>

#include "sim/fault_budget.hpp"
#include "sim/fault_plan.hpp"
#include "sim/machine.hpp"

namespace parley::sim {

class DiskStorm {
public:
    // `opens`: a replica's log can be opened from this disk.
    DiskStorm(FaultBudget& budget, std::function<bool(SimDisk&)> opens) : budget_(budget), opens_(std::move(opens)) {}

    // False: nothing there to hit, or outside the fault model. `bits` shape what exactly is hit.
    bool rot_log(Machine& machine, std::uint64_t part, std::uint64_t bits);
    // Only while the machine is down: of two copies one must be whole, and the running process writes them.
    bool rot_meta(Machine& machine, std::uint64_t bits);
    // An image for others, which is no more than a copy: outside of the budget.
    static bool rot_image(Machine& machine, std::uint64_t bits);
    // A page of the database, or a piece of SQLite's log.
    bool rot_state(Machine& machine, bool in_log, std::uint64_t bits);
    bool misdirect(Machine& machine, std::uint64_t bits);
    bool wipe(Machine& machine);
    // The n-th operation of this kind from now on fails; `where` 0: log, 1: database, else any file.
    static void fail_operation(Machine& machine, DiskFaultKind kind, std::int64_t where, std::uint64_t skip,
                               net::Duration extra);

private:
    [[nodiscard]] static std::size_t index_of(const Machine& machine) {
        return static_cast<std::size_t>(machine.id().value);
    }

    FaultBudget& budget_;
    std::function<bool(SimDisk&)> opens_;
};

}  // namespace parley::sim
