// local.json: written by `parley up`, read by everything else. A file that does not parse counts as none.
#include "chat/cli/local_cluster.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "chat/cli/json_line.hpp"
#include "chat/cli/paths.hpp"

namespace parley::chat {
namespace {

std::string path_of_local() { return state_home() + "/local.json"; }

net::Error failed(const std::string& path, int code) {
    return {code == ENOENT ? net::ErrorKind::not_found : net::ErrorKind::io_failed,
            fmt::format("{}: {}", path, std::strerror(code))};
}

bool is_alive(std::int64_t pid) {
    return pid > 0 && (::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM);
}

}  // namespace

std::string to_json(const LocalCluster& cluster) {
    return JsonLine{}
        .texts("servers", cluster.servers)
        .flag("tls", cluster.tls)
        .text("ca", cluster.ca)
        .text("operator_certificate", cluster.operator_certificate)
        .text("operator_key", cluster.operator_key)
        .text("data", cluster.data)
        .number("pid", cluster.pid)
        .str();
}

net::Result<LocalCluster> local_cluster_from_json(const std::string& text, const std::string& name) {
    try {
        const auto json = nlohmann::json::parse(text);
        LocalCluster cluster;
        json.at("servers").get_to(cluster.servers);
        json.at("tls").get_to(cluster.tls);
        json.at("ca").get_to(cluster.ca);
        json.at("operator_certificate").get_to(cluster.operator_certificate);
        json.at("operator_key").get_to(cluster.operator_key);
        json.at("data").get_to(cluster.data);
        json.at("pid").get_to(cluster.pid);
        return cluster;
    } catch (const nlohmann::json::exception&) {
        return net::Error{net::ErrorKind::malformed, fmt::format("{} is not what parley up writes; start it again", name)};
    }
}

std::optional<LocalCluster> read_local_cluster() {
    const auto text = read_whole_file(path_of_local());
    if (!text) return std::nullopt;
    auto cluster = local_cluster_from_json(*text, path_of_local());
    if (!cluster || !is_alive(cluster->pid)) return std::nullopt;
    return *cluster;
}

net::Result<void> write_local_cluster(const LocalCluster& cluster) {
    std::error_code error;
    std::filesystem::create_directories(state_home(), error);
    if (error) return net::Error{net::ErrorKind::io_failed, fmt::format("{}: {}", state_home(), error.message())};
    return replace_file(path_of_local(), to_json(cluster) + "\n");
}

void forget_local_cluster(std::int64_t pid) {
    const auto text = read_whole_file(path_of_local());
    if (!text) return;
    const auto cluster = local_cluster_from_json(*text, path_of_local());
    if (cluster && cluster->pid == pid) ::unlink(path_of_local().c_str());
}

net::Result<void> replace_file(const std::string& path, const std::string& text) {
    const std::string draft = fmt::format("{}.{}", path, ::getpid());
    const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return failed(draft, errno);
    const ssize_t written = ::write(file, text.data(), text.size());
    const bool whole = written == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
    const int code = errno;
    ::close(file);
    if (!whole || ::rename(draft.c_str(), path.c_str()) != 0) {
        ::unlink(draft.c_str());
        return failed(path, code);
    }
    return {};
}

net::Result<std::string> read_whole_file(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) return failed(path, errno);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace parley::chat
