// PROFILE/STORE/server: "parley server 1", then lines "used MS", "at ADDRESS,ADDRESS", "account NAME"; PROFILE/STORE/ca.pem: by which CA it is known.
#include "chat/cli/used_servers.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <sstream>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "chat/cli/addresses.hpp"
#include "chat/cli/local_cluster.hpp"
#include "chat/cli/paths.hpp"

namespace parley::chat {
namespace {

namespace fs = std::filesystem;

constexpr const char* head = "parley server 1";
constexpr std::size_t accounts_max = 20;

std::string folder_of(const std::string& profile, const std::string& store) { return profile_folder(profile) + "/" + store; }
std::string file_of(const std::string& profile, const std::string& store) { return folder_of(profile, store) + "/server"; }
std::string ca_of(const std::string& profile, const std::string& store) { return folder_of(profile, store) + "/ca.pem"; }

std::optional<UsedServer> read_used(const std::string& profile, const std::string& store) {
    const auto text = read_whole_file(file_of(profile, store));
    if (!text) return std::nullopt;
    std::istringstream lines(*text);
    std::string line;
    if (!std::getline(lines, line) || line != head) return std::nullopt;
    UsedServer server;
    server.profile = profile;
    server.store = store;
    while (std::getline(lines, line)) {
        const std::size_t space = line.find(' ');
        const std::string word = line.substr(0, space);
        const std::string value = space == std::string::npos ? "" : line.substr(space + 1);
        if (word == "used") (void)std::from_chars(value.data(), value.data() + value.size(), server.used_ms);
        if (word == "account" && !value.empty()) server.accounts.push_back(value);
        if (word != "at") continue;
        if (const auto addresses = parse_addresses(value)) server.addresses = *addresses;
    }
    if (server.addresses.empty()) return std::nullopt;
    if (fs::exists(ca_of(profile, store))) server.ca = ca_of(profile, store);
    return server;
}

net::Result<void> write_used(const UsedServer& server) {
    std::string text = fmt::format("{}\nused {}\nat {}\n", head, server.used_ms, fmt::join(server.addresses, ","));
    for (const std::string& account : server.accounts) text += fmt::format("account {}\n", account);
    std::error_code failed;
    fs::create_directories(folder_of(server.profile, server.store), failed);
    if (failed) return net::Error{net::ErrorKind::io_failed, fmt::format("{}: {}", folder_of(server.profile, server.store), failed.message())};
    return replace_file(file_of(server.profile, server.store), text);
}

std::vector<std::string> folders_in(const std::string& path) {
    std::vector<std::string> names;
    std::error_code failed;
    for (fs::directory_iterator at(path, failed), end; !failed && at != end; at.increment(failed)) {
        if (at->is_directory(failed)) names.push_back(at->path().filename().string());
    }
    return names;
}

bool are_of(const std::vector<std::string>& addresses, const std::vector<std::string>& cluster) {
    return std::ranges::all_of(addresses, [&](const std::string& one) { return std::ranges::find(cluster, one) != cluster.end(); });
}

}  // namespace

std::vector<UsedServer> used_servers(const std::string& profile) {
    std::vector<UsedServer> all;
    const std::string profiles = fs::path(profile_folder(profile)).parent_path().string();
    for (const std::string& name : folders_in(profiles)) {
        for (const std::string& store : folders_in(profiles + "/" + name)) {
            if (auto used = read_used(name, store)) all.push_back(*std::move(used));
        }
    }
    if (const auto local = read_local_cluster()) {
        for (UsedServer& one : all) one.is_local = are_of(one.addresses, local->servers);
        const bool is_known = std::ranges::any_of(all, &UsedServer::is_local);
        if (!is_known) all.push_back({profile, "", local->servers, {}, 0, local->tls ? local->ca : "", true});
    }
    std::ranges::sort(all, [](const UsedServer& a, const UsedServer& b) {
        return std::tuple{b.used_ms, a.profile, a.store} < std::tuple{a.used_ms, b.profile, b.store};
    });
    return all;
}

net::Result<void> note_server_used(const std::string& profile, const std::string& store, const std::vector<std::string>& addresses, const std::string& ca_pem, std::int64_t now_ms) {
    UsedServer server = read_used(profile, store).value_or(UsedServer{profile, store, {}, {}, 0, "", false});
    server.addresses = addresses;
    server.used_ms = now_ms;
    if (net::Result<void> written = write_used(server); !written || ca_pem.empty()) return written;
    const auto before = read_whole_file(ca_of(profile, store));
    if (before && *before == ca_pem) return {};
    return replace_file(ca_of(profile, store), ca_pem);
}

net::Result<void> note_account_used(const std::string& profile, const std::string& store, const std::string& account) {
    std::optional<UsedServer> server = read_used(profile, store);
    if (!server) return net::Error{net::ErrorKind::not_found, fmt::format("{} is not there", file_of(profile, store))};
    if (!server->accounts.empty() && server->accounts.front() == account) return {};
    std::erase(server->accounts, account);
    server->accounts.insert(server->accounts.begin(), account);
    if (server->accounts.size() > accounts_max) server->accounts.resize(accounts_max);
    return write_used(*server);
}

net::Result<void> forget_server(const std::string& profile, const std::string& store) {
    std::error_code failed;
    for (const std::string& path : {file_of(profile, store), ca_of(profile, store)}) {
        fs::remove(path, failed);
        if (failed) return net::Error{net::ErrorKind::io_failed, fmt::format("{}: {}", path, failed.message())};
    }
    return {};
}

}  // namespace parley::chat
