// DATA/parleyd.toml: what a replica is told by its operator. Read once at start; every key has a default and is
// described in the file that config_text() writes. Nothing that decides what a command answers is in here: limits of
// the replicated state must be equal on all replicas and therefore never come from a file of one.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "net/ports/result.hpp"

namespace parley::chat {

struct DaemonConfig {
    std::string listen = "127.0.0.1:7400";           // where replicas and clients connect
    std::map<std::string, std::string> peers;        // alias -> "host:port", where it differs from the formation's

    std::map<std::string, std::string> relays;       // alias -> "host:port" through which links to that replica go

    bool tls = true;                                 // off: loopback addresses only
    std::string tls_ca = "tls/ca.pem";               // relative paths are below the data folder
    std::string tls_certificate = "tls/replica.pem";
    std::string tls_key = "tls/replica.key";
    std::string client_certificate;                  // of any authority, for clients that ask for one of its names; empty: none
    std::string client_key;

    std::uint32_t monitoring_port = 0;               // 0: none

    std::string log_level = "info";
    std::uint32_t log_file_mb = 10;
    std::uint32_t log_files = 5;

    std::uint32_t heartbeat_ms = 50;
    std::uint32_t election_timeout_ms = 300;
    std::uint32_t segment_mb = 16;
    std::uint32_t keep_slots = 16'384;
    std::uint32_t keep_mb = 128;
    std::uint32_t checkpoint_pages = 2'000;
    std::uint32_t scrub_hours = 24;
    std::uint32_t reserve_mb = 256;

    std::uint32_t clients_max = 4096;
    std::uint32_t requests_per_login = 300;          // a second; 0: no limit, as in the next two
    std::uint32_t requests_per_address = 3'000;      // a second
    std::uint32_t registrations_per_address = 60;    // an hour

    std::uint32_t feature_level_max = 0;             // 0: all that this program knows

    friend bool operator==(const DaemonConfig&, const DaemonConfig&) = default;
};

// `name` is how the file is called in error sentences, which carry the line.
net::Result<DaemonConfig> parse_config(const std::string& text, const std::string& name);

// The whole file with a comment at every key; parse_config gives the same configuration back.
std::string config_text(const DaemonConfig& config);

}  // namespace parley::chat
