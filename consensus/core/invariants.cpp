// The rules, one sentence each. See invariants.hpp.
#include "consensus/core/invariants.hpp"

#include <fmt/format.h>

#include "consensus/core/replica_state.hpp"
#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"

namespace parley::consensus {

Invariants::Snapshot Invariants::snapshot(const Replica& replica) {
    const Replica::State& state = *replica.state_;
    Snapshot taken;
    taken.promised = state.core.acceptor.promised();
    taken.chosen_through = state.core.learner.chosen_through();
    taken.write = state.core.out.last_write();
    if (const auto* leader = std::get_if<Leader>(&state.role)) {
        taken.leads = true;
        taken.ballot = leader->ballot();
        taken.next_slot = leader->next_slot();
    }
    return taken;
}

std::string Invariants::broken_acceptor(const Replica::State& state) {
    const Slot chosen = state.core.learner.chosen_through();
    for (const auto& [slot, value] : state.core.acceptor.accepted()) {
        if (slot <= chosen) return fmt::format("slot {} is chosen and still the acceptor's", slot.value);
        if (slot != value.slot) return fmt::format("the record of slot {} lies at {}", value.slot.value, slot.value);
        if (value.ballot > state.core.acceptor.promised()) {
            return fmt::format("slot {} was accepted above the promise", slot.value);
        }
        if (value.value.empty()) return fmt::format("slot {} was accepted without a value", slot.value);
    }
    if (state.core.acceptor.faulty(chosen)) return fmt::format("slot {} is chosen and still faulty", chosen.value);
    return {};
}

std::string Invariants::broken_leader(const Replica::State& state) {
    const auto* leader = std::get_if<Leader>(&state.role);
    if (leader == nullptr) return {};
    if (leader->ballot_.node != state.core.self) return "leads with a ballot of somebody else";
    if (leader->open_.size() > std::max<std::size_t>(1, state.core.options.open_slots_max)) return "too many open slots";
    Slot expected = state.core.learner.next();
    std::size_t bytes = 0;
    for (const auto& [slot, proposal] : leader->open_) {
        if (slot != expected) return fmt::format("open slot {} where {} is next", slot.value, expected.value);
        if (proposal.value.empty()) return fmt::format("slot {} was proposed without a value", slot.value);
        expected = slot.next();
        bytes += proposal.value.size();
    }
    if (bytes != leader->open_bytes_) return "open bytes are miscounted";
    if (!leader->open_.empty() && expected != leader->next_slot_) {
        return fmt::format("next slot is {}, the open ones end before {}", leader->next_slot_.value, expected.value);
    }
    if (leader->recovering_ && leader->leading(state.core)) return "leads before its recovery ended";
    if (!state.core.voters.contains(state.core.self) && !net::planted("removed_node_campaigns")) return "leads without a vote";
    return {};
}

std::string Invariants::broken(const Replica& replica) {
    const Replica::State& state = *replica.state_;
    if (std::string sentence = broken_acceptor(state); !sentence.empty()) return sentence;
    if (state.core.queue.size() > state.core.options.queued_commands_max) return "too many queued commands";
    if (state.core.queue.size() > 0 && !state.leads()) return "commands wait where nobody leads";
    const Slot chosen = state.core.learner.chosen_through();
    const AcceptedValue* newest = state.core.learner.recent(chosen);
    if (state.core.learner.floor() > chosen.next()) return "the log begins above what is known as chosen";
    if (newest != nullptr && newest->slot != chosen) return "memory of chosen slots has a gap";
    return broken_leader(state);
}

std::string Invariants::broken_output(const Replica::State& state, const Output& output) {
    for (const Outgoing& outgoing : output.messages) {
        const auto* accept = std::get_if<Accept>(&outgoing.message);
        if (accept == nullptr) continue;
        const auto* leader = std::get_if<Leader>(&state.role);
        if (leader == nullptr || accept->ballot != leader->ballot_) continue;
        const auto open = leader->open_.find(accept->slot);
        if (open != leader->open_.end() && open->second.value != accept->value) {
            return fmt::format("two values for slot {} at one ballot", accept->slot.value);
        }
    }
    return {};
}

std::string Invariants::broken(const Snapshot& before, const Replica& after, const Output& output) {
    const Replica::State& state = *after.state_;
    const Snapshot now = snapshot(after);
    if (now.promised < before.promised) return "the promise went back";
    if (now.chosen_through < before.chosen_through) return "chosen_through went back";
    if (now.leads && before.leads && now.ballot == before.ballot && now.next_slot < before.next_slot) {
        return "the next slot went back within one leadership";
    }
    if (output.write.value != before.write.value + output.writes.size()) return "a write without a number";
    Slot expected = output.chosen.empty() ? Slot{} : output.chosen.front().slot;
    for (const ChosenSlot& chosen : output.chosen) {
        if (chosen.slot != expected) return fmt::format("slot {} came out of order", chosen.slot.value);
        if (chosen.value.empty()) return fmt::format("slot {} was chosen without a value", chosen.slot.value);
        expected = expected.next();
    }
    if (!output.chosen.empty() && output.chosen.back().slot != now.chosen_through) return "a chosen slot was kept back";
    return broken_output(state, output);
}

void Invariants::check(const Replica& replica) {
    const std::string sentence = broken(replica);
    CHECK(sentence.empty(), sentence);
}

void Invariants::check(const Snapshot& before, const Replica& after, const Output& output) {
    const std::string sentence = broken(before, after, output);
    CHECK(sentence.empty(), sentence);
}

}  // namespace parley::consensus
