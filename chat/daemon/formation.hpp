// Formation: makes a new cluster in one folder: the authority's and the operator's files, and a data folder for each
// member that is ready to be copied to its machine. Done once; it never touches a folder that holds something.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "consensus/storage/log.hpp"
#include "net/asio/authority.hpp"

namespace parley::chat {

struct FoundingMember {
    std::string alias;     // its folder, and its name in status
    std::string address;   // "host:port", for the others and for clients; it listens there too
};

// One member as NAME=HOST:PORT. Throws std::runtime_error with a sentence.
FoundingMember member_of(const std::string& word);
// 64 random bits, not 0.
consensus::NodeId new_node_id();
// A replica's certificate for that member, signed by the cluster's authority.
net::Credentials credentials_of(const consensus::Member& member, const net::Authority& authority);

// The state that a cluster begins with, when it is not empty: the log begins behind `slot`, and `furnish` puts the state into a replica's
// folder, durable when it returns.
struct Beginning {
    consensus::Slot slot;
    std::function<void(const std::string& folder)> furnish;
};

// Makes a replica's folder: certificate, configuration, and last of all its log, which makes it a replica. Durable when this
// returns; what was made until it throws has never run.
void form_member(const std::string& folder, const consensus::LogIdentity& identity, const std::string& ca_pem,
                 const net::Credentials& credentials, bool tls, const Beginning* beginning = nullptr, std::uint32_t level_max = 0);

// The members as words NAME=HOST:PORT. Throws std::runtime_error with a sentence about the first that is wrong: not an
// odd number from 1 to 9, a name that is used twice or is no file name, an address without a port.
std::vector<FoundingMember> founding_members(const std::vector<std::string>& words);

// Is this "host:port" or "[v6]:port"?
bool is_address(const std::string& text);

// `level`: the feature level that the cluster begins with; one below what this program knows is kept in each replica's configuration.
// Makes DATA/ca.pem, ca.key, operator.pem, operator.key and DATA/ALIAS for each. Everything is durable when this returns.
// Throws std::runtime_error with a sentence; what was made until then stays behind, and has never run.
void form_cluster(const std::string& data, const std::vector<FoundingMember>& members, bool tls, const Beginning* beginning = nullptr,
                  consensus::FeatureLevel level = consensus::highest_feature_level);

}  // namespace parley::chat
