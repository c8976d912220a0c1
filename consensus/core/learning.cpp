// Chosen slots between replicas, and commands and reads on their way to the leader.
#include <algorithm>
#include <span>
#include <utility>

#include "consensus/core/replica_state.hpp"
#include "net/ports/probe.hpp"

namespace parley::consensus {

void Replica::State::on(NodeId from, const CatchUpRequest& m) { core.catch_up.serve(from, m, core); }

void Replica::State::on(NodeId from, const CatchUpData& m) {
    if (core.is_outdated_by(m.chosen)) return;
    bool useful = false;
    // Nothing of it without room (P16): it is asked for again when there is some.
    const std::span chosen = core.writes_for(from) ? std::span{m.chosen} : std::span<const AcceptedValue>{};
    for (const AcceptedValue& value : chosen) {
        // Chosen above this leader's ballot: it was overtaken, and its notices may not speak for that slot (P6).
        const auto* leader = std::get_if<Leader>(&role);
        if (leader != nullptr && value.ballot > leader->ballot()) {
            net::probe<"leader_learns_of_a_higher_ballot">();
            become_follower();
        }
        useful = core.learner.learn(value, core.acceptor, core.out) || useful;
    }
    if (from != core.self) {
        core.catch_up.heard(from, m.chosen_through);
        core.departure.heard(from, m.chosen_through);
    }
    if (from != core.self && m.chosen.empty()) {
        core.catch_up.begins_at(from, m.floor);
        if (m.from == core.learner.next()) core.catch_up.empty_answer(from);
    }
    if (useful) core.catch_up.useful_answer();
}

std::size_t Replica::State::take(NodeId origin, std::vector<net::Bytes> commands) {
    if (!core.writes_for({})) return commands.size();
    return core.queue.push(origin, std::move(commands), core.options);
}

void Replica::State::on(Proposed& event) {
    if (leads()) return core.out.refuse(take(core.self, std::move(event.commands)));
    const auto leader = core.support.leader(core.moment.now, core.options);
    if (!leader || !std::holds_alternative<Follower>(role)) return core.out.refuse(event.commands.size());
    Forward forward;
    std::size_t bytes = 0;
    for (net::Bytes& command : event.commands) {
        if (command.size() > core.options.batch_bytes_max) {
            core.out.refuse(1);
            continue;
        }
        if (!forward.commands.empty() && bytes + command.size() > core.options.message_bytes_max) {
            core.out.send(*leader, std::exchange(forward, Forward{}));
            bytes = 0;
        }
        bytes += command.size() + sizeof(std::uint32_t);
        forward.commands.push_back(std::move(command));
    }
    if (!forward.commands.empty()) core.out.send(*leader, std::move(forward));
}

void Replica::State::on(NodeId from, Forward& m) {
    // Never passed on: two nodes that take each other for the leader would play ball.
    const std::size_t refused = leads() ? take(from, std::move(m.commands)) : m.commands.size();
    if (refused > 0) core.out.send(from, ForwardRefused{static_cast<std::uint32_t>(refused)});
}

void Replica::State::on(NodeId, const ForwardRefused& m) {
    core.out.refuse(std::min<std::uint32_t>(m.count, core.options.queued_commands_max));
}

// Who does not lead keeps silent: the asker tries again, with whom it then takes for the leader.
void Replica::State::on(NodeId from, const ReadRequest& m) {
    if (auto* leader = std::get_if<Leader>(&role)) leader->on(from, m);
}

void Replica::State::on(NodeId, const ReadSlot& m) { core.reads.on(m, core); }

}  // namespace parley::consensus
