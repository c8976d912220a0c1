// Reading and writing of cluster.json.
#include "chat/cli/up/cluster_file.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "chat/cli/json_line.hpp"

namespace parley::chat {

std::string to_json(const Formation& formation) {
    return JsonLine{}
        .number("replicas", formation.replicas)
        .text("listen", formation.listen)
        .number("base_port", formation.base_port)
        .flag("tls", formation.tls)
        .str();
}

net::Result<Formation> formation_from_json(const std::string& text, const std::string& name) {
    try {
        const auto json = nlohmann::json::parse(text);
        Formation formation;
        json.at("replicas").get_to(formation.replicas);
        json.at("listen").get_to(formation.listen);
        json.at("base_port").get_to(formation.base_port);
        json.at("tls").get_to(formation.tls);
        if (formation.replicas >= 1 && formation.replicas <= 9 && formation.base_port > 0) return formation;
    } catch (const nlohmann::json::exception&) {
        // told below
    }
    return net::Error{net::ErrorKind::damaged, fmt::format("{} is damaged: it does not say how the cluster was formed", name)};
}

}  // namespace parley::chat
