// What the server knows of who could lead in its place, and that it hands over to whom Leadership names (P8, P16).
#include "chat/server/impl.hpp"
#include "chat/server/members.hpp"

namespace parley::chat {

void Server::Impl::watch_leadership() {
    leadership_timer_ = loop_.after(options_.leadership.beat, [this] { watch_leadership(); });
    look_at_leadership();
}

void Server::Impl::look_at_leadership() {
    const auto successor = leadership_.successor(seen_of_leadership(), members_, loop_.now());
    if (!successor || !driver_.hand_over(successor->node)) return;
    leadership_.begun(*successor, loop_.now());
    if (successor->for_priority) note("leadership is handed over for its priority to replica " + alias_of(members_, successor->node));
}

// While the disks of too many are full, or somebody contradicts this state, there is no better leader. A full disk asks for less: any replica
// with room that can be reached is better than this one.
consensus::LeadershipSeen Server::Impl::seen_of_leadership() const {
    const consensus::ReplicaStatus status = driver_.status();
    consensus::LeadershipSeen seen;
    seen.leads = status.leading && !status.handing_over_to;
    const Room now = room();
    seen.must_leave = now == Room::elsewhere;
    const bool may_prefer = now == Room::ample && !self_check_.is_disputed();
    if (!seen.leads || (!seen.must_leave && !may_prefer)) return seen;
    for (const consensus::Member& voter : members_.voters) {
        const bool is_able = peers_.reachable(voter.node) && room_watch_.has_room(voter.node);
        if (is_able && (seen.must_leave || driver_.keeps_up(voter.node))) seen.able.push_back(voter.node);
    }
    return seen;
}

}  // namespace parley::chat
