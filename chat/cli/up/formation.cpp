// Making and re-addressing a local cluster's folder.
#include "chat/cli/up/formation.hpp"

#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>

#include "chat/cli/addresses.hpp"
#include "chat/cli/local_cluster.hpp"
#include "chat/cli/up/cluster_file.hpp"
#include "chat/daemon/config.hpp"
#include "chat/daemon/formation.hpp"

namespace parley::chat {
namespace {

namespace files = std::filesystem;

constexpr const char* forming_mark = "/forming";

void require_done(const net::Result<void>& result) {
    if (!result) throw std::runtime_error(result.error().message);
}

// Whoever reaches a cluster of this machine is on this machine: there are no strangers to be slowed down, and measuring and
// importing have all of it. Who wrote a limit of his own keeps it.
void lift_limits(DaemonConfig& config) {
    const DaemonConfig usual;
    for (auto limit : {&DaemonConfig::requests_per_login, &DaemonConfig::requests_per_address, &DaemonConfig::registrations_per_address}) {
        if (config.*limit == usual.*limit) config.*limit = 0;
    }
}

DaemonConfig config_of(DaemonConfig config, const Formation& formation, std::uint32_t replica, const RelaysOf& relays) {
    config.listen = formation.address(replica);
    config.tls = formation.tls;
    config.peers.clear();
    for (std::uint32_t i = 1; i <= formation.replicas; ++i) config.peers[std::to_string(i)] = formation.address(i);
    const auto through = relays.find(replica);
    lift_limits(config);
    config.relays = through == relays.end() ? std::map<std::string, std::string>{} : through->second;
    return config;
}

// A folder with replicas but no word of how they were formed is not ours to touch.
void clear_interrupted_attempt(const std::string& data) {
    if (files::exists(data + forming_mark)) {
        for (std::uint32_t i = 1; i <= 5; ++i) files::remove_all(replica_folder(data, i));
    } else if (files::exists(replica_folder(data, 1))) {
        throw std::runtime_error(fmt::format("{} holds replicas but no cluster.json; put that file back, or choose another "
                                             "folder with --data", data));
    }
}

}  // namespace

std::string replica_folder(const std::string& data, std::uint32_t replica) { return fmt::format("{}/{}", data, replica); }

bool is_formed(const std::string& data) { return files::exists(data + "/cluster.json"); }

Formation read_formation(const std::string& data) {
    const std::string path = data + "/cluster.json";
    const auto text = read_whole_file(path);
    if (!text) throw std::runtime_error(text.error().message);
    auto formation = formation_from_json(*text, path);
    if (!formation) throw std::runtime_error(formation.error().message);
    return *formation;
}

void form(const std::string& data, const Formation& formation) {
    clear_interrupted_attempt(data);
    require_done(replace_file(data + forming_mark, "a cluster is being formed here\n"));
    std::vector<FoundingMember> members;
    for (std::uint32_t i = 1; i <= formation.replicas; ++i) members.push_back({std::to_string(i), formation.address(i)});
    form_cluster(data, members, formation.tls);
    require_done(replace_file(data + "/cluster.json", to_json(formation) + "\n"));
    files::remove(data + forming_mark);
}

void move_to(const std::string& data, const Formation& formation, const RelaysOf& relays) {
    for (std::uint32_t i = 1; i <= formation.replicas; ++i) {
        const std::string path = replica_folder(data, i) + "/parleyd.toml";
        const auto text = read_whole_file(path);
        if (!text) throw std::runtime_error(text.error().message);
        const auto config = parse_config(*text, path);
        if (!config) throw std::runtime_error(config.error().message);
        const DaemonConfig moved = config_of(*config, formation, i, relays);
        if (moved != *config) require_done(replace_file(path, config_text(moved)));
    }
    if (read_formation(data) != formation) require_done(replace_file(data + "/cluster.json", to_json(formation) + "\n"));
}

}  // namespace parley::chat
