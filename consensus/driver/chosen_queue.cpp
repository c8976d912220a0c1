// See chosen_queue.hpp.
#include "consensus/driver/chosen_queue.hpp"

#include <algorithm>

#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::consensus {

ChosenQueue::ChosenQueue(Slot applied_through, Slot durable_through)
    : handed_out_(applied_through), applied_(applied_through), in_log_through_(std::max(applied_through, durable_through)) {}

void ChosenQueue::add(std::vector<ChosenSlot> chosen, WriteId write) {
    for (ChosenSlot& slot : chosen) {
        bytes_ += slot.value.size();
        entries_.push_back(Entry{std::move(slot), write});
    }
}

void ChosenQueue::durable(WriteId write) {
    durable_ = std::max(durable_, write);
    // Too much waits here: the durable part is read from the log again when its turn comes.
    while ((bytes_ > bytes_max || net::sim_rare<"chosen_read_back">()) && !entries_.empty() && entries_.front().write <= durable_) {
        bytes_ -= entries_.front().chosen.value.size();
        in_log_through_ = entries_.front().chosen.slot;
        entries_.pop_front();
    }
}

void ChosenQueue::applied(Slot through) { applied_ = std::max(applied_, through); }

net::Result<std::vector<ChosenSlot>> ChosenQueue::take(Log& log) {
    std::vector<ChosenSlot> out;
    const Slot bound{applied_.value + slots_ahead_max};
    if (handed_out_ < in_log_through_) {
        const auto refilled = refill(log, std::min(bound, in_log_through_), out);
        if (!refilled) return refilled.error();
        if (handed_out_ < in_log_through_) return out;
    }
    while (!entries_.empty() && handed_out_ < bound) {
        Entry& first = entries_.front();
        if (first.write > durable_ && !net::planted("chosen_before_durable")) break;
        handed_out_ = first.chosen.slot;
        bytes_ -= first.chosen.value.size();
        out.push_back(std::move(first.chosen));
        entries_.pop_front();
    }
    if (handed_out_ > in_log_through_) in_log_through_ = handed_out_;
    return out;
}

net::Result<void> ChosenQueue::refill(Log& log, Slot through, std::vector<ChosenSlot>& out) {
    constexpr std::size_t read_bytes = std::size_t{4} << 20U;
    if (handed_out_ >= through) return {};
    auto run = log.read(handed_out_.next(), through, read_bytes);
    if (!run) return run.error();
    if (run->empty()) {
        return net::Error{net::ErrorKind::damaged,
                          "slot " + std::to_string(handed_out_.next().value) + " is chosen and cannot be read back"};
    }
    for (AcceptedValue& record : *run) {
        handed_out_ = record.slot;
        out.push_back(ChosenSlot{record.slot, std::move(record.value)});
    }
    return {};
}

}  // namespace parley::consensus
