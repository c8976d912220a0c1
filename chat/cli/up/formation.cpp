// Making and re-addressing a local cluster's folder.
#include "chat/cli/up/formation.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>

#include "chat/cli/addresses.hpp"
#include "chat/cli/local_cluster.hpp"
#include "chat/cli/up/cluster_file.hpp"
#include "chat/daemon/config.hpp"
#include "chat/server/server.hpp"
#include "consensus/storage/log.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/authority.hpp"
#include "net/asio/posix_disk.hpp"
#include "net/asio/system_secrets.hpp"

namespace parley::chat {
namespace {

namespace files = std::filesystem;

constexpr const char* forming_mark = "/forming";

void require_done(const net::Result<void>& result) {
    if (!result) throw std::runtime_error(result.error().message);
}

std::uint64_t random_id(net::Secrets& secrets) {
    std::uint64_t value = 0;
    while (value == 0) secrets.fill(std::as_writable_bytes(std::span{&value, 1}));
    return value;
}

consensus::Configuration make_members(const Formation& formation, net::Secrets& secrets) {
    consensus::Configuration configuration;
    for (std::uint32_t i = 1; i <= formation.replicas; ++i) {
        configuration.voters.push_back({consensus::NodeId{random_id(secrets)}, formation.address(i), std::to_string(i)});
    }
    std::sort(configuration.voters.begin(), configuration.voters.end(),
              [](const auto& left, const auto& right) { return left.node < right.node; });
    return configuration;
}

DaemonConfig config_of(DaemonConfig config, const Formation& formation, std::uint32_t replica) {
    config.listen = formation.address(replica);
    config.tls = formation.tls;
    config.peers.clear();
    for (std::uint32_t i = 1; i <= formation.replicas; ++i) config.peers[std::to_string(i)] = formation.address(i);
    return config;
}

void make_folder(const std::string& path) {
    files::create_directories(path);
    files::permissions(path, files::perms::owner_all);
}

void form_replica(const std::string& data, const Formation& formation, std::uint32_t replica,
                  const consensus::LogIdentity& identity, const net::Authority& authority) {
    const std::string folder = replica_folder(data, replica);
    make_folder(folder + "/tls");
    const auto credentials = authority.issue_replica(fmt::format("{:016x}", identity.node.value), {formation.listen});
    net::write_private_file(folder + "/tls/ca.pem", authority.certificate_pem());
    net::write_private_file(folder + "/tls/replica.pem", credentials.certificate_pem);
    net::write_private_file(folder + "/tls/replica.key", credentials.key_pem);
    const DaemonConfig config = config_of({}, formation, replica);
    require_done(replace_file(folder + "/parleyd.toml", config_text(config)));
    net::AsioLoop loop;
    net::PosixDisk disk{loop, folder, {.inline_sync = true}};
    consensus::LogOptions options;
    options.segment_size = std::uint64_t{config.segment_mb} << 20U;
    require_done(consensus::Log::create(disk, Server::log_folder, identity, options));
    require_done(disk.sync_directory(""));
}

void form_authority(const std::string& data, const net::Authority& authority) {
    const auto credentials = authority.issue_operator("operator");
    net::write_private_file(data + "/ca.pem", authority.certificate_pem());
    net::write_private_file(data + "/ca.key", authority.key_pem());
    net::write_private_file(data + "/operator.pem", credentials.certificate_pem);
    net::write_private_file(data + "/operator.key", credentials.key_pem);
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
    net::SystemSecrets secrets;
    const net::Authority authority = net::Authority::create("parley");
    form_authority(data, authority);
    consensus::LogIdentity identity;
    identity.cluster = consensus::ClusterId{random_id(secrets)};
    identity.genesis = make_members(formation, secrets);
    for (const consensus::Member& member : identity.genesis.voters) {
        identity.node = member.node;
        form_replica(data, formation, static_cast<std::uint32_t>(std::stoul(member.alias)), identity, authority);
    }
    require_done(replace_file(data + "/cluster.json", to_json(formation) + "\n"));
    files::remove(data + forming_mark);
}

void move_to(const std::string& data, const Formation& formation) {
    for (std::uint32_t i = 1; i <= formation.replicas; ++i) {
        const std::string path = replica_folder(data, i) + "/parleyd.toml";
        const auto text = read_whole_file(path);
        if (!text) throw std::runtime_error(text.error().message);
        const auto config = parse_config(*text, path);
        if (!config) throw std::runtime_error(config.error().message);
        const DaemonConfig moved = config_of(*config, formation, i);
        if (moved != *config) require_done(replace_file(path, config_text(moved)));
    }
    if (read_formation(data) != formation) require_done(replace_file(data + "/cluster.json", to_json(formation) + "\n"));
}

}  // namespace parley::chat
