// Trust: which replicas a command talks to and by which CA it knows them. Nothing unknown is ever accepted silently.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "chat/cli/invocation.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/tls_context.hpp"

namespace parley::chat {

struct KnownCluster {
    std::vector<std::string> servers;
    std::shared_ptr<net::TlsContext> tls;    // nullptr: TLS is off
    bool is_operator = false;                // the operator's certificate is at hand
    bool is_local = false;                   // `parley up` of this user runs it
    std::string store;                       // folder within the profile for what belongs to this cluster alone
    std::string ca_fingerprint{};            // empty when TLS is off
    std::string ca_file{};                   // where it was read from; empty when it was pinned
};

// The cluster of local.json, of --servers, or the one this profile used last. Asks once, on a terminal, about a CA that
// is not known, and pins it under the profile; without a terminal that is a refusal. Throws CommandFailed.
KnownCluster known_cluster(net::AsioLoop& loop, const GlobalOptions& options);

// Remembers for the profile where its cluster is and, if it was named with --ca, by which CA.
void remember(const GlobalOptions& options, const KnownCluster& cluster);

// The certificate of its authority, as PEM; empty without TLS.
net::Result<std::string> authority_of(const GlobalOptions& options, const KnownCluster& cluster);

// The folder of the profile, for its owner alone.
void make_profile_folder(const std::string& profile);

}  // namespace parley::chat
