#include "sim/oracles/log_time.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "consensus/core/learner.hpp"

namespace parley::sim {

using consensus::Accept;
using consensus::NodeId;
using consensus::Slot;

namespace {

constexpr std::int64_t right_within_ms = 3000;      // a clock that is no further off is right; the rest of the 5 s is for what is known late
constexpr std::int64_t log_time_within_ms = 5000;
constexpr std::int64_t fit_within_ms = 5000;        // P14: of what it takes for the median, or it does not lead

// Of the clocks that a leader knows, which are those of some quorum and perhaps more, the lower median counts. So many wrong ones can make it wrong:
// ahead of the true time, or behind it.
std::size_t enough_to_be_ahead(std::size_t quorum) { return quorum / 2 + 1; }
std::size_t enough_to_be_behind(std::size_t quorum) { return (quorum + 1) / 2; }

}  // namespace

void LogTimeOracle::look() {
    if (!offsets) return;
    for (const auto& [node, offset_ms] : offsets()) {
        if (offset_ms > right_within_ms || offset_ms < -right_within_ms) wrong_.insert(node);
    }
}

void LogTimeOracle::fail(NodeId from, const Accept& accept, std::string what) {
    judge_.fail(Oracle::log_time, fmt::format("slot {}: node {:x} proposes at ballot {} a log time {}", accept.slot.value, from.value, accept.ballot.round, what));
}

void LogTimeOracle::sent(NodeId from, const consensus::Message& message) {
    const auto* const accept = std::get_if<Accept>(&message);
    if (accept == nullptr || !leads) return;
    Newest& newest = proposed_[accept->ballot];
    if (accept->slot <= newest.slot) return;   // again, or to another one
    const std::int64_t stamp_ms = consensus::stamped_log_time(accept->value);
    const Newest before = newest;
    newest = {accept->slot, std::max(newest.stamp_ms, stamp_ms)};
    check_order(from, *accept, stamp_ms, before);
    check_distance(from, *accept, stamp_ms);
}

void LogTimeOracle::check_order(NodeId from, const Accept& accept, std::int64_t stamp_ms, const Newest& before) {
    // What somebody else had chosen at a higher ballot it need not know: nothing of its own is chosen any more.
    const bool is_overtaken = proposed_.rbegin()->first > accept.ballot;
    const std::int64_t applied_ms = applied_.slot < accept.slot && !is_overtaken ? applied_.stamp_ms : stamp_ms;
    const std::int64_t least_ms = std::max(before.stamp_ms, applied_ms);
    // What was found keeps its own stamp, behind a gap an earlier one.
    if (stamp_ms >= least_ms || !leads(from)) return;
    fail(from, accept, fmt::format("that goes back by {} ms", least_ms - stamp_ms));
}

void LogTimeOracle::check_distance(NodeId from, const Accept& accept, std::int64_t stamp_ms) {
    look();
    const std::int64_t off_ms = stamp_ms - true_ms();
    const consensus::Configuration* const governs = configurations_.governing(accept.slot);
    const std::size_t voters = governs != nullptr ? governs->voters.size() : 0;
    const auto wrong = governs == nullptr ? std::size_t{1} : static_cast<std::size_t>(std::ranges::count_if(governs->voters, [this](const auto& voter) { return wrong_.contains(voter.node); }));
    const std::size_t quorum = voters / 2 + 1;
    const bool is_fit = !wrong_.contains(from);   // and leads: it is not far off what it goes by
    const std::int64_t more_ms = right_within_ms + fit_within_ms - log_time_within_ms;
    const bool is_sure_ahead = wrong < enough_to_be_ahead(quorum);
    const bool is_sure_behind = wrong < enough_to_be_behind(quorum);
    const std::int64_t ahead_ms = log_time_within_ms + (is_sure_ahead ? 0 : more_ms);
    const std::int64_t behind_ms = log_time_within_ms + delay_ms_ + (is_sure_behind ? 0 : more_ms);
    const bool is_ahead = off_ms > ahead_ms && (is_sure_ahead || is_fit);
    const bool is_behind = off_ms < -behind_ms && (is_sure_behind || is_fit);
    // Once it was ahead by right it stands until the true time has come there.
    if (is_ahead && stamp_ms <= excused_ms_) return;
    if (off_ms > ahead_ms) excused_ms_ = std::max(excused_ms_, stamp_ms);
    if ((!is_ahead && !is_behind) || !leads(from)) return;
    fail(from, accept, fmt::format("{} ms {} the true one, and {} of {} voters' clocks were ever wrong", off_ms > 0 ? off_ms : -off_ms,
                                   off_ms > 0 ? "ahead of" : "behind", wrong, voters));
}

void LogTimeOracle::applied(Slot slot, const consensus::Value& value) {
    if (!leads || slot <= applied_.slot) return;
    applied_ = {slot, std::max(applied_.stamp_ms, consensus::stamped_log_time(value))};
}

}  // namespace parley::sim
