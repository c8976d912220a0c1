#include "chat/server/self_check.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::chat {
namespace {

using Hashes = std::pair<std::uint64_t, std::uint64_t>;   // batches, results

template <class Key>
std::optional<Key> majority_of(const std::map<Key, std::size_t>& counts, std::size_t voters) {
    const std::size_t quorum = net::planted("minority_judges_majority") ? 1 : voters / 2 + 1;
    const auto found = std::ranges::find_if(counts, [quorum](const auto& entry) { return entry.second >= quorum; });
    return found == counts.end() ? std::nullopt : std::optional{found->first};
}

// `told`: by the voters, this replica included if it is one.
Verdict judge_one(const Boundary& own, const std::vector<Boundary>& told, std::size_t voters) {
    std::map<std::uint64_t, std::size_t> batches;
    std::map<Hashes, std::size_t> both;
    for (const Boundary& each : told) {
        ++batches[each.batches];
        ++both[{each.batches, each.results}];
    }
    const Hashes own_hashes{own.batches, own.results};
    const auto most_batches = majority_of(batches, voters);
    if (most_batches && *most_batches != own.batches) return Verdict::batches_differ;
    const auto most = majority_of(both, voters);
    if (most) return *most == own_hashes || net::planted("self_check_ignores_results") ? Verdict::agrees : Verdict::results_differ;
    const bool is_alone = both.empty() || (both.size() == 1 && both.begin()->first == own_hashes);
    return is_alone || net::planted("self_check_ignores_results") ? Verdict::waiting : Verdict::disputed;
}

const Boundary* at_slot(const std::vector<Boundary>& boundaries, std::uint64_t slot) {
    if (boundaries.empty()) return nullptr;
    if (net::planted("self_check_compares_other_slots")) return &boundaries.back();
    const auto found = std::ranges::find(boundaries, slot, &Boundary::slot);
    return found == boundaries.end() ? nullptr : &*found;
}

bool is_sane(const BoundaryReport& report) {
    const auto not_growing = [](const Boundary& left, const Boundary& right) { return left.slot >= right.slot; };
    return report.boundaries.size() <= boundaries_kept && std::ranges::adjacent_find(report.boundaries, not_growing) == report.boundaries.end();
}

}  // namespace

Judgement judge(const std::vector<Boundary>& own, consensus::NodeId self, const BoundaryReports& reports,
                const std::vector<consensus::NodeId>& voters) {
    for (auto mine = own.rbegin(); mine != own.rend(); ++mine) {
        std::vector<Boundary> told;
        for (const consensus::NodeId voter : voters) {
            const auto report = reports.find(voter);
            const Boundary* const theirs = voter == self ? &*mine : report == reports.end() ? nullptr : at_slot(report->second, mine->slot);
            if (theirs != nullptr) told.push_back(*theirs);
        }
        const Verdict verdict = judge_one(*mine, told, voters.size());
        if (verdict != Verdict::waiting) return {verdict, mine->slot};
    }
    return {};
}

SelfCheck::SelfCheck(net::Loop& loop, consensus::NodeId self, net::Duration beat, SelfCheckEvents events)
    : loop_(loop), self_(self), beat_(beat), events_(std::move(events)) {}

SelfCheck::~SelfCheck() { loop_.cancel(timer_); }

void SelfCheck::start() {
    runs_ = true;
    tick();
}

void SelfCheck::set_voters(std::vector<consensus::NodeId> voters) {
    voters_ = std::move(voters);
    std::erase_if(reports_, [this](const auto& entry) { return std::ranges::find(voters_, entry.first) == voters_.end(); });
}

bool SelfCheck::heard(consensus::NodeId from, const BoundaryReport& report) {
    if (!is_sane(report)) return false;
    if (!runs_ || std::ranges::find(voters_, from) == voters_.end()) return true;
    reports_[from] = report.boundaries;
    look();
    return true;
}

// Told again and again: a message may be lost, and whoever comes up late has heard nothing.
void SelfCheck::tick() {
    timer_ = loop_.after(beat_, [this] { tick(); });
    tell();
    look();
}

void SelfCheck::tell() {
    const std::vector<Boundary> own = events_.own();
    if (own.empty()) return;
    told_through_ = own.back().slot;
    events_.tell(BoundaryReport{own});
}

void SelfCheck::advanced() {
    if (!runs_) return;
    const std::vector<Boundary> own = events_.own();
    if (own.empty() || own.back().slot <= told_through_) return;
    tell();
    look();
}

void SelfCheck::look() {
    if (!runs_) return;
    const Judgement found = judge(events_.own(), self_, reports_, voters_);
    // It goes on applying, and forgets the boundary in dispute long before anybody tells of a newer one.
    if (is_disputed() && found.verdict == Verdict::waiting) return;
    const Verdict before = std::exchange(newest_, found).verdict;
    if (found.verdict == before) return;
    if (found.verdict == Verdict::disputed) net::probe<"self_check_disputed">();
    if (before == Verdict::disputed && found.verdict == Verdict::agrees) net::probe<"self_check_settled">();
    const bool is_final = found.verdict == Verdict::results_differ || found.verdict == Verdict::batches_differ;
    if (is_final) {
        runs_ = false;
        loop_.cancel(std::exchange(timer_, net::TimerId{}));
    }
    events_.judged(found);
}

}  // namespace parley::chat
