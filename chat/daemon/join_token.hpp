// JoinToken: what a new replica is given by the operator, as one word: who it is, its certificate, and whom to ask. It is a secret,
// like the key in it, and of use once: the cluster lets a node make its data folder once (consensus::ChangeKind::join).
#pragma once

#include <string>
#include <vector>

#include "consensus/core/types.hpp"
#include "net/ports/result.hpp"

namespace parley::chat {

struct JoinToken {
    consensus::ClusterId cluster;
    consensus::FeatureLevel level;           // the cluster's, when the token was made
    consensus::Member member;                // the new replica
    std::vector<std::string> servers;        // "host:port" of those that know of it
    bool tls = true;
    std::string ca_pem;                      // these three are empty without TLS
    std::string certificate_pem;
    std::string key_pem;
    friend bool operator==(const JoinToken&, const JoinToken&) = default;
};
template <class Archive>
void serialize(Archive& archive, JoinToken& token, unsigned) {
    using net::make_nvp;
    archive & make_nvp("cluster", token.cluster) & make_nvp("level", token.level) & make_nvp("member", token.member) & make_nvp("servers", token.servers) &
        make_nvp("tls", token.tls) & make_nvp("ca_pem", token.ca_pem) & make_nvp("certificate_pem", token.certificate_pem) &
        make_nvp("key_pem", token.key_pem);
}

// One line of letters, digits, - and _.
std::string to_text(const JoinToken& token);
net::Result<JoinToken> parse_join_token(const std::string& text);

}  // namespace parley::chat
