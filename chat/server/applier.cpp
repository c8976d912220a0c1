#include "chat/server/applier.hpp"

#include <utility>

#include <fmt/core.h>

#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::chat {

Applier::Applier(net::Loop& loop, ChatState& state, ApplierOptions options, ApplierEvents events)
    : loop_(loop), state_(state), options_(options), events_(std::move(events)) {}

Applier::~Applier() {
    loop_.cancel(commit_timer_);
    loop_.cancel(boundary_timer_);
    if (stopped_) return;
    try {
        state_.commit();
    } catch (const StateFailure&) {
        // The log has it all; the next start applies it again and says what is wrong.
    }
}

void Applier::take(std::vector<consensus::ChosenSlot> chosen) {
    if (stopped_) return;
    for (consensus::ChosenSlot& slot : chosen) queue_.push_back(std::move(slot));
    hurry();
}

void Applier::hurry() {
    if (posted_ || stopped_ || queue_.empty()) return;
    posted_ = true;
    loop_.post([this] { drain(); });
}

void Applier::drain() {
    posted_ = false;
    if (queue_.empty() || stopped_) return;
    try {
        const std::vector<consensus::DecodedSlot> slots = next_slots();
        state_.execute(slots);
        events_.applied(slots.back().slot, state_.take_effects());
        if (stopped_) return;   // a reader of what was told found the disk failing
        if (uncommitted_ >= options_.commands_per_transaction_max || net::sim_rare<"state_commits_at_once">()) commit();
        if (stops_at(slots.back().slot)) reach_boundary();
    } catch (const StateFailure& failure) {
        fail(failure);
        return;
    }
    if (commit_timer_ == net::TimerId{}) {
        commit_timer_ = loop_.after(options_.commit_within, [this] {
            commit_timer_ = net::TimerId{};
            (void)settle();   // a failure was told to the owner
        });
    }
    hurry();
}

net::Result<void> Applier::settle() {
    // What a failed commit took back was told of already: nobody may read what is left.
    if (stopped_) return net::Error{net::ErrorKind::io_failed, "this replica's state has failed"};
    try {
        commit();
        return {};
    } catch (const StateFailure& failure) {
        fail(failure);
        return net::Error{net::ErrorKind::io_failed, failure.what()};
    }
}

void Applier::at_boundary(net::Function<void()> then) {
    waiting_ = std::move(then);
    loop_.cancel(boundary_timer_);
    boundary_timer_ = loop_.after(boundary_patience, [this] {
        try {
            if (waiting_ && !stopped_) reach_boundary();
        } catch (const StateFailure& failure) {
            fail(failure);
        }
    });
}

void Applier::reach_boundary() {
    loop_.cancel(std::exchange(boundary_timer_, net::TimerId{}));
    net::Function<void()> then = std::move(*std::exchange(waiting_, std::nullopt));
    commit();
    then();
}

void Applier::commit() {
    if (std::exchange(uncommitted_, 0) == 0) return;
    loop_.cancel(std::exchange(commit_timer_, net::TimerId{}));
    state_.commit();
    const bool is_read = events_.is_read_elsewhere && events_.is_read_elsewhere() && !net::planted("checkpoint_ignores_readers");
    if (!is_read) state_.checkpoint_if_due();
}

void Applier::fail(const StateFailure& failure) {
    if (std::exchange(stopped_, true)) return;
    events_.failed(net::Error{failure.damaged() ? net::ErrorKind::damaged : net::ErrorKind::io_failed, failure.what()});
}

std::vector<consensus::DecodedSlot> Applier::next_slots() {
    std::vector<consensus::DecodedSlot> slots;
    std::size_t commands = 0;
    while (!queue_.empty() && commands < options_.commands_per_turn_max) {
        net::Result<consensus::Batch> batch = queue_.front().value.decoded();
        if (!batch) {
            throw StateFailure(fmt::format("slot {} holds something this version cannot read; is this replica older "
                                           "than the others?", queue_.front().slot.value));
        }
        commands += batch->commands.size() + 1;   // a slot is work even when it is empty
        slots.push_back({queue_.front().slot, std::move(*batch)});
        queue_.pop_front();
        if (stops_at(slots.back().slot)) break;
    }
    uncommitted_ += commands;
    return slots;
}

}  // namespace parley::chat
