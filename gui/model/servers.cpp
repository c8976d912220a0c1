#include "gui/model/servers.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "gui/model/words.hpp"

namespace parley::gui {
namespace {

std::string key_of(const chat::UsedServer& server) { return fmt::format("{}/{}/{}", server.profile, server.store, fmt::join(server.addresses, ",")); }

bool overlap(const std::vector<std::string>& some, const std::vector<std::string>& others) {
    return std::ranges::any_of(some, [&](const std::string& one) { return std::ranges::find(others, one) != others.end(); });
}

}  // namespace

void ServerList::set(std::vector<chat::UsedServer> servers) { servers_ = std::move(servers); }

void ServerList::answered(const chat::UsedServer& server, bool is_reachable) { reach_[key_of(server)] = is_reachable ? Reach::reachable : Reach::silent; }

ServerList::Reach ServerList::reach_of(const chat::UsedServer& server) const {
    const auto found = reach_.find(key_of(server));
    return found == reach_.end() ? Reach::asked : found->second;
}

std::optional<std::size_t> ServerList::place_of(const std::string& profile, const std::vector<std::string>& addresses) const {
    for (std::size_t place = 0; place < servers_.size(); ++place) {
        const chat::UsedServer& server = servers_[place];
        if (server.profile == profile && (addresses.empty() || overlap(server.addresses, addresses))) return place;
    }
    return std::nullopt;
}

std::string server_name(const chat::UsedServer& server) {
    if (server.is_local) return tr("This computer");
    const std::string& first = server.addresses.front();
    return first.substr(0, first.rfind(':'));
}

std::string server_detail(const chat::UsedServer& server) {
    std::string detail = server.addresses.front();
    if (server.addresses.size() > 1) detail += fmt::format(", +{}", server.addresses.size() - 1);
    if (!server.accounts.empty()) detail += fmt::format(" · {}", fmt::join(server.accounts, ", "));
    if (server.profile != "default") detail += " · " + tr("profile {0}", server.profile);
    return detail;
}

std::string reach_text(ServerList::Reach reach) {
    switch (reach) {
        case ServerList::Reach::asked: return tr("being asked…");
        case ServerList::Reach::reachable: return tr("answers");
        case ServerList::Reach::silent: return tr("does not answer");
    }
    return "";
}

}  // namespace parley::gui
