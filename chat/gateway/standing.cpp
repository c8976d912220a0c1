#include "chat/gateway/standing.hpp"

namespace parley::chat {

Standing::Standing(const GatewayIdentity& identity, net::Duration leader_lost_after)
    : members_(identity.members), leader_lost_after_(leader_lost_after) {
    welcome_.node = identity.node;
    welcome_.reachable = 1;
    members_changed(identity);
}

bool Standing::members_changed(const GatewayIdentity& identity) {
    const Welcome before = welcome_;
    members_ = identity.members;
    welcome_.alias = alias_of(consensus::NodeId{welcome_.node});
    welcome_.replicas = static_cast<std::uint32_t>(identity.voters == 0 ? members_.size() : identity.voters);
    welcome_.addresses.clear();
    for (const consensus::Member& member : members_) welcome_.addresses.push_back(member.address);
    if (leader_ && welcome_.leader_alias) welcome_.leader_alias = alias_of(*leader_);
    return welcome_ != before;
}

std::string Standing::alias_of(consensus::NodeId node) const {
    for (const consensus::Member& member : members_) {
        if (member.node == node) return member.alias;
    }
    return "?";
}

bool Standing::update(const consensus::ReplicaStatus& status, std::uint32_t reachable, net::Instant now) {
    const Welcome before = welcome_;
    if (status.leader && (leader_ != status.leader || ballot_ != status.ballot || leading_ != status.leading)) changed_ = true;
    if (leader_ && !status.leader) lost_at_ = now;
    leader_ = status.leader;
    ballot_ = status.ballot;
    leading_ = status.leading;
    welcome_.reachable = reachable;
    if (leader_) welcome_.leader_alias = alias_of(*leader_);
    return welcome_ != before;
}

bool Standing::tick(net::Instant now) {
    if (leader_ || !welcome_.leader_alias || now - lost_at_ < leader_lost_after_) return false;
    welcome_.leader_alias.reset();
    return true;
}

bool Standing::room_changed(bool has_room) { return std::exchange(welcome_.has_room, has_room) != has_room; }

bool Standing::leader_changed() { return std::exchange(changed_, false); }

}  // namespace parley::chat
