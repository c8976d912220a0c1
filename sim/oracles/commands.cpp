#include "sim/oracles/commands.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace parley::sim {

void CommandOracle::called(std::uint64_t client, std::uint64_t number) {
    Command& command = commands_[{client, number}];
    if (command.is_called) return;   // a repeat: the first call counts
    command.is_called = true;
    history_.call(client, number, "log", "");
    command.before = acknowledged_through_;
}

void CommandOracle::took_effect(std::uint64_t client, std::uint64_t number, consensus::Slot slot, std::uint64_t answer) {
    Command& command = commands_[{client, number}];
    if (!command.is_called) {
        judge_.fail(Oracle::exactly_once, fmt::format("command {}/{} took effect and nobody asked for it", client, number));
        return;
    }
    if (command.slot == consensus::Slot{}) {
        command.slot = slot;
        command.answer = answer;
        return;
    }
    if (command.slot != slot) {
        judge_.fail(Oracle::exactly_once, fmt::format("command {}/{} took effect at slot {} and at slot {}", client, number,
                                                      command.slot.value, slot.value));
    } else if (command.answer != answer) {
        judge_.fail(Oracle::exactly_once, fmt::format("command {}/{} has two answers at slot {}", client, number, slot.value));
    }
}

void CommandOracle::returned(std::uint64_t client, std::uint64_t number, std::uint64_t answer) {
    Command& command = commands_[{client, number}];
    if (command.slot == consensus::Slot{}) {
        judge_.fail(Oracle::exactly_once, fmt::format("command {}/{} was answered and has not taken effect", client, number));
        return;
    }
    if (command.answer != answer) {
        judge_.fail(Oracle::exactly_once, fmt::format("command {}/{} was answered otherwise than at its effect in slot {}", client,
                                                      number, command.slot.value));
        return;
    }
    if (command.slot <= command.before) {
        judge_.fail(Oracle::real_time, fmt::format("command {}/{} has slot {}, and slot {} was acknowledged before it was called",
                                                   client, number, command.slot.value, command.before.value));
        return;
    }
    if (!std::exchange(command.is_acknowledged, true)) ++acknowledged_;
    history_.returned(client, number, command.slot.value, command.slot.value);
    acknowledged_through_ = std::max(acknowledged_through_, command.slot);
}

void CommandOracle::read(std::uint64_t client, consensus::Slot before, consensus::Slot seen) {
    ++reads_;
    if (seen >= before) return;
    judge_.fail(Oracle::real_time, fmt::format("client {} read the state of slot {}, and slot {} was acknowledged before it asked",
                                               client, seen.value, before.value));
}

void CommandOracle::audited(MachineId machine, const std::map<std::uint64_t, std::uint64_t>& last_by_client) {
    for (const auto& [name, command] : commands_) {
        if (!command.is_acknowledged) continue;
        const auto last = last_by_client.find(name.first);
        if (last != last_by_client.end() && last->second >= name.second) continue;
        judge_.fail(Oracle::acknowledged, fmt::format("command {}/{} was acknowledged and is missing on machine {}", name.first,
                                                      name.second, machine.value));
        return;
    }
}

void CommandOracle::write_final_state() {
    std::map<consensus::Slot, std::vector<std::string>> by_slot;   // the order within a slot is that of the names
    for (const auto& [name, command] : commands_) {
        if (command.slot != consensus::Slot{}) by_slot[command.slot].push_back(fmt::format("{}/{}", name.first, name.second));
    }
    std::vector<std::string> ids;
    for (const auto& [slot, names] : by_slot) ids.insert(ids.end(), names.begin(), names.end());
    history_.final_state("log", ids);
}

}  // namespace parley::sim
