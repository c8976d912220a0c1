// What a voter does with the questions and orders of candidates and leaders. Rules P1, P3, P5, P6, P8 of
// docs/protocol.md; the acceptor's half of Paxos Made Simple, section 2.2.
#include "consensus/core/replica_state.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::consensus {

bool Replica::State::current(NodeId from, Ballot ballot) {
    core.saw(ballot);
    if (ballot >= core.acceptor.promised()) return true;
    core.out.send(from, Reject{ballot, core.acceptor.promised()});
    return false;
}

void Replica::State::follow(NodeId leader, Ballot ballot) {
    if (leader == core.self) return;
    if (!std::holds_alternative<Follower>(role)) become_follower();
    core.support.heard(leader, ballot, core.moment.now, core.options);
}

void Replica::State::on(NodeId from, const PrePrepare& m) {
    core.catch_up.heard(from, m.chosen_through);
    const auto leader = core.support.leader(core.moment.now, core.options);
    const bool sticky = (leader && *leader != from) || leads() || core.support.reserved_for_another(from, core.moment.now) ||
                        core.pledge.forbids(m.ballot, {}, core.moment.now);
    // Who cannot reach the leader would unseat it, for a voter that hears both.
    if (leader && *leader != from) net::probe<"support_refused_beside_a_leader">();
    // P3: it would have to fetch what nobody here can hand out.
    const bool holds_enough = m.chosen_through.next() >= core.learner.floor() || net::planted("floor_not_checked");
    // Whoever was removed and has not heard of it learns it from this answer's chosen_through; it gets no support.
    const bool may_lead = core.voters.contains(from) || m.chosen_through > core.learner.chosen_through();
    PrePrepareAnswer answer;
    answer.ballot = m.ballot;
    answer.promised = std::max(core.acceptor.promised(), core.support.ballot());
    answer.granted = !sticky && holds_enough && may_lead && core.has_room && m.ballot > answer.promised;
    answer.chosen_through = core.learner.chosen_through();
    answer.wall_ms = core.moment.wall.ms;
    core.saw(m.ballot);
    core.out.send(from, answer);
}

void Replica::State::on(NodeId from, const Prepare& m) {
    if (!current(from, m.ballot)) return;
    const auto leader = core.support.leader(core.moment.now, core.options);
    const bool sticky = (leader && *leader != from) || (leads() && from != core.self);
    // P8: no promise while the leader is heard, unless that leader wants it so.
    if (sticky && m.ballot > core.acceptor.promised() && !handed_over(from, m)) return;
    // P10: a pledge also holds what was promised by accepting, for nobody heard of that yet.
    if (core.pledge.forbids(m.ballot, m.handed_over_by, core.moment.now)) {
        net::probe<"pledge_holds_a_promise_back">();
        return;
    }
    const bool repeated = m.ballot == core.answered_ballot && core.answered_write > core.own_writes.durable;
    if (repeated) return;   // the answer is on its way to the disk
    if (!core.writes_for(from)) return;
    if (from != core.self) {
        if (!std::holds_alternative<Follower>(role)) become_follower();
        core.support.promised(from, core.moment.now, core.chance, core.options);
    }
    core.pledge.promised(m.ballot, m.handed_over_by, core.moment.now);
    if (from != core.self || !net::planted("ballot_reused_after_restart")) core.acceptor.promise(m.ballot, core.out);
    core.answered_ballot = m.ballot;
    core.answered_write = core.out.last_write();
    for (Promise& chunk : core.acceptor.answer(m, core.learner.chosen_through(), core.learner.floor(),
                                               core.options.message_bytes_max, core.out.last_write())) {
        core.out.send(from, std::move(chunk));
    }
}

bool Replica::State::handed_over(NodeId from, const Prepare& m) const {
    if (const auto* leader = std::get_if<Leader>(&role)) return leader->gave_token(from, m);
    return m.handed_over_by.round > 0 && m.handed_over_by == core.support.ballot();
}

