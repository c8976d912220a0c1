// What the server asks of a configuration: who is who, and where.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "consensus/core/membership.hpp"

namespace parley::chat {

// The name people see; empty for who is no member.
std::string alias_of(const consensus::Configuration& configuration, consensus::NodeId node);

// Where the cluster was formed with a member, its machine may have moved since, and this replica's file says where to. Who came
// later, or moved through the log, is where the configuration says.
consensus::Configuration moved(consensus::Configuration members, const consensus::Configuration& genesis,
                               const std::map<std::string, std::string>& addresses);

// Voters first, then learners.
std::vector<consensus::Member> everybody(const consensus::Configuration& members);

std::vector<consensus::NodeId> nodes_of(const std::vector<consensus::Member>& members);

}  // namespace parley::chat
