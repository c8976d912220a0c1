// Events, changes of role and status. See replica.hpp and replica_state.hpp; docs/protocol.md follows the same order.
#include "consensus/core/replica.hpp"

#include <utility>

#include "consensus/core/admission.hpp"
#include "consensus/core/invariants.hpp"
#include "consensus/core/replica_state.hpp"

namespace parley::consensus {

Replica::State::State(InitialState initial, const Moment& moment)
    : core{initial.self,
           initial.options,
           moment,
           Chance{moment.chance},
           Outbox{initial.write},
           Acceptor{initial.promised, std::move(initial.accepted), std::move(initial.faulty)},
           Learner{initial.applied_through, initial.floor, initial.log_time_ms, initial.options.memory_bytes_max,
                   std::move(initial.configuration)},
           core.learner.voters(),
           {}, {}, {}, {}, {}, ReadRequests{moment.chance}, {}, {}, {}, {}, {}} {
    core.own_writes.durable = initial.write;
    core.saw(core.acceptor.promised());
    for (const AcceptedValue& value : initial.unapplied) {
        if (value.slot != core.learner.next()) continue;
        core.learner.restore(value);
        core.out.chosen(ChosenSlot{value.slot, value.value});
    }
    for (const AcceptedValue& value : initial.unapplied) core.acceptor.forget(value.slot);
    core.support.wait(moment.now, core.chance, core.options);
    core.pledge.begin(moment.now, core.options);
}

void Replica::State::on(const Tick&) {
    core.departure.on_tick(core);
    if (auto* leader = std::get_if<Leader>(&role)) return apply(leader->on_tick(core));
    if (auto* candidate = std::get_if<Candidate>(&role)) return apply(candidate->on_tick(core));
    const bool alone = core.support.live(core.moment.now, core.options);
    if (alone || !core.support.impatient(core.moment.now) || !core.fit_to_ask()) return;
    // Pledged to a leader that may be gone: the others are, too, and all are free at about the same moment (P10).
    if (core.pledge.binds(core.moment.now)) return core.support.wait_beyond(core.pledge.until(), core.chance, core.options);
    campaign();
}

void Replica::State::on(Received& event) {
    if (!admissible(event.from, core.self, event.message)) return;
    std::visit([&](auto& message) { on(event.from, message); }, event.message);
}

void Replica::State::on(const Durable& event) {
    core.own_writes.became_durable(event.write, core.out.last_write(), core.moment.now);
}

void Replica::State::on(const PeerUp& event) {
    if (event.peer == core.self) return;
    core.catch_up.up(event.peer);
    if (!core.voters.is_member(event.peer)) return;
    if (auto* leader = std::get_if<Leader>(&role)) leader->on_peer_up(event.peer, core);
    auto* candidate = std::get_if<Candidate>(&role);
    if (candidate != nullptr && core.voters.contains(event.peer)) candidate->on_peer_up(event.peer, core);
}

void Replica::State::on(const PeerDown& event) {
    core.catch_up.down(event.peer);
    core.support.lost(event.peer, core.moment.now, core.chance, core.options);
    if (net::planted("lease_ends_with_connection")) core.pledge.release(core.moment.now);
}

void Replica::State::on(const LogRead& event) { core.catch_up.serve(event, core); }

void Replica::State::on(const Compacted& event) { core.learner.raise_floor(event.floor); }

void Replica::State::on(const ReadAsked& event) { core.reads.want(event.ticket); }

void Replica::State::on(const HandOver& event) {
    if (auto* leader = std::get_if<Leader>(&role)) leader->hand_over(event.to, core);
}

void Replica::State::on(const RoomChanged& event) {
    core.has_room = event.enough;
    if (!event.enough) send_commands_back();
}

void Replica::State::on(const MembershipChange& event) {
    if (auto* leader = std::get_if<Leader>(&role)) leader->change(event, core);
}

void Replica::State::campaign() {
    become_follower();
    Candidate& candidate = role.emplace<Candidate>(core);
    apply(candidate.start(core));
}

void Replica::State::lead() {
    // It may have learned meanwhile that it was removed (P11).
    if (!core.fit_to_ask()) return become_follower();
    Candidate& candidate = std::get<Candidate>(role);
    const Ballot ballot = candidate.ballot();
    const Ballot handed_over_by = candidate.handed_over_by();
    PromiseSet promises = candidate.take_promises();
    role.emplace<Leader>(ballot, handed_over_by, std::move(promises), core);
}

void Replica::State::become_follower() {
    role.emplace<Follower>();
    core.support.end(core.moment.now, core.chance, core.options);
    send_commands_back();
}

// Commands without a slot go back to whose clients sent them; they are proposed again later.
void Replica::State::send_commands_back() {
    for (const auto& [origin, count] : core.queue.drain()) {
        if (origin == core.self) core.out.refuse(count);
        else core.out.send(origin, ForwardRefused{static_cast<std::uint32_t>(count)});
    }
}

void Replica::State::apply(Next next) {
    switch (next) {
        case Next::stay: return;
        case Next::lead: return lead();
        case Next::give_up: return become_follower();
        case Next::retry:
            become_follower();
            return core.support.wait_shortly(core.moment.now, core.chance, core.options);
        case Next::campaign: return core.fit_to_ask() ? campaign() : become_follower();
    }
}

void Replica::State::pump() {
    if (auto* leader = std::get_if<Leader>(&role)) apply(leader->pump(core));
    core.catch_up.pump(core);
    core.reads.pump(known_leader(), core);
    core.own_writes.asked(core.out.last_write(), core.moment.now);
}

std::optional<NodeId> Replica::State::known_leader() const {
    return leads() ? core.self : core.support.leader(core.moment.now, core.options);
}

ReplicaStatus Replica::State::status() const {
    ReplicaStatus status;
    status.promised = core.acceptor.promised();
    status.ballot = core.support.ballot();
    status.leader = known_leader();
    status.chosen_through = core.learner.chosen_through();
    status.next_slot = core.learner.next();
    status.floor = core.learner.floor();
    status.needs_snapshot = core.catch_up.needs_snapshot(core);
    status.queued_commands = static_cast<std::uint32_t>(core.queue.size());
    status.accepted_slots = core.acceptor.slots();
    status.memory_bytes = core.learner.memory_bytes();
    status.clock_offset_ms = core.clock_offset_ms();
    status.configuration_id = core.learner.configuration().id;
    status.feature_level = core.learner.configuration().level;
    status.leases = core.learner.configuration().leases;
    status.votes = core.voters.contains(core.self);
    status.dismissed = core.departure.over(core);
    status.has_room = core.has_room;
    if (const auto* candidate = std::get_if<Candidate>(&role)) {
        status.role = Role::candidate;
        status.ballot = candidate->ballot();
    }
    if (const auto* leader = std::get_if<Leader>(&role)) {
        status.role = Role::leader;
        status.ballot = leader->ballot();
        status.leading = leader->leading(core);
        status.handing_over_to = leader->handing_over_to();
        status.lease_until = leader->lease_until(core);
        status.next_slot = leader->next_slot();
        status.open_slots = static_cast<std::uint32_t>(leader->open_slots());
    }
    return status;
}

Replica::Replica(InitialState initial, const Moment& moment)
    : state_(std::make_unique<State>(std::move(initial), moment)) {}
Replica::Replica(Replica&&) noexcept = default;
Replica& Replica::operator=(Replica&&) noexcept = default;
Replica::~Replica() = default;

Output Replica::step(Event event, const Moment& moment) {
    State& state = *state_;
    state.core.moment = moment;
    state.core.chance = Chance{moment.chance};
#ifndef NDEBUG
    const Invariants::Snapshot before = Invariants::snapshot(*this);
#endif
    std::visit([&](auto& happened) { state.on(happened); }, event);
    state.pump();
    Output output = state.core.out.take();
#ifndef NDEBUG
    Invariants::check(*this);
    Invariants::check(before, *this, output);
#endif
    return output;
}

ReplicaStatus Replica::status() const { return state_->status(); }

const Configuration& Replica::configuration() const { return state_->core.learner.configuration(); }

net::Result<void> Replica::may_change(const MembershipChange& change) const {
    const auto* leader = std::get_if<Leader>(&state_->role);
    if (leader == nullptr) return net::Error{net::ErrorKind::timed_out, "this replica does not lead"};
    return leader->may_change(change, state_->core);
}

bool Replica::keeps_up(NodeId member) const {
    const auto* leader = std::get_if<Leader>(&state_->role);
    return leader != nullptr && leader->caught_up(member, state_->core);
}

Slot Replica::chosen_through() const { return state_->core.learner.chosen_through(); }

}  // namespace parley::consensus
