#include "chat/server/members.hpp"

#include <algorithm>

namespace parley::chat {

std::string alias_of(const consensus::Configuration& configuration, consensus::NodeId node) {
    const consensus::Member* const member = consensus::find_member(configuration, node);
    return member == nullptr ? "" : member->alias;
}

consensus::Configuration moved(consensus::Configuration members, const consensus::Configuration& genesis,
                               const std::map<std::string, std::string>& addresses) {
    for (auto* group : {&members.voters, &members.learners}) {
        for (consensus::Member& member : *group) {
            const auto address = addresses.find(member.alias);
            const bool is_founder = consensus::find_voter(genesis, member.node) != nullptr;
            const bool has_moved = std::ranges::find(members.moves, member.node, &consensus::Move::node) != members.moves.end();
            if (is_founder && !has_moved && address != addresses.end()) member.address = address->second;
        }
    }
    return members;
}

std::vector<consensus::Member> everybody(const consensus::Configuration& members) {
    std::vector<consensus::Member> all = members.voters;
    all.insert(all.end(), members.learners.begin(), members.learners.end());
    return all;
}

std::vector<consensus::NodeId> nodes_of(const std::vector<consensus::Member>& members) {
    std::vector<consensus::NodeId> nodes;
    for (const consensus::Member& member : members) nodes.push_back(member.node);
    return nodes;
}

}  // namespace parley::chat
