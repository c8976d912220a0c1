// Formation: what a local cluster's folder holds. DATA/cluster.json says that it was formed, and how; DATA/1, DATA/2, …
// are the replicas' own folders. A folder is formed once; nothing here ever makes a replica empty again.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace parley::chat {

struct Formation {
    std::uint32_t replicas = 3;
    std::string listen = "127.0.0.1";
    std::uint16_t base_port = 7400;
    bool tls = true;

    [[nodiscard]] std::string address(std::uint32_t replica) const;   // 1, 2, …
    [[nodiscard]] std::vector<std::string> addresses() const;
    friend bool operator==(const Formation&, const Formation&) = default;
};

std::string replica_folder(const std::string& data, std::uint32_t replica);

[[nodiscard]] bool is_formed(const std::string& data);
// Reads DATA/cluster.json. These throw std::runtime_error with a sentence.
Formation read_formation(const std::string& data);
// Makes the CA, the operator's certificate, node ids, and one folder a replica with certificate, log and parleyd.toml.
// An attempt that was interrupted is begun anew: until cluster.json is there no replica has run.
void form(const std::string& data, const Formation& formation);
// Where the replicas listen and find each other from now on: parleyd.toml of each, and cluster.json. `relays`: by replica, through which
// address it reaches which other.
using RelaysOf = std::map<std::uint32_t, std::map<std::string, std::string>>;
void move_to(const std::string& data, const Formation& formation, const RelaysOf& relays = {});

}  // namespace parley::chat
