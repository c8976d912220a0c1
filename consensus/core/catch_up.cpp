// Fetching and serving chosen slots. See catch_up.hpp; rule P1 of docs/protocol.md.
#include "consensus/core/catch_up.hpp"

#include <algorithm>

#include "consensus/core/core.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::consensus {

void CatchUp::heard(NodeId from, Slot chosen_through) {
    Slot& reported = reported_[from];
    reported = std::max(reported, chosen_through);
    target_ = std::max(target_, chosen_through);
}

void CatchUp::begins_at(NodeId node, Slot floor) {
    Slot& known = floors_[node];
    known = std::max(known, floor);
}

void CatchUp::empty_answer(NodeId node) { ++empty_answers_[node]; }

bool CatchUp::let_go(NodeId node, Slot slot) const {
    const auto floor = floors_.find(node);
    return floor != floors_.end() && floor->second > slot;
}

std::vector<NodeId> CatchUp::holders(Slot slot) const {
    std::vector<NodeId> holders;
    for (const auto& [node, chosen_through] : reported_) {
        if (chosen_through >= slot && !let_go(node, slot)) holders.push_back(node);
    }
    return holders;
}

bool CatchUp::needs_snapshot(const Core& core) const {
    const Slot next = core.learner.next();
    bool is_anybody_there = false;
    for (const auto& [node, chosen_through] : reported_) {
        // One that is away may hold it still, but nobody knows for how long it stays away.
        if (chosen_through < next || down_.contains(node)) continue;
        const auto empty = empty_answers_.find(node);
        const bool lost_it = empty != empty_answers_.end() && empty->second >= empty_answers_max;
        if (!lost_it && !let_go(node, next)) return false;
        is_anybody_there = true;
    }
    // While no connection stands there is nobody to have a snapshot from either, and they may be back in a moment.
    return is_anybody_there;
}

bool CatchUp::likely_to_come(const Core& core) const {
    const Slot chosen = core.learner.chosen_through();
    if (hurry_ || target_.value - chosen.value > core.options.open_slots_max) return false;
    return core.moment.now - behind_since_ < 2 * core.options.tick_interval;
}

void CatchUp::pump(Core& core) {
    if (core.learner.chosen_through() >= target_) {
        asking_ = behind_ = hurry_ = false;
        return;
    }
    if (!behind_) behind_since_ = core.moment.now;
    behind_ = true;
    if (!core.writes_for({})) return;   // it would come again and again, and be dropped
    if (asking_ && core.moment.now - asked_at_ < core.options.resend_interval) return;
    if (!asking_ && likely_to_come(core)) return;
    const std::vector<NodeId> holding = holders(core.learner.next());
    if (holding.empty()) return;
    asked_ = next_peer(core, holding);
    asked_at_ = core.moment.now;
    asking_ = true;
    core.out.send(asked_, CatchUpRequest{core.learner.next(), target_});
}

NodeId CatchUp::next_peer(const Core& core, const std::vector<NodeId>& reporters) const {
    std::vector<NodeId> holders = reporters;
    // Whoever reported it may have lost the record since: a question that did not help goes round all voters.
    if (asking_) {
        net::probe<"catch_up_asks_another">();
        // Who reported it stays among them: a node that is far behind may not know the voters of today.
        holders.insert(holders.end(), core.voters.nodes().begin(), core.voters.nodes().end());
        std::erase_if(holders, [&](NodeId node) { return node == core.self || let_go(node, core.learner.next()); });
        std::ranges::sort(holders);
        holders.erase(std::unique(holders.begin(), holders.end()), holders.end());
    }
    // The first question goes to the leader.
    const auto leader = core.support.leader(core.moment.now, core.options);
    if (!asking_ && leader && std::ranges::find(holders, *leader) != holders.end()) return *leader;
    const auto after = std::ranges::upper_bound(holders, asked_);
    return after == holders.end() ? holders.front() : *after;
}

void CatchUp::useful_answer() {
    asking_ = false;
    hurry_ = true;
    empty_answers_.clear();
}

// Who was removed may go for good when it is told (departure.hpp): not before it is durable here.
bool CatchUp::may_tell(NodeId node, const Core& core) {
    const bool is_durable = core.own_writes.durable >= core.learner.configuration_write();
    return core.voters.is_member(node) || is_durable || net::planted("removal_told_before_durable");
}

void CatchUp::serve(NodeId to, const CatchUpRequest& request, Core& core) {
    if (!may_tell(to, core)) return;
    const Slot chosen = core.learner.chosen_through();
    const Slot through = net::planted("catch_up_serves_unchosen") ? request.through : std::min(request.through, chosen);
    CatchUpData data{request.from, {}, chosen, core.learner.floor()};
    if (request.from <= through) data.chosen = core.learner.run(request.from, through, core.options.message_bytes_max);
    const bool in_log = data.chosen.empty() && request.from <= through && request.from >= core.learner.floor();
    if (in_log) {
        if (reading_.insert(to).second) core.out.read(ReadWanted{to, request.from, through});
        return;
    }
    core.out.send(to, std::move(data));
}

void CatchUp::serve(const LogRead& read, Core& core) {
    reading_.erase(read.for_peer);
    if (!may_tell(read.for_peer, core)) return;
    CatchUpData data{read.from, {}, core.learner.chosen_through(), core.learner.floor()};
    Slot expected = read.from;
    for (const AcceptedValue& record : read.records) {
        // Only what is chosen may leave as chosen.
        const bool is_chosen = record.slot <= core.learner.chosen_through() || net::planted("catch_up_serves_unchosen");
        if (record.slot != expected || !is_chosen) break;
        data.chosen.push_back(record);
        expected = expected.next();
    }
    core.out.send(read.for_peer, std::move(data));
}

}  // namespace parley::consensus
