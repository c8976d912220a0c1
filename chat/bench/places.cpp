// Who writes over which link, to which replica.
#include <algorithm>

#include "chat/bench/bench.hpp"

namespace parley::chat {
namespace {

std::vector<std::string> wanted_servers(SendTo to, const Seen& seen, const std::vector<std::string>& servers) {
    if (to == SendTo::any) return servers;
    if (seen.leader_address.empty()) throw CommandFailed(Exit::unreachable, "there is no leader now; `parley status` shows the cluster");
    std::vector<std::string> wanted;
    for (const std::string& server : servers) {
        if ((server == seen.leader_address) == (to == SendTo::leader)) wanted.push_back(server);
    }
    return wanted.empty() ? servers : wanted;
}

}  // namespace

// A login stands 64 sessions; half of that leaves room. Connections share logins in turn.
std::uint32_t logins_for(const WritingOptions& writing) {
    const std::uint32_t by_sessions = (writing.clients + 31) / 32;
    return std::min(std::max(accounts_made, by_sessions), std::max(writing.connections, accounts_made));
}

std::vector<Writers::Place> places_of(const WritingOptions& writing, const Population& population, const Seen& seen,
                                      const std::vector<std::string>& servers) {
    const auto wanted = wanted_servers(writing.to, seen, servers);
    std::vector<Writers::Place> places;
    std::uint32_t next = 0;
    for (std::uint32_t i = 0; i < writing.connections; ++i) {
        Writers::Place place;
        place.first_writer = next;
        place.writers = writing.clients / writing.connections + (i < writing.clients % writing.connections ? 1 : 0);
        next += place.writers;
        place.token = population.tokens[i % population.tokens.size()];
        place.servers = wanted;
        std::rotate(place.servers.begin(), place.servers.begin() + static_cast<std::ptrdiff_t>(i % wanted.size()), place.servers.end());
        // When those fail, any will do.
        for (const std::string& server : servers) {
            if (std::find(wanted.begin(), wanted.end(), server) == wanted.end()) place.servers.push_back(server);
        }
        places.push_back(std::move(place));
    }
    return places;
}

}  // namespace parley::chat
