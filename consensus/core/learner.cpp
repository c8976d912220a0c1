// Settling slots in order. See learner.hpp; rules P1 and P6 of docs/protocol.md.
#include "consensus/core/learner.hpp"

#include <algorithm>

#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"

namespace parley::consensus {

std::int64_t stamped_log_time(const Value& value) {
    net::InArchive archive{value.bytes()};
    BatchKind kind = BatchKind::no_op;
    std::int64_t log_time_ms = 0;
    archive & kind & log_time_ms;
    return archive.good() ? log_time_ms : 0;
}

Learner::Learner(Slot chosen_through, Slot floor, std::int64_t log_time_ms, std::size_t memory_bytes_max,
                 Configuration configuration)
    : chosen_through_(chosen_through),
      floor_(floor),
      log_time_ms_(log_time_ms),
      memory_bytes_max_(memory_bytes_max),
      configuration_(std::move(configuration)),
      configuration_slot_(chosen_through),
      voters_(configuration_) {}

void Learner::notice(Ballot ballot, Slot through, Acceptor& acceptor, Outbox& out) {
    if (ballot > notice_.ballot) notice_ = Notice{ballot, through};
    if (ballot == notice_.ballot) notice_.through = std::max(notice_.through, through);
    settle(Notice{ballot, through}, acceptor, out);
    settle(notice_, acceptor, out);
}

void Learner::settle(Notice notice, Acceptor& acceptor, Outbox& out) {
    while (chosen_through_ < notice.through) {
        const AcceptedValue* held = acceptor.held(next());
        if (held == nullptr) return;
        // Accepted at another ballot, the slot may have been chosen with another value.
        if (held->ballot != notice.ballot && !net::planted("chosen_ignores_ballot")) return;
        advance(AcceptedValue{*held}, acceptor, out);
    }
}

bool Learner::learn(const AcceptedValue& value, Acceptor& acceptor, Outbox& out) {
    if (value.slot != next() || value.value.empty()) return false;
    const AcceptedValue* held = acceptor.held(value.slot);
    const bool holds_it = held != nullptr && held->ballot >= value.ballot;
    // Held at the choosing ballot or above, it can only be the same value; anything else is not to be believed.
    if (holds_it && held->value != value.value) return false;
    // The record kept must be of the choosing ballot or a higher one: the highest record of a chosen slot is its value.
    const AcceptedValue kept = holds_it ? *held : value;
    if (!holds_it) acceptor.record_chosen(kept, out);
    advance(kept, acceptor, out);
    settle(notice_, acceptor, out);
    return true;
}

void Learner::restore(const AcceptedValue& value) {
    if (value.slot != next()) return;
    chosen_through_ = value.slot;
    log_time_ms_ = std::max(log_time_ms_, stamped_log_time(value.value));
    govern(value.slot, value.value);
    remember(value);
}

bool Learner::govern(Slot slot, const Value& value) {
    auto next = configuration_in(value);
    if (!next || !follows(configuration_, *next)) return false;
    configuration_ = *std::move(next);
    configuration_slot_ = slot;
    if (!net::planted("old_quorum_counted")) voters_ = Voters{configuration_};
    return true;
}

void Learner::advance(const AcceptedValue& value, Acceptor& acceptor, Outbox& out) {
    CHECK(value.slot == next(), "chosen slots are settled in order");
    chosen_through_ = value.slot;
    log_time_ms_ = std::max(log_time_ms_, stamped_log_time(value.value));
    if (govern(value.slot, value.value)) {
        // Once more, for the log's word on how far slots are chosen: a start must know who governs.
        acceptor.record_chosen(value, out);
        configuration_write_ = out.last_write();
    }
    out.chosen(ChosenSlot{value.slot, value.value});
    acceptor.forget(value.slot);
    remember(value);
}

void Learner::remember(const AcceptedValue& value) {
    recent_.push_back(value);
    recent_bytes_ += value.value.size();
    while (recent_bytes_ > memory_bytes_max_ && !recent_.empty() && !net::planted("memory_never_let_go")) {
        recent_bytes_ -= recent_.front().value.size();
        recent_.pop_front();
    }
}

const AcceptedValue* Learner::recent(Slot slot) const {
    if (recent_.empty() || slot < recent_.front().slot || slot > recent_.back().slot) return nullptr;
    return &recent_[static_cast<std::size_t>(slot.value - recent_.front().slot.value)];
}

void Learner::raise_ballot(Slot slot, Ballot ballot) {
    if (recent(slot) == nullptr) return;
    AcceptedValue& kept = recent_[static_cast<std::size_t>(slot.value - recent_.front().slot.value)];
    kept.ballot = std::max(kept.ballot, ballot);
}

std::vector<AcceptedValue> Learner::run(Slot from, Slot through, std::size_t bytes_max) const {
    std::vector<AcceptedValue> values;
    std::size_t bytes = 0;
    for (Slot slot = from; slot <= through; slot = slot.next()) {
        const AcceptedValue* value = recent(slot);
        if (value == nullptr) break;
        bytes += value->value.size() + 32;
        if (!values.empty() && bytes > bytes_max) break;
        values.push_back(*value);
    }
    return values;
}

}  // namespace parley::consensus
