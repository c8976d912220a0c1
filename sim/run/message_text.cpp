#include "sim/run/message_text.hpp"

#include <fmt/core.h>

namespace parley::sim {
namespace {

std::string shown(consensus::Ballot ballot) { return fmt::format("ballot {}.{:x}", ballot.round, ballot.node.value); }

}  // namespace

std::string message_text(const consensus::Message& message) {
    if (const auto* prepare = std::get_if<consensus::Prepare>(&message)) {
        return fmt::format("{} from slot {}", shown(prepare->ballot), prepare->from.value);
    }
    if (const auto* promise = std::get_if<consensus::Promise>(&message)) {
        std::string text =
            fmt::format("{} chosen through slot {}", shown(promise->ballot), promise->chosen_through.value);
        for (const auto& held : promise->accepted)
            text += fmt::format(", slot {} at {}", held.slot.value, held.ballot.round);
        for (const consensus::Slot slot : promise->faulty) text += fmt::format(", slot {} faulty", slot.value);
        return text;
    }
    if (const auto* accept = std::get_if<consensus::Accept>(&message)) {
        return fmt::format("{} slot {} chosen through slot {}", shown(accept->ballot), accept->slot.value,
                           accept->chosen_through.value);
    }
    if (const auto* accepted = std::get_if<consensus::Accepted>(&message)) {
        return fmt::format("{} slot {} to slot {}", shown(accepted->ballot), accepted->from.value,
                           accepted->through.value);
    }
    if (const auto* data = std::get_if<consensus::CatchUpData>(&message)) {
        return fmt::format("slot {}, {} slots, chosen through slot {}", data->from.value, data->chosen.size(),
                           data->chosen_through.value);
    }
    return "";
}

}  // namespace parley::sim