void Replica::State::on(NodeId from, const TakeOver& m) {
    // Of use once: with the campaign this node promises the ballot.
    const bool follows = core.support.leader(core.moment.now, core.options) == std::optional{from} &&
                         core.support.ballot() == m.ballot && std::holds_alternative<Follower>(role);
    if (!follows || m.next <= core.acceptor.promised() || !core.fit_to_ask()) return;
    if (core.pledge.forbids(m.next, m.ballot, core.moment.now)) return;
    // A follower heard the clocks when it asked for support last, and may have been suspended since: it would take itself
    // for wrong, for ever. The answers to its first heartbeat bring them anew, before it stamps much (P14).
    core.clocks.forget();
    net::probe<"takes_over">();
    become_follower();
    role.emplace<Candidate>(m, core);
}

void Replica::State::on(NodeId from, const Accept& m) {
    if (core.is_outdated_by(m.value)) return;
    const bool careless = net::planted("acceptor_ignores_promise");
    if (!careless && !current(from, m.ballot)) return;
    if (!careless) follow(from, m.ballot);
    core.catch_up.heard(from, m.chosen_through);
    const AcceptedValue value{m.slot, m.ballot, m.value};
    if (!core.writes_for(from)) {
        net::probe<"no_vote_without_room">();
    } else if (m.slot <= core.learner.chosen_through()) {
        vote_again(value);
    } else {
        const bool room = (core.acceptor.slots() < core.options.accepted_slots_max && core.acceptor.bytes() < core.options.accepted_bytes_max) ||
                          net::planted("accepted_without_bound");
        const bool kept = core.acceptor.held(m.slot) != nullptr || m.slot == core.learner.next();
        if ((room || kept) && core.acceptor.accept(value, core.out)) {
            core.out.send(from, Accepted{m.ballot, m.slot, m.slot, core.out.last_write()});
        }
    }
    core.learner.notice(m.ballot, m.chosen_through, core.acceptor, core.out);
}

// A new leader may not know yet that the slot is chosen and may need this vote to find out.
void Replica::State::vote_again(const AcceptedValue& value) {
    net::probe<"vote_for_a_chosen_slot">();
    const AcceptedValue* chosen = core.learner.recent(value.slot);
    if (chosen != nullptr && chosen->value != value.value) return;   // never another value over a chosen one
    if (chosen == nullptr || chosen->ballot < value.ballot) {
        if (!core.acceptor.accept_chosen(value, core.out)) return;
        core.learner.raise_ballot(value.slot, value.ballot);
    }
    core.out.send(value.ballot.node, Accepted{value.ballot, value.slot, value.slot, core.out.last_write()});
}

void Replica::State::on(NodeId from, const Heartbeat& m) {
    if (core.is_outdated_by(m.level) || !current(from, m.ballot)) return;
    follow(from, m.ballot);
    core.catch_up.heard(from, m.chosen_through);
    core.learner.notice(m.ballot, m.chosen_through, core.acceptor, core.out);
    core.out.send(from, HeartbeatAnswer{m.ballot, m.round, core.learner.chosen_through(), core.moment.wall.ms,
                                        core.options.feature_level});
}

void Replica::State::on(NodeId from, const PledgeAsked& m) {
    if (!current(from, m.ballot)) return;
    follow(from, m.ballot);
    const net::Duration given = core.pledge.give(m.ballot, std::chrono::microseconds{m.window_us}, core.moment.now, core.options);
    const auto window = std::chrono::duration_cast<std::chrono::microseconds>(given);
    if (window > std::chrono::microseconds::zero()) core.out.send(from, Pledged{m.ballot, m.question, window.count()});
}

void Replica::State::on(NodeId from, const Chosen& m) {
    if (!current(from, m.ballot)) return;
    follow(from, m.ballot);
    core.catch_up.heard(from, m.chosen_through);
    core.learner.notice(m.ballot, m.chosen_through, core.acceptor, core.out);
}

}  // namespace parley::consensus
