#include "sim/oracles/bounds.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "consensus/driver/chosen_queue.hpp"
#include "chat/gateway/gateway.hpp"

namespace parley::sim {

void BoundsOracle::check(MachineId machine, const char* what, std::size_t there, std::size_t most) {
    if (there <= most) return;
    judge_.fail(Oracle::bounds, fmt::format("replica {} keeps {} {}, and {} at most", machine.value, there, what, most));
}

void BoundsOracle::seen(MachineId machine, std::uint64_t life, const ReplicaLoad& load) {
    const consensus::ReplicaStatus& status = load.consensus;
    const auto [began, is_first] = began_.try_emplace(machine);
    if (is_first || began->second.life != life) began->second = {life, status.accepted_slots};
    // The next slot is always taken, or nothing would go on.
    const std::size_t accepted_max = std::max<std::size_t>(std::size_t{limits_.accepted_slots_max} + 1, began->second.accepted_slots);
    check(machine, "accepted slots", status.accepted_slots, accepted_max);
    check(machine, "bytes of chosen values", status.memory_bytes, limits_.memory_bytes_max);
    check(machine, "open slots", status.open_slots, std::max<std::size_t>(1, limits_.open_slots_max));
    check(machine, "queued commands", status.queued_commands, limits_.queued_commands_max);
    check(machine, "slots that are not applied", load.handed_out_slots, consensus::ChosenQueue::slots_ahead_max);
    check(machine, "waiting commands", load.waiting_commands, chat::GatewayOptions{}.waiting_commands_max);
}

std::optional<std::string> BoundsOracle::left_over(const ReplicaLoad& load) {
    const consensus::ReplicaStatus& status = load.consensus;
    if (status.open_slots > 0) return fmt::format("has {} open slots", status.open_slots);
    if (status.queued_commands > 0) return fmt::format("has {} queued commands", status.queued_commands);
    if (load.waiting_commands > 0) return fmt::format("has {} commands waiting", load.waiting_commands);
    if (load.unapplied_slots > 0) return fmt::format("has {} slots to apply", load.unapplied_slots);
    if (load.has_to_erase) return std::string{"still has what is to be erased"};
    return std::nullopt;
}

}  // namespace parley::sim
