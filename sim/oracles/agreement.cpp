#include "sim/oracles/agreement.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <xxhash.h>

namespace parley::sim {
namespace {

using consensus::Ballot;
using consensus::NodeId;
using consensus::Slot;

std::string shown(Ballot ballot) { return fmt::format("{}.{:x}", ballot.round, ballot.node.value); }

}  // namespace

std::uint64_t hash_of_value(const consensus::Value& value) {
    return XXH3_64bits(value.bytes().data(), value.bytes().size());
}

void AgreementOracle::sent(NodeId from, const consensus::Message& message) {
    if (const auto* accept = std::get_if<consensus::Accept>(&message)) {
        if (accept->ballot.node != from) {
            judge_.fail(Oracle::agreement, fmt::format("node {:x} proposes under ballot {} of another node", from.value,
                                                       shown(accept->ballot)));
        }
        value_seen(accept->slot, accept->ballot, hash_of_value(accept->value));
    } else if (const auto* accepted = std::get_if<consensus::Accepted>(&message)) {
        for (Slot slot = accepted->from; slot <= accepted->through; slot = slot.next()) {
            check_against_promise(from, slot, accepted->ballot);
            vote_seen(from, slot, accepted->ballot);
        }
    } else if (const auto* promise = std::get_if<consensus::Promise>(&message)) {
        for (const auto& held : promise->accepted) value_seen(held.slot, held.ballot, hash_of_value(held.value));
        promised(from, *promise);
    } else if (const auto* question = std::get_if<consensus::PrePrepare>(&message)) {
        Slot& known = asked_[question->ballot];
        known = std::max(known, question->chosen_through);
    } else if (const auto* answer = std::get_if<consensus::PrePrepareAnswer>(&message)) {
        supported(from, *answer);
    } else if (const auto* data = std::get_if<consensus::CatchUpData>(&message)) {
        for (const auto& held : data->chosen) {
            value_seen(held.slot, held.ballot, hash_of_value(held.value));
            taken_as_chosen(from, held.slot, hash_of_value(held.value));
        }
    }
}

// P3: whoever lacks slots that the voter's log has let go of would have to fetch what nobody can hand out.
void AgreementOracle::supported(NodeId voter, const consensus::PrePrepareAnswer& answer) {
    const auto asked = asked_.find(answer.ballot);
    if (!answer.granted || asked == asked_.end() || !floor_of) return;
    const Slot floor = floor_of(voter);
    if (asked->second.next() >= floor) return;
    judge_.fail(Oracle::agreement, fmt::format("node {:x} supports a candidate that knows slots through {} and begins itself at slot {}",
                                               voter.value, asked->second.value, floor.value));
}

void AgreementOracle::promised(NodeId voter, const consensus::Promise& promise) {
    Report& report = reports_[voter];
    if (promise.ballot < report.ballot) return;
    if (promise.ballot > report.ballot) report = Report{promise.ballot, promise.covered_from, {}, {}, {}, false};
    report.from = std::min(report.from, promise.covered_from);
    report.chosen_through = std::max(report.chosen_through, promise.chosen_through);
    report.faulty.insert(promise.faulty.begin(), promise.faulty.end());
    for (const auto& held : promise.accepted) report.accepted[held.slot] = held.ballot;
    report.is_complete = report.is_complete || promise.last;
}

void AgreementOracle::check_against_promise(NodeId voter, Slot slot, Ballot ballot) {
    const auto found = reports_.find(voter);
    if (found == reports_.end()) return;
    const Report& report = found->second;
    if (!report.is_complete || ballot >= report.ballot || slot < report.from || slot <= report.chosen_through) return;
    if (report.faulty.contains(slot)) return;
    const auto held = report.accepted.find(slot);
    if (held != report.accepted.end() && held->second >= ballot) return;
    judge_.fail(Oracle::agreement, fmt::format("slot {}: node {:x} accepted at ballot {} after it promised {}", slot.value,
                                               voter.value, shown(ballot), shown(report.ballot)));
}

void AgreementOracle::value_seen(Slot slot, Ballot ballot, std::uint64_t value) {
    const auto [known, is_new] = values_.emplace(Place{slot, ballot}, value);
    if (!is_new && known->second != value) {
        judge_.fail(Oracle::agreement, fmt::format("slot {}: two values at ballot {}", slot.value, shown(ballot)));
        return;
    }
    const auto chosen = chosen_.find(slot);
    if (is_new && chosen != chosen_.end() && ballot >= chosen->second.ballot && value != chosen->second.value) {
        judge_.fail(Oracle::agreement, fmt::format("slot {}: another value at ballot {} than was chosen at {}", slot.value,
                                                   shown(ballot), shown(chosen->second.ballot)));
    }
}

void AgreementOracle::vote_seen(NodeId voter, Slot slot, Ballot ballot) {
    const auto value = values_.find({slot, ballot});
    if (value == values_.end()) {
        judge_.fail(Oracle::agreement, fmt::format("slot {}: node {:x} accepted at ballot {} what nobody proposed",
                                                   slot.value, voter.value, shown(ballot)));
        return;
    }
    auto& votes = votes_[{slot, ballot}];
    votes.insert(voter);
    // The leader's own vote does not travel: it is counted only where the leader says that it took the value as chosen.
    if (reached(slot, votes)) now_chosen(slot, ballot, value->second);
}

bool AgreementOracle::reached(Slot slot, const std::set<NodeId>& votes) const {
    if (configurations_ == nullptr) return votes.size() > voters_ / 2;
    const consensus::Configuration* configuration = configurations_->governing(slot);
    return configuration != nullptr && is_quorum(*configuration, votes);
}

bool AgreementOracle::is_alone(Slot slot) const {
    if (configurations_ == nullptr) return voters_ == 1;
    const consensus::Configuration* configuration = configurations_->governing(slot);
    return configuration != nullptr && configuration->voters.size() == 1;
}

bool AgreementOracle::is_backed(Slot slot, Ballot ballot) const {
    const auto votes = votes_.find({slot, ballot});
    std::set<NodeId> nodes = votes == votes_.end() ? std::set<NodeId>{} : votes->second;
    nodes.insert(ballot.node);
    return reached(slot, nodes);
}

std::optional<std::uint64_t> AgreementOracle::chosen_value(Slot slot) const {
    const auto found = chosen_.find(slot);
    return found == chosen_.end() ? std::nullopt : std::optional{found->second.value};
}

Ballot AgreementOracle::chosen_at(Slot slot) const {
    const auto found = chosen_.find(slot);
    return found == chosen_.end() ? Ballot{} : found->second.ballot;
}

// Votes that came before it was known who governs.
void AgreementOracle::recount_above(Slot slot) {
    std::vector<Place> backed;
    for (auto at = votes_.lower_bound({slot.next(), Ballot{}}); at != votes_.end(); ++at) {
        if (reached(at->first.first, at->second)) backed.push_back(at->first);
    }
    for (const Place& place : backed) now_chosen(place.first, place.second, values_.at(place));
}

void AgreementOracle::now_chosen(Slot slot, Ballot ballot, std::uint64_t value) {
    const auto [known, is_new] = chosen_.emplace(slot, Chosen{ballot, value});
    if (!is_new) {
        if (known->second.value != value) {
            judge_.fail(Oracle::agreement, fmt::format("slot {}: one value chosen at ballot {}, another at {}", slot.value,
                                                       shown(known->second.ballot), shown(ballot)));
            return;
        }
        if (known->second.ballot <= ballot) return;
        known->second.ballot = ballot;
    } else if (configurations_ != nullptr) {
        const std::uint64_t changes = configurations_->changes();
        const bool was_open = configurations_->open_below(slot.next()) == std::optional{slot};
        configurations_->chosen(slot, value);
        if (was_open || configurations_->changes() != changes) recount_above(slot);
    }
    for (auto higher = values_.lower_bound({slot, ballot}); higher != values_.end() && higher->first.first == slot; ++higher) {
        if (higher->second == value) continue;
        judge_.fail(Oracle::agreement, fmt::format("slot {}: chosen at ballot {}, yet another value at {}", slot.value,
                                                   shown(ballot), shown(higher->first.second)));
        return;
    }
}

void AgreementOracle::taken_as_chosen(NodeId node, Slot slot, std::uint64_t value) {
    const auto chosen = chosen_.find(slot);
    if (chosen != chosen_.end()) {
        if (chosen->second.value == value) return;
        judge_.fail(Oracle::agreement, fmt::format("slot {}: node {:x} takes another value than was chosen at ballot {}",
                                                   slot.value, node.value, shown(chosen->second.ballot)));
        return;
    }
    settle_below(node, slot);
    if (configurations_ != nullptr && configurations_->open_below(slot)) return;
    if (believe(slot, value)) return;
    const bool has_changed = configurations_ != nullptr && configurations_->changes() > 0;
    judge_.fail(has_changed ? Oracle::quorums : Oracle::agreement,
                fmt::format("slot {}: node {:x} takes a value as chosen that no quorum accepted", slot.value, node.value));
}

void AgreementOracle::settle_below(NodeId node, Slot slot) {
    if (configurations_ == nullptr) return;
    while (configurations_->open_below(slot)) {
        if (believe(*configurations_->open_below(slot), std::nullopt)) continue;
        judge_.fail(Oracle::quorums, fmt::format("slot {}: node {:x} is beyond a configuration at slot {} that no quorum accepted",
                                                 slot.value, node.value, configurations_->open_below(slot)->value));
        return;
    }
}

// Somewhere a quorum must have accepted it. The leader's own vote is taken on trust, so the highest such ballot is
// believed: at a lower one the leader may have died before its vote was on disk.
bool AgreementOracle::believe(Slot slot, std::optional<std::uint64_t> value) {
    for (auto at = votes_.lower_bound({slot.next(), Ballot{}}); at != votes_.begin();) {
        --at;
        if (at->first.first != slot) break;
        if ((value && values_.at(at->first) != *value) || !is_backed(slot, at->first.second)) continue;
        now_chosen(slot, at->first.second, values_.at(at->first));
        return true;
    }
    if (!is_alone(slot)) return false;
    // Nothing need travel in a cluster of one: its own word is all there is. What nobody saw proposed is of a later attempt than
    // all that was seen: a proposal may have reached learners and have been lost with its proposer's power.
    std::optional<Ballot> highest;
    std::optional<Ballot> proposed_at;
    std::uint64_t newest = 0;
    for (auto at = values_.lower_bound({slot, Ballot{}}); at != values_.end() && at->first.first == slot; ++at) {
        highest = at->first.second;
        newest = at->second;
        if (value && newest == *value) proposed_at = highest;
    }
    if (!value && !highest) return false;
    const bool is_unseen = value && highest && !proposed_at;
    const Ballot ballot = is_unseen ? Ballot{highest->round + 1, {}} : proposed_at.value_or(highest.value_or(Ballot{}));
    now_chosen(slot, ballot, value.value_or(newest));
    return true;
}

std::optional<std::uint64_t> AgreementOracle::proposed(Slot slot, Ballot ballot) const {
    const auto found = values_.find({slot, ballot});
    return found == values_.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace parley::sim
