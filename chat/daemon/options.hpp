// The command line of parleyd: a handful of words, parsed by hand.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "consensus/core/types.hpp"

namespace parley::chat {

// Of a replica that was removed from its cluster: whoever starts replicas need not start it again.
inline constexpr int exit_when_removed = 4;

struct RunReplica {
    std::string data;
    std::string join{};            // a token, or the file it is in: makes DATA first
    std::optional<int> lifeline{}; // a pipe held open by whoever wants this replica to live
};
struct InspectFolder {
    std::string data;
    bool xml = false;
};
struct InitCluster {
    std::string data;
    std::vector<std::string> members;   // NAME=HOST:PORT
    bool tls = true;
    consensus::FeatureLevel level = consensus::highest_feature_level;
};
// New files for a replica's certificate, made where the authority's key is.
struct RenewCertificate {
    std::string certificate;          // FILE.pem as it is now; its key is FILE.key beside it
    std::string authority;            // the folder of ca.pem and ca.key
    long days = 3650;
};
// Text for standard output (code 0) or a sentence for standard error.
struct SayAndLeave {
    int code = 0;
    std::string text;
};
using DaemonCommand = std::variant<RunReplica, InspectFolder, InitCluster, RenewCertificate, SayAndLeave>;

DaemonCommand parse_daemon_arguments(const std::vector<std::string>& arguments);

}  // namespace parley::chat
