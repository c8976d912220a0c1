// The order of trust: --ca, the local cluster's CA for the local cluster's addresses, the CA pinned under the profile,
// a question on the terminal. A pinned CA that no longer fits is an error of the handshake, never a new question.
#include "chat/cli/trust.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <unistd.h>

#include "chat/cli/addresses.hpp"
#include "chat/cli/exit.hpp"
#include "chat/cli/local_cluster.hpp"
#include "chat/cli/password.hpp"
#include "chat/cli/paths.hpp"
#include "net/asio/asio_dialer.hpp"
#include "net/asio/authority.hpp"

namespace parley::chat {
namespace {

std::string pinned_ca_path(const std::string& profile) { return profile_folder(profile) + "/ca.pem"; }
std::string servers_path(const std::string& profile) { return profile_folder(profile) + "/servers"; }

std::vector<std::string> remembered_servers(const std::string& profile) {
    const auto text = read_whole_file(servers_path(profile));
    if (!text) return {};
    const auto servers = parse_addresses(text->substr(0, text->find('\n')));
    return servers ? *servers : std::vector<std::string>{};
}

bool all_within(const std::vector<std::string>& servers, const std::vector<std::string>& known) {
    return std::all_of(servers.begin(), servers.end(), [&](const std::string& server) {
        return std::find(known.begin(), known.end(), server) != known.end();
    });
}

void require_loopback(const std::vector<std::string>& servers) {
    for (const std::string& server : servers) {
        const auto address = parse_address(server);
        if (address && is_loopback(address->host)) continue;
        throw CommandFailed(Exit::refused, fmt::format("--tls off is for loopback addresses only, and {} is none; what you "
                                                       "write would travel readable", server));
    }
}

net::ShownAuthority shown_authority(net::AsioLoop& loop, const std::vector<std::string>& servers) {
    net::AsioDialer dialer{loop, nullptr};
    net::Error last{net::ErrorKind::unreachable, "no replica answered"};
    for (const std::string& server : servers) {
        std::optional<net::Result<net::ShownAuthority>> shown;
        dialer.ask_authority(server, [&](net::Result<net::ShownAuthority> result) {
            shown.emplace(std::move(result));
            loop.stop();
        });
        while (!shown) loop.run();
        if (*shown) return std::move(**shown);
        last = shown->error();
    }
    throw CommandFailed(exit_of(last), last.message);
}

// The invitation says which CA it is, so nobody has to be asked.
std::string pin_invited(net::AsioLoop& loop, const GlobalOptions& options, const std::vector<std::string>& servers) {
    const net::ShownAuthority shown = shown_authority(loop, servers);
    if (shown.fingerprint != *options.ca_fingerprint) {
        throw CommandFailed(Exit::refused, fmt::format("the cluster at {} is not the one of the invitation; nothing was sent", fmt::join(servers, ",")));
    }
    make_profile_folder(options.profile);
    require(replace_file(pinned_ca_path(options.profile), shown.ca_pem));
    return shown.ca_pem;
}

std::string ask_and_pin(net::AsioLoop& loop, const GlobalOptions& options, const std::vector<std::string>& servers) {
    if (options.ca_fingerprint) return pin_invited(loop, options, servers);
    const std::string list = fmt::format("{}", fmt::join(servers, ","));
    if (::isatty(STDIN_FILENO) == 0) {
        throw CommandFailed(Exit::refused, fmt::format("the cluster at {} is not known here; name its CA: --ca FILE (the "
                                                       "operator has it as ca.pem in the cluster's data folder)", list));
    }
    const net::ShownAuthority shown = shown_authority(loop, servers);
    const auto answer = ask_terminal(fmt::format("The cluster at {} is not known here. The fingerprint of its CA is\n  {}\n"
                                                 "Compare it with the operator's. Trust it from now on? [y/N] ",
                                                 list, shown.fingerprint), false);
    if (!answer || (*answer != "y" && *answer != "yes")) {
        throw CommandFailed(Exit::refused, "not trusted, nothing was sent");
    }
    make_profile_folder(options.profile);
    require(replace_file(pinned_ca_path(options.profile), shown.ca_pem));
    return shown.ca_pem;
}

// The operator keeps certificate and key beside the CA; whoever names that CA and may read the key is the operator.
std::optional<net::TlsIdentity> operator_beside(const std::string& ca) {
    const auto folder = std::filesystem::path{ca}.parent_path();
    net::TlsIdentity identity{(folder / "operator.pem").string(), (folder / "operator.key").string()};
    const bool readable = ::access(identity.certificate_file.c_str(), R_OK) == 0 && ::access(identity.key_file.c_str(), R_OK) == 0;
    return readable ? std::optional{std::move(identity)} : std::nullopt;
}

// One folder a cluster, told by its CA: a login or an unsent message never reaches another cluster that happens to
// answer at the same address.
// An authority that vouches for others does not tell clusters apart: there the servers' names do.
std::string store_of(const std::string& ca_pem, const std::vector<std::string>& servers) {
    std::string store = "cluster-" + net::fingerprint_of(ca_pem).substr(0, 16);
    if (net::is_cluster_authority(ca_pem) || servers.empty()) return store;
    store += "-" + *std::ranges::min_element(servers);
    std::ranges::replace_if(store, [](char c) { return c == '/' || c == ':' || c == '[' || c == ']'; }, '_');
    return store;
}
constexpr const char* store_without_tls = "cluster-plain";

void trust_stranger(KnownCluster& known, net::AsioLoop& loop, const GlobalOptions& options) {
    if (options.ca) {
        const auto identity = operator_beside(*options.ca);
        known.is_operator = identity.has_value();
        known.tls = net::TlsContext::client(*options.ca, identity);
        const std::string named = value_or_fail(read_whole_file(*options.ca));
        known.store = store_of(named, known.servers);
        known.ca_fingerprint = net::fingerprint_of(named);
        known.ca_file = *options.ca;
        return;
    }
    const auto pinned = read_whole_file(pinned_ca_path(options.profile));
    const std::string ca = pinned ? *pinned : ask_and_pin(loop, options, known.servers);
    known.tls = net::TlsContext::client_pinned(ca);
    known.store = store_of(ca, known.servers);
    known.ca_fingerprint = net::fingerprint_of(ca);
}

KnownCluster as_local(const LocalCluster& local, const GlobalOptions& options) {
    KnownCluster known{options.servers.empty() ? local.servers : options.servers, nullptr, true, true, store_without_tls, {}, {}};
    if (!options.tls.value_or(local.tls)) {
        require_loopback(known.servers);
        return known;
    }
    const net::TlsIdentity identity{local.operator_certificate, local.operator_key};
    known.is_operator = ::access(local.operator_key.c_str(), R_OK) == 0;
    const std::string ca = options.ca.value_or(local.ca);
    known.tls = net::TlsContext::client(ca, known.is_operator ? std::optional{identity} : std::nullopt);
    known.ca_file = ca;
    const std::string ca_pem = value_or_fail(read_whole_file(ca));
    known.store = store_of(ca_pem, known.servers);
    known.ca_fingerprint = net::fingerprint_of(ca_pem);
    return known;
}

}  // namespace

KnownCluster known_cluster(net::AsioLoop& loop, const GlobalOptions& options) {
    const auto local = read_local_cluster();
    if (local && (options.servers.empty() || all_within(options.servers, local->servers))) return as_local(*local, options);

    KnownCluster known{options.servers.empty() ? remembered_servers(options.profile) : options.servers, nullptr, false, false,
                       store_without_tls, {}, {}};
    if (known.servers.empty()) {
        throw CommandFailed(Exit::unreachable,
                            "no cluster runs here: start one with `parley up`, or name yours with --servers HOST:PORT,…");
    }
    if (!options.tls.value_or(true)) {
        require_loopback(known.servers);
        known.is_operator = true;
        return known;
    }
    trust_stranger(known, loop, options);
    return known;
}

net::Result<std::string> authority_of(const GlobalOptions& options, const KnownCluster& cluster) {
    if (!cluster.tls) return std::string{};
    return read_whole_file(cluster.ca_file.empty() ? pinned_ca_path(options.profile) : cluster.ca_file);
}

void make_profile_folder(const std::string& profile) {
    std::error_code error;
    std::filesystem::create_directories(profile_folder(profile), error);
    if (error) throw CommandFailed(Exit::refused, fmt::format("{}: {}", profile_folder(profile), error.message()));
    std::filesystem::permissions(profile_folder(profile), std::filesystem::perms::owner_all, error);
}

void remember(const GlobalOptions& options, const KnownCluster& cluster) {
    const std::string text = fmt::format("{}\n", fmt::join(cluster.servers, ","));
    const auto before = read_whole_file(servers_path(options.profile));
    if (!before || *before != text) require(replace_file(servers_path(options.profile), text));
    if (!options.ca) return;
    const auto ca = read_whole_file(*options.ca);
    if (ca) require(replace_file(pinned_ca_path(options.profile), *ca));
}

}  // namespace parley::chat
