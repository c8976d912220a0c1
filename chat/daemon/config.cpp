// Reads and writes parleyd.toml. The one table of keys below is what the parser accepts and what the generated file
// describes, so that neither can forget a key.
#include "chat/daemon/config.hpp"

#include <functional>
#include <set>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace parley::chat {
namespace {

using Problem = std::string;   // empty: none

// One key: where it is, what it says about itself, how it is read and written.
struct Key {
    std::string section;   // empty: top level
    std::string name;
    std::string comment;
    std::function<Problem(const toml::node&, DaemonConfig&)> read;
    std::function<std::string(const DaemonConfig&)> write;
};

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char letter : text) {
        if (letter == '"' || letter == '\\') result += '\\';
        result += letter;
    }
    return result + '"';
}

Key text_key(std::string section, std::string name, std::string comment, std::string DaemonConfig::*field,
             std::set<std::string> allowed = {}) {
    auto read = [field, allowed](const toml::node& node, DaemonConfig& config) -> Problem {
        const auto value = node.value_exact<std::string>();
        if (!value) return "must be a text in double quotes";
        if (!allowed.empty() && !allowed.contains(*value)) {
            return fmt::format("must be one of {}", fmt::join(allowed, ", "));
        }
        if (value->empty()) return "must not be empty";
        config.*field = *value;
        return {};
    };
    return {std::move(section), std::move(name), std::move(comment), read,
            [field](const DaemonConfig& config) { return quoted(config.*field); }};
}

// One that may be left empty.
Key optional_text_key(std::string section, std::string name, std::string comment, std::string DaemonConfig::*field) {
    auto read = [field](const toml::node& node, DaemonConfig& config) -> Problem {
        const auto value = node.value_exact<std::string>();
        if (!value) return "must be a text in double quotes";
        config.*field = *value;
        return {};
    };
    return {std::move(section), std::move(name), std::move(comment), read,
            [field](const DaemonConfig& config) { return quoted(config.*field); }};
}

Key number_key(std::string section, std::string name, std::string comment, std::uint32_t DaemonConfig::*field,
               std::uint32_t least, std::uint32_t greatest) {
    auto read = [field, least, greatest](const toml::node& node, DaemonConfig& config) -> Problem {
        const auto value = node.value_exact<std::int64_t>();
        if (!value || *value < least || *value > greatest) {
            return fmt::format("must be a whole number from {} to {}", least, greatest);
        }
        config.*field = static_cast<std::uint32_t>(*value);
        return {};
    };
    return {std::move(section), std::move(name), std::move(comment), read,
            [field](const DaemonConfig& config) { return std::to_string(config.*field); }};
}

Key switch_key(std::string section, std::string name, std::string comment, bool DaemonConfig::*field) {
    auto read = [field](const toml::node& node, DaemonConfig& config) -> Problem {
        const auto value = node.value_exact<bool>();
        if (!value) return "must be true or false";
        config.*field = *value;
        return {};
    };
    return {std::move(section), std::move(name), std::move(comment), read,
            [field](const DaemonConfig& config) { return config.*field ? "true" : "false"; }};
}

