// See lease.hpp; rule P10 of docs/protocol.md.
#include "consensus/core/lease.hpp"

#include <algorithm>
#include <functional>
#include <vector>

#include "net/ports/marks.hpp"

namespace parley::consensus {

void Pledge::begin(net::Instant now, const Options& options) {
    if (net::planted("lease_no_wait_after_start")) return;
    until_ = now + options.lease_window;
}

net::Duration Pledge::give(Ballot ballot, net::Duration asked, net::Instant now, const Options& options) {
    if (binds(now) && !is_to(ballot)) return {};
    const net::Duration given = std::min(asked, options.lease_window);
    ballot_ = ballot;
    until_ = std::max(until_, now + given);
    return given;
}

bool Pledge::forbids(Ballot ballot, Ballot handed_over_by, net::Instant now) const {
    return binds(now) && !is_to(ballot) && !is_to(handed_over_by);
}

void Pledge::promised(Ballot ballot, Ballot handed_over_by, net::Instant now) {
    if (!is_to(ballot) && is_to(handed_over_by)) release(now);
}

std::uint64_t Lease::ask(net::Instant now, const Options& options) {
    std::erase_if(asked_, [&](const auto& question) { return now - question.second >= options.lease_window; });
    asked_[++last_question_] = now;
    return last_question_;
}

void Lease::given(NodeId from, std::uint64_t question, net::Duration duration, net::Instant now, const Options& options) {
    const auto asked = asked_.find(question);
    if (asked == asked_.end() || given_up_) return;
    const net::Duration pledged = std::clamp(duration, net::Duration::zero(), options.lease_window);
    // While the voter's clock counts all of it, this one may count so much less.
    const net::Duration drift = net::planted("lease_ignores_drift") ? net::Duration{} : pledged / 1'000'000 * options.lease_drift_ppm;
    const net::Instant begin = net::planted("lease_from_receipt") ? now : asked->second;
    net::Instant& until = pledged_until_[from];
    until = std::max(until, begin + pledged - drift);
}

void Lease::end() {
    asked_.clear();
    pledged_until_.clear();
    until_.reset();
}

void Lease::give_up() {
    if (net::planted("lease_survives_handover")) return;
    end();
    given_up_ = true;
}

void Lease::count(NodeId self, const Voters& voters) {
    const std::size_t others = voters.quorum() - (voters.contains(self) ? 1 : 0) - (net::planted("lease_quorum_one_short") ? 1 : 0);
    std::vector<net::Instant> ends;
    for (const auto& [node, until] : pledged_until_) {
        if (node != self && (voters.contains(node) || net::planted("lease_counts_learners"))) ends.push_back(until);
    }
    until_.reset();
    if (others == 0 || ends.size() < others) return;
    std::ranges::sort(ends, std::greater{});
    until_ = ends[others - 1];
}

}  // namespace parley::consensus
