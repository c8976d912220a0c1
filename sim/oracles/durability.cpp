#include "sim/oracles/durability.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace parley::sim {
namespace {

using consensus::Ballot;
using consensus::NodeId;
using consensus::Slot;

std::string shown(Ballot ballot) { return fmt::format("{}.{:x}", ballot.round, ballot.node.value); }

}  // namespace

bool DurabilityOracle::sent(NodeId from, const consensus::Message& message) {
    Claims& claims = claims_[from];
    if (const auto* prepare = std::get_if<consensus::Prepare>(&message)) {
        claims.promised = std::max(claims.promised, prepare->ballot);
    } else if (const auto* promise = std::get_if<consensus::Promise>(&message)) {
        claims.promised = std::max(claims.promised, promise->ballot);
    } else if (const auto* accepted = std::get_if<consensus::Accepted>(&message)) {
        claims.promised = std::max(claims.promised, accepted->ballot);
        for (Slot slot = accepted->from; slot <= accepted->through; slot = slot.next()) {
            Ballot& ballot = claims.accepted[slot];
            ballot = std::max(ballot, accepted->ballot);
        }
    } else {
        return false;
    }
    return true;
}

void DurabilityOracle::applied(NodeId node, Slot slot) {
    Claims& claims = claims_[node];
    claims.applied = std::max(claims.applied, slot);
}

void DurabilityOracle::opened(const std::vector<std::string>& unsynced_names) {
    if (unsynced_names.empty()) return;
    judge_.fail(Oracle::durability, fmt::format("a log was opened, and the name {} in its folder is not durable", unsynced_names.front()));
}

void DurabilityOracle::check(NodeId node, consensus::Log& log, bool is_damaged, const Holds& holds) {
    const Claims& claims = claims_[node];
    check_promise(node, claims, log.recovered());
    check_open_slots(node, claims, log.recovered(), is_damaged, holds);
    check_chosen_slots(node, claims, log, is_damaged, holds);
}

void DurabilityOracle::check_promise(NodeId node, const Claims& claims, const consensus::Recovered& found) {
    if (found.promised >= claims.promised) return;
    judge_.fail(Oracle::durability, fmt::format("node {:x} promised ballot {}, its medium says {}", node.value,
                                                shown(claims.promised), shown(found.promised)));
}

void DurabilityOracle::check_open_slots(NodeId node, const Claims& claims, const consensus::Recovered& found,
                                        bool is_damaged, const Holds& holds) {
    for (const auto& [slot, ballot] : claims.accepted) {
        if (found.faulty.contains(slot)) {
            if (is_damaged || holds(slot, ballot)) continue;
            judge_.fail(Oracle::durability, fmt::format("slot {}: node {:x} accepted at ballot {}, its medium holds a damaged record",
                                                        slot.value, node.value, shown(ballot)));
            return;
        }
        if (slot <= found.chosen_through) continue;
        const auto held = found.accepted.find(slot);
        if (held == found.accepted.end() || held->second.ballot < ballot) {
            judge_.fail(Oracle::durability, fmt::format("slot {}: node {:x} accepted at ballot {}, its medium {}", slot.value,
                                                        node.value, shown(ballot),
                                                        held == found.accepted.end() ? "holds nothing" : "holds an older one"));
            return;
        }
        const auto proposed = agreement_.proposed(slot, held->second.ballot);
        if (proposed && *proposed != hash_of_value(held->second.value)) {
            judge_.fail(Oracle::durability, fmt::format("slot {}: the medium of node {:x} holds another value than was proposed",
                                                        slot.value, node.value));
            return;
        }
    }
    const Slot first_open = std::max(found.chosen_through.next(), found.floor);
    for (Slot slot = first_open; slot <= claims.applied; slot = slot.next()) {
        if (found.accepted.contains(slot) || (is_damaged && found.faulty.contains(slot))) continue;
        judge_.fail(Oracle::durability, fmt::format("slot {}: node {:x} applied what its medium does not hold", slot.value,
                                                    node.value));
        return;
    }
}

void DurabilityOracle::check_chosen_slots(NodeId node, const Claims& claims, consensus::Log& log,
                                          bool is_damaged, const Holds& holds) {
    const consensus::Recovered& found = log.recovered();
    Slot next = found.floor;
    while (next <= found.chosen_through) {
        const auto page = log.read(next, found.chosen_through, std::size_t{1} << 20U);
        if (!page || page->empty()) {
            const auto accepted = claims.accepted.find(next);
            // A torn vote at a higher ballot hides what was applied, and has not taken it away: the older record tells what it was.
            const Ballot least = accepted != claims.accepted.end() ? accepted->second : Ballot{};
            const bool spoke_of_it = next <= claims.applied || accepted != claims.accepted.end();
            const bool is_lost = spoke_of_it && !holds(next, least);
            if (found.faulty.contains(next) && (is_damaged || !is_lost)) {
                next = next.next();
                continue;
            }
            judge_.fail(Oracle::durability,
                        fmt::format("slot {}: chosen and not readable on the medium of node {:x}, which {} it and whose record of it is {}", next.value,
                                    node.value, next <= claims.applied ? "applied" : accepted != claims.accepted.end() ? "accepted" : "never spoke of",
                                    found.faulty.contains(next) ? "damaged" : "not there"));
            return;
        }
        for (const consensus::AcceptedValue& held : *page) {
            configurations_.value_seen(held.slot, held.value);
            agreement_.taken_as_chosen(node, held.slot, hash_of_value(held.value));
            next = held.slot.next();
        }
    }
}

}  // namespace parley::sim
