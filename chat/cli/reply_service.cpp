#include "chat/cli/reply_service.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chat/cli/local_cluster.hpp"
#include "chat/cli/paths.hpp"
#include "net/asio/https_client.hpp"

namespace parley::chat {
namespace {

constexpr std::size_t key_file_bytes_max = 4096;

// Relative paths are below the configuration folder.
std::string place_of(const std::string& file) { return file.starts_with('/') ? file : config_home() + "/" + file; }

net::Error refused(const std::string& path, const std::string& why) { return {net::ErrorKind::refused, fmt::format("{} {}", path, why)}; }

// Looked at through the open descriptor, so that what was checked is what is read.
net::Result<std::string> read_private(int file, const std::string& path) {
    struct stat about{};
    if (::fstat(file, &about) != 0) return refused(path, std::strerror(errno));
    if (!S_ISREG(about.st_mode)) return refused(path, "is no file");
    if (about.st_uid != ::geteuid()) return refused(path, "belongs to somebody else; the key has to lie in a file of your own");
    if ((about.st_mode & 077U) != 0) return refused(path, fmt::format("can be read by others; the key is used after: chmod 600 {}", path));
    std::string text(key_file_bytes_max, '\0');
    const ssize_t size = ::read(file, text.data(), text.size());
    if (size < 0) return refused(path, std::strerror(errno));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

}  // namespace

std::string reply_config_path() { return config_home() + "/replies.toml"; }

net::Result<ReplyConfig> read_reply_config() {
    const auto text = read_whole_file(reply_config_path());
    if (!text && text.error().kind == net::ErrorKind::not_found) return ReplyConfig{};
    if (!text) return text.error();
    return parse_reply_config(*text, reply_config_path());
}

net::Result<std::string> read_reply_key(const OpenAiConfig& config) {
    if (!config.key_file) return std::string{};
    const std::string path = place_of(*config.key_file);
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return refused(path, fmt::format("cannot be read: {}", std::strerror(errno)));
    const auto text = read_private(file, path);
    ::close(file);
    if (!text) return text.error();
    return parse_reply_key(*text, path);
}

QuickReplies::FindService ReplyServices::find() {
    return [this]() -> net::Result<std::optional<ReplyService>> {
        const auto config = read_reply_config();
        if (!config) return config.error();
        if (!config->openai) return std::optional<ReplyService>{};
        auto key = read_reply_key(*config->openai);
        if (!key) return key.error();
        try {
            const auto& ca_file = config->openai->ca_file;
            http_ = std::make_unique<net::HttpsClient>(loop_, ca_file ? std::optional{place_of(*ca_file)} : std::nullopt);
        } catch (const std::exception& error) {
            return net::Error{net::ErrorKind::refused, error.what()};
        }
        return std::optional{ReplyService{*config->openai, *std::move(key), http_.get()}};
    };
}

}  // namespace parley::chat
