// ServerList: the servers that were used before, as the page that logs somebody in shows them, and which of them answer.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chat/cli/used_servers.hpp"

namespace parley::gui {

class ServerList {
public:
    enum class Reach { asked, reachable, silent };

    // The newest first, as they come. What is known of those that were here before stays known.
    void set(std::vector<chat::UsedServer> servers);
    [[nodiscard]] const std::vector<chat::UsedServer>& servers() const { return servers_; }
    [[nodiscard]] const chat::UsedServer* at(std::size_t place) const { return place < servers_.size() ? &servers_[place] : nullptr; }
    void answered(const chat::UsedServer& server, bool is_reachable);
    [[nodiscard]] Reach reach_of(const chat::UsedServer& server) const;

    // The one that this profile speaks to at these addresses, or at any where none were named; none: it is not in the list.
    [[nodiscard]] std::optional<std::size_t> place_of(const std::string& profile, const std::vector<std::string>& addresses) const;

private:
    std::vector<chat::UsedServer> servers_;
    std::map<std::string, Reach> reach_;   // by profile, cluster and addresses
};

// "chat.example.org", or "This computer".
std::string server_name(const chat::UsedServer& server);
// "chat.example.org:4711, +2", who logged in there, and the profile where it is not the usual one.
std::string server_detail(const chat::UsedServer& server);
std::string reach_text(ServerList::Reach reach);

}  // namespace parley::gui
