#include "chat/daemon/formation.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

#include "chat/daemon/config.hpp"
#include "chat/server/server.hpp"
#include "consensus/core/membership.hpp"
#include "consensus/storage/log.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/authority.hpp"
#include "net/asio/posix_disk.hpp"
#include "net/asio/system_secrets.hpp"

namespace parley::chat {
namespace {

namespace files = std::filesystem;

constexpr std::size_t members_max = 9;
constexpr std::size_t alias_bytes_max = 32;

void require_done(const net::Result<void>& result) {
    if (!result) throw std::runtime_error(result.error().message);
}

bool is_alias(const std::string& text) {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
    return !text.empty() && text.size() <= alias_bytes_max && std::all_of(text.begin(), text.end(), allowed);
}

// The host of "host:port" or "[v6]:port"; empty when it is neither.
std::string host_of(const std::string& address) {
    const std::size_t colon = address.rfind(':');
    if (colon == std::string::npos || colon == 0) return {};
    std::uint16_t port = 0;
    const char* const end = address.data() + address.size();
    const auto [stop, error] = std::from_chars(address.data() + colon + 1, end, port);
    if (error != std::errc{} || stop != end || port == 0) return {};
    const std::string host = address.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) return host.substr(1, host.size() - 2);
    return host.find_first_of(": \t/") == std::string::npos ? host : std::string{};
}

}  // namespace

bool is_address(const std::string& text) { return !host_of(text).empty(); }

FoundingMember member_of(const std::string& word) {
    const std::size_t sign = word.find('=');
    if (sign == std::string::npos) throw std::runtime_error(fmt::format("\"{}\" is no member: a member is NAME=HOST:PORT", word));
    FoundingMember member{word.substr(0, sign), word.substr(sign + 1)};
    if (!is_alias(member.alias)) {
        throw std::runtime_error(fmt::format("\"{}\" is no name for a replica: up to {} of a-z, 0-9, - and _", member.alias, alias_bytes_max));
    }
    if (!is_address(member.address)) throw std::runtime_error(fmt::format("\"{}\" is no address: HOST:PORT", member.address));
    return member;
}

namespace {

std::uint64_t random_id(net::Secrets& secrets) {
    std::uint64_t value = 0;
    while (value == 0) secrets.fill(std::as_writable_bytes(std::span{&value, 1}));
    return value;
}

consensus::Configuration genesis_of(const std::vector<FoundingMember>& members, net::Secrets& secrets) {
    consensus::Configuration configuration;
    for (const FoundingMember& member : members) {
        configuration.voters.push_back({consensus::NodeId{random_id(secrets)}, member.address, member.alias});
    }
    std::sort(configuration.voters.begin(), configuration.voters.end(),
              [](const auto& left, const auto& right) { return left.node < right.node; });
    return configuration;
}

void make_private_folder(const std::string& path) {
    files::create_directories(path);
    files::permissions(path, files::perms::owner_all);
}

void write_credentials(const std::string& folder, const std::string& ca_pem, const net::Credentials& credentials) {
    make_private_folder(folder);
    make_private_folder(folder + "/tls");
    net::write_private_file(folder + "/tls/ca.pem", ca_pem);
    net::write_private_file(folder + "/tls/replica.pem", credentials.certificate_pem);
    net::write_private_file(folder + "/tls/replica.key", credentials.key_pem);
}

DaemonConfig config_of(const consensus::Member& member, const consensus::Configuration& genesis, bool tls) {
    DaemonConfig config;
    config.listen = member.address;
    config.tls = tls;
    for (const consensus::Member& each : genesis.voters) config.peers[each.alias] = each.address;
    return config;
}

void make_log(const std::string& folder, const consensus::LogIdentity& identity, const DaemonConfig& config, consensus::Slot behind) {
    net::AsioLoop loop;
    net::PosixDisk disk{loop, folder, {.inline_sync = true}};
    consensus::LogOptions options;
    options.segment_size = std::uint64_t{config.segment_mb} << 20U;
    require_done(consensus::Log::create(disk, Server::log_folder, identity, options));
    require_done(disk.sync_directory(""));
    if (behind == consensus::Slot{}) return;
    const auto log = consensus::Log::open(disk, loop, Server::log_folder, options);
    require_done(log ? (*log)->begin_at(behind.next()) : log.error());
}

void write_authority(const std::string& data, const net::Authority& authority) {
    const auto credentials = authority.issue_operator("operator");
    net::write_private_file(data + "/ca.pem", authority.certificate_pem());
    net::write_private_file(data + "/ca.key", authority.key_pem());
    net::write_private_file(data + "/operator.pem", credentials.certificate_pem);
    net::write_private_file(data + "/operator.key", credentials.key_pem);
}

}  // namespace

consensus::NodeId new_node_id() {
    net::SystemSecrets secrets;
    return consensus::NodeId{random_id(secrets)};
}

net::Credentials credentials_of(const consensus::Member& member, const net::Authority& authority) {
    return authority.issue_replica(fmt::format("{:016x}", member.node.value), {host_of(member.address)});
}

void form_member(const std::string& folder, const consensus::LogIdentity& identity, const std::string& ca_pem,
                 const net::Credentials& credentials, bool tls, const Beginning* beginning, std::uint32_t level_max) {
    const consensus::Member* const member = consensus::find_member(identity.genesis, identity.node);
    if (member == nullptr) throw std::runtime_error("this replica is no member of the cluster");
    write_credentials(folder, ca_pem, credentials);
    DaemonConfig config = config_of(*member, identity.genesis, tls);
    config.feature_level_max = level_max;
    net::write_private_file(folder + "/parleyd.toml", config_text(config));
    if (beginning != nullptr) beginning->furnish(folder);
    make_log(folder, identity, config, beginning == nullptr ? consensus::Slot{} : beginning->slot);
}

std::vector<FoundingMember> founding_members(const std::vector<std::string>& words) {
    std::vector<FoundingMember> members;
    std::set<std::string> aliases;
    std::set<std::string> addresses;
    for (const std::string& word : words) {
        members.push_back(member_of(word));
        if (!aliases.insert(members.back().alias).second) throw std::runtime_error(fmt::format("two replicas are named \"{}\"", members.back().alias));
        if (!addresses.insert(members.back().address).second) throw std::runtime_error(fmt::format("two replicas have the address {}", members.back().address));
    }
    if (members.size() % 2 == 0 || members.size() > members_max) {
        throw std::runtime_error(fmt::format("a cluster has 1, 3, 5, 7 or 9 replicas, not {}: of an even number no more may fail than of one less", members.size()));
    }
    return members;
}

void form_cluster(const std::string& data, const std::vector<FoundingMember>& members, bool tls, const Beginning* beginning,
                  consensus::FeatureLevel level) {
    make_private_folder(data);
    for (const FoundingMember& member : members) {
        const std::string folder = data + "/" + member.alias;
        if (files::exists(folder)) throw std::runtime_error(folder + " is there already; nothing was changed");
    }
    net::SystemSecrets secrets;
    const net::Authority authority = net::Authority::create("parley");
    write_authority(data, authority);
    consensus::LogIdentity identity;
    identity.cluster = consensus::ClusterId{random_id(secrets)};
    identity.genesis = genesis_of(members, secrets);
    identity.genesis.level = level;
    for (const consensus::Member& member : identity.genesis.voters) {
        identity.node = member.node;
        form_member(data + "/" + member.alias, identity, authority.certificate_pem(), credentials_of(member, authority), tls, beginning,
                    level < consensus::highest_feature_level ? level.value : 0);
    }
}

}  // namespace parley::chat
