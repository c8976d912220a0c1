#include "sim/toy/toy_state.hpp"

#include <algorithm>

#include <xxhash.h>

#include "net/ports/check.hpp"
#include "sim/chance.hpp"

namespace parley::sim {

void ToyShelf::keep_older() {
    constexpr std::size_t may_be_lost = 3;
    if (loses_nothing() || newest_.applied_through.value < older_.back().applied_through.value + every_) return;
    older_.push_back(newest_);
    if (older_.size() > may_be_lost + 1) older_.pop_front();
}

void ToyShelf::lose_some(std::uint64_t draw) {
    if (loses_nothing()) return;
    const std::size_t kept = draw % (older_.size() + 1);
    if (kept == older_.size()) return;
    older_.resize(kept + 1);
    newest_ = older_.back();
}

void ToyShelf::install(ToyContents contents) {
    newest_ = std::move(contents);
    older_.assign(1, newest_);
}

consensus::AppliedState ToyState::applied() const {
    const ToyContents& state = shelf_.newest();
    return {state.applied_through, state.configuration, state.log_time_ms};
}

void ToyState::apply(std::span<const consensus::DecodedSlot> slots) {
    for (const consensus::DecodedSlot& slot : slots) {
        CHECK(slot.slot == applied_through().next(), "slots are applied in order");
        apply_one(slot);
    }
    shelf_.keep_older();
}

void ToyState::apply_one(const consensus::DecodedSlot& slot) {
    ToyContents& state = shelf_.newest();
    state.applied_through = slot.slot;
    state.log_time_ms = std::max(state.log_time_ms, slot.batch.log_time_ms);
    state.chain = hash_of(state.chain, slot.slot.value, static_cast<std::uint64_t>(slot.batch.kind),
                          static_cast<std::uint64_t>(slot.batch.log_time_ms));
    if (auto next = consensus::configuration_in(slot.batch); next && follows(state.configuration.value_or(consensus::Configuration{}), *next)) {
        state.configuration = *std::move(next);
    }
    for (const net::Bytes& bytes : slot.batch.commands) {
        state.chain = hash_of(state.chain, XXH3_64bits(bytes.data(), bytes.size()));
        if (slot.batch.kind == consensus::BatchKind::configuration) continue;
        const auto command = net::decode<ToyCommand>(bytes);
        CHECK(command.has_value(), "a toy command that does not decode");
        apply_command(slot.slot, *command);
    }
}

void ToyState::apply_command(consensus::Slot slot, const ToyCommand& command) {
    constexpr std::size_t answers_kept = 64;
    ToyContents& state = shelf_.newest();
    ToyContents::Row& row = state.rows[command.client];
    ToyEffect effect{ToyEffect::Kind::first, slot, command.client, command.number, 0};
    if (command.number <= row.last) {
        effect.kind = ToyEffect::Kind::repeat;
        effect.answer = answer_of(command.client, command.number).value_or(0);
    } else if (command.number > row.last + 1) {
        effect.kind = ToyEffect::Kind::gap;
    } else {
        row.last = command.number;
        effect.answer = hash_of(state.chain, command.client, command.number);
        if (lies_ && command.number == 3) effect.answer ^= 1U;
        row.answers[command.number] = effect.answer;
        if (row.answers.size() > answers_kept) row.answers.erase(row.answers.begin());
    }
    effects_.push_back(effect);
}

std::optional<std::uint64_t> ToyState::answer_of(std::uint64_t client, std::uint64_t number) const {
    const auto row = shelf_.newest().rows.find(client);
    if (row == shelf_.newest().rows.end()) return std::nullopt;
    const auto answer = row->second.answers.find(number);
    return answer == row->second.answers.end() ? std::nullopt : std::optional{answer->second};
}

}  // namespace parley::sim
