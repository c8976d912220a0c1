// Servers that were used before, by every profile of this user: where they are, by which CA they are known, and who logged in there. Kept per profile
// and cluster beside the account, in a text file that is a convenience: what cannot be read is left out, and comes back when the cluster is used again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/ports/result.hpp"

namespace parley::chat {

struct UsedServer {
    std::string profile;
    std::string store;                   // the cluster's folder in the profile; empty: never used under this profile
    std::vector<std::string> addresses;
    std::vector<std::string> accounts;   // that logged in here, the newest first
    std::int64_t used_ms = 0;            // since 1970
    std::string ca;                      // file with the certificate of its authority; empty: TLS is off
    bool is_local = false;               // the cluster that `parley up` of this user runs
    friend bool operator==(const UsedServer&, const UsedServer&) = default;
};

// The newest first. The local cluster is among them if it runs, under `profile` if no profile used it.
std::vector<UsedServer> used_servers(const std::string& profile);

// It is used now. `ca_pem`: the certificate of its authority, empty without TLS. The accounts known so far stay.
net::Result<void> note_server_used(const std::string& profile, const std::string& store, const std::vector<std::string>& addresses, const std::string& ca_pem, std::int64_t now_ms);
// Somebody is logged in there.
net::Result<void> note_account_used(const std::string& profile, const std::string& store, const std::string& account);
// Leaves the list; the login and what else is kept of the cluster stay.
net::Result<void> forget_server(const std::string& profile, const std::string& store);

}  // namespace parley::chat
