// Standing: what this gateway tells its clients about the cluster. A leader that was lost is only reported after a
// while (docs/protocol.md Q8): most changes of leader are over before a person notices.
#pragma once

#include "chat/gateway/gateway.hpp"

namespace parley::chat {

class Standing {
public:
    Standing(const GatewayIdentity& identity, net::Duration leader_lost_after);

    // All return whether the Welcome changed.
    bool update(const consensus::ReplicaStatus& status, std::uint32_t reachable, net::Instant now);
    bool tick(net::Instant now);
    bool members_changed(const GatewayIdentity& identity);
    bool room_changed(bool has_room);

    [[nodiscard]] const Welcome& welcome() const { return welcome_; }
    // No leader for so long that nothing new is taken.
    [[nodiscard]] bool leaderless() const { return !welcome_.leader_alias.has_value(); }
    [[nodiscard]] bool leader_known() const { return leader_.has_value(); }
    // Another leader, or the same at a new ballot, since the last call.
    bool leader_changed();

private:
    [[nodiscard]] std::string alias_of(consensus::NodeId node) const;

    std::vector<consensus::Member> members_;
    net::Duration leader_lost_after_;
    Welcome welcome_;
    std::optional<consensus::NodeId> leader_;
    consensus::Ballot ballot_;
    bool leading_ = false;
    bool changed_ = false;
    net::Instant lost_at_;
};

}  // namespace parley::chat