const std::vector<Key>& keys() {
    using C = DaemonConfig;
    static const std::vector<Key> all = {
        text_key("", "listen", "Address and port for replicas and clients alike.", &C::listen),
        switch_key("tls", "enabled", "TLS 1.3 on every link. Off is accepted on loopback addresses only.", &C::tls),
        text_key("tls", "ca", "The cluster's CA. Relative paths are below the data folder.", &C::tls_ca),
        text_key("tls", "certificate", "This replica's certificate, issued by that CA.", &C::tls_certificate),
        text_key("tls", "key", "The certificate's private key (mode 0600).", &C::tls_key),
        optional_text_key("tls", "client_certificate",
                          "A certificate of another authority (with its chain), for clients that know this replica by one of its names; empty: none.",
                          &C::client_certificate),
        optional_text_key("tls", "client_key", "That certificate's private key (mode 0600).", &C::client_key),
        number_key("monitoring", "port", "Loopback port of /metrics (Prometheus), /healthz and /readyz; 0: none.",
                   &C::monitoring_port, 0, 65535),
        text_key("log", "level", "How much parleyd.log tells: error, warn, info or debug.", &C::log_level,
                 {"error", "warn", "info", "debug"}),
        number_key("log", "file_mb", "A new log file is begun after this many MiB.", &C::log_file_mb, 1, 1024),
        number_key("log", "files", "So many log files are kept.", &C::log_files, 1, 100),
        number_key("consensus", "heartbeat_ms", "A leader shows that it lives this often.", &C::heartbeat_ms, 5, 10000),
        number_key("consensus", "election_timeout_ms",
                   "A follower stands for leader after hearing nothing for one to two times this long.",
                   &C::election_timeout_ms, 20, 60000),
        number_key("consensus", "segment_mb", "Size of one file of the write-ahead log.", &C::segment_mb, 1, 1024),
        number_key("consensus", "keep_slots",
                   "The log keeps so many of the newest slots, for replicas that were away for a moment,", &C::keep_slots, 0,
                   100'000'000),
        number_key("consensus", "keep_mb", "but is cut when it is larger than this; older slots travel as a snapshot.",
                   &C::keep_mb, 1, 1'000'000),
        number_key("state", "checkpoint_pages",
                   "After so many changed pages the database file is brought up to date, and the log may be cut.",
                   &C::checkpoint_pages, 10, 10'000'000),
        number_key("state", "scrub_hours",
                   "Database and log are read from the disk this often, so that damage is found while it can be mended; 0: never.",
                   &C::scrub_hours, 0, 8'760),
        number_key("disk", "reserve_mb",
                   "With less MiB than this free on the disk, this replica takes nothing new until there is room again; 0: it never looks.",
                   &C::reserve_mb, 0, 1'000'000'000),
        number_key("gateway", "clients_max", "Clients connected to this replica at once.", &C::clients_max, 1, 1000000),
        number_key("gateway", "requests_per_login",
                   "Requests of one login a second, and four times as many at once; what comes faster is taken later. 0: no limit.",
                   &C::requests_per_login, 0, 1'000'000),
        number_key("gateway", "requests_per_address", "The same for all clients of one address together (of IPv6, one /64).",
                   &C::requests_per_address, 0, 1'000'000),
        number_key("gateway", "registrations_per_address", "Accounts that may be registered from one address in an hour; 0: no limit.",
                   &C::registrations_per_address, 0, 1'000'000),
        number_key("features", "level_max",
                   "The cluster goes no further than to this feature level while this is set, so that an older version can be put back; 0: no limit.",
                   &C::feature_level_max, 0, 65'535),
    };
    return all;
}

std::uint32_t line_of(const toml::node& node) { return node.source().begin.line; }

net::Error problem(const std::string& name, std::uint32_t line, const std::string& what) {
    return {net::ErrorKind::malformed, fmt::format("{}, line {}: {}", name, line, what)};
}

const Key* find_key(std::string_view section, std::string_view name) {
    for (const Key& key : keys()) {
        if (key.section == section && key.name == name) return &key;
    }
    return nullptr;
}

bool is_section(std::string_view name) {
    for (const Key& key : keys()) {
        if (!key.section.empty() && key.section == name) return true;
    }
    return false;
}

std::string key_names() {
    std::vector<std::string> names;
    for (const Key& key : keys()) names.push_back(key.section.empty() ? key.name : key.section + "." + key.name);
    names.insert(names.end(), {"peers.ALIAS", "relays.ALIAS"});
    return fmt::format("{}", fmt::join(names, ", "));
}

net::Result<void> read_addresses(std::string_view section, const toml::table& table, std::map<std::string, std::string>& addresses,
                                 const std::string& name) {
    for (const auto& [alias, node] : table) {
        const auto address = node.value_exact<std::string>();
        if (!address) return problem(name, line_of(node), fmt::format("{}.{} must be \"host:port\"", section, alias.str()));
        addresses[std::string{alias.str()}] = *address;
    }
    return {};
}

net::Result<void> read_key(std::string_view section, std::string_view key_name, const toml::node& node,
                           DaemonConfig& config, const std::string& name) {
    const std::string full = section.empty() ? std::string{key_name} : fmt::format("{}.{}", section, key_name);
    const Key* key = find_key(section, key_name);
    if (key == nullptr) {
        return problem(name, line_of(node), fmt::format("unknown key \"{}\"; known are {}", full, key_names()));
    }
    const Problem wrong = key->read(node, config);
    if (!wrong.empty()) return problem(name, line_of(node), fmt::format("{} {}", full, wrong));
    return {};
}

net::Result<void> read_section(std::string_view section, const toml::table& table, DaemonConfig& config,
                               const std::string& name) {
    for (const auto& [key_name, node] : table) {
        const auto done = read_key(section, key_name.str(), node, config, name);
        if (!done) return done.error();
    }
    return {};
}

net::Result<void> read_entry(std::string_view entry, const toml::node& node, DaemonConfig& config,
                             const std::string& name) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return read_key("", entry, node, config, name);
    if (entry == "peers") return read_addresses(entry, *table, config.peers, name);
    if (entry == "relays") return read_addresses(entry, *table, config.relays, name);
    if (is_section(entry)) return read_section(entry, *table, config, name);
    return problem(name, line_of(node), fmt::format("unknown section [{}]; known keys are {}", entry, key_names()));
}

}  // namespace

net::Result<DaemonConfig> parse_config(const std::string& text, const std::string& name) {
    DaemonConfig config;
    toml::table table;
    try {
        table = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return problem(name, error.source().begin.line, std::string{error.description()});
    }
    for (const auto& [entry, node] : table) {
        const auto done = read_entry(entry.str(), node, config, name);
        if (!done) return done.error();
    }
    if (config.election_timeout_ms < 2 * config.heartbeat_ms) {
        return net::Error{net::ErrorKind::malformed,
                          fmt::format("{}: consensus.election_timeout_ms must be at least twice heartbeat_ms, or every "
                                      "late heartbeat costs an election",
                                      name)};
    }
    return config;
}

std::string config_text(const DaemonConfig& config) {
    std::string text = "# Configuration of one replica (parleyd). Read at start (certificates again at SIGHUP); an unknown key is an error.\n";
    std::string section;
    for (const Key& key : keys()) {
        if (key.section != section) {
            section = key.section;
            text += fmt::format("\n[{}]\n", section);
        }
        text += fmt::format("# {}\n{} = {}\n", key.comment, key.name, key.write(config));
    }
    text += "\n# Where the other replicas are now, by alias, if not at the address the cluster was formed with:\n"
            "# \"2\" = \"127.0.0.1:7401\"\n[peers]\n";
    for (const auto& [alias, address] : config.peers) text += fmt::format("{} = {}\n", quoted(alias), quoted(address));
    text += "\n# Through which address links to another replica go, if not to its own (a tunnel, `parley up --lab`):\n[relays]\n";
    for (const auto& [alias, address] : config.relays) text += fmt::format("{} = {}\n", quoted(alias), quoted(address));
    return text;
}

}  // namespace parley::chat
