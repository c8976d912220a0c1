// The local cluster as `parley up` describes it in local.json, for every program of the same user.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/ports/result.hpp"

namespace parley::chat {

struct LocalCluster {
    std::vector<std::string> servers;
    bool tls = true;
    std::string ca;                      // absolute paths; empty with TLS off
    std::string operator_certificate;
    std::string operator_key;
    std::string data;
    std::int64_t pid = 0;                // of `parley up`
    friend bool operator==(const LocalCluster&, const LocalCluster&) = default;
};

std::string to_json(const LocalCluster& cluster);
net::Result<LocalCluster> local_cluster_from_json(const std::string& text, const std::string& name);

// What local.json says; none when no cluster was started here or the one that was has ended.
std::optional<LocalCluster> read_local_cluster();
// Replaces local.json in one step.
net::Result<void> write_local_cluster(const LocalCluster& cluster);
// Removes local.json if it is about the cluster of this process.
void forget_local_cluster(std::int64_t pid);

// The whole file, mode 0600, in one step: a reader sees the old or the new one.
net::Result<void> replace_file(const std::string& path, const std::string& text);
net::Result<std::string> read_whole_file(const std::string& path);

}  // namespace parley::chat
