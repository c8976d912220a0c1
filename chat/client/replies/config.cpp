#include "chat/client/replies/config.hpp"

#include <algorithm>
#include <functional>
#include <vector>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace parley::chat {
namespace {

using Problem = std::string;   // empty: none

struct Key {
    const char* name;
    std::function<Problem(const toml::node&, OpenAiConfig&)> read;
};

Problem read_text(const toml::node& node, std::string& text) {
    const auto value = node.value_exact<std::string>();
    if (!value || value->empty()) return "must be a text in double quotes";
    text = *value;
    return {};
}

Key file_key(const char* name, std::optional<std::string> OpenAiConfig::*field) {
    return {name, [field](const toml::node& node, OpenAiConfig& config) { return read_text(node, (config.*field).emplace()); }};
}

Key number_key(const char* name, std::uint32_t OpenAiConfig::*field, std::uint32_t least, std::uint32_t greatest) {
    return {name, [=](const toml::node& node, OpenAiConfig& config) -> Problem {
        const auto value = node.value_exact<std::int64_t>();
        if (!value || *value < least || *value > greatest) return fmt::format("must be a whole number from {} to {}", least, greatest);
        config.*field = static_cast<std::uint32_t>(*value);
        return {};
    }};
}

const std::vector<Key>& keys() {
    static const std::vector<Key> all{
        {"base_url", [](const toml::node& node, OpenAiConfig& config) -> Problem {
            std::string text;
            if (Problem problem = read_text(node, text); !problem.empty()) return problem;
            auto url = net::parse_http_url(text);
            if (!url) return "cannot be used: " + url.error().message;
            config.base_url = *std::move(url);
            return {};
        }},
        {"model", [](const toml::node& node, OpenAiConfig& config) { return read_text(node, config.model); }},
        file_key("key_file", &OpenAiConfig::key_file),
        file_key("ca_file", &OpenAiConfig::ca_file),
        number_key("time_limit_ms", &OpenAiConfig::time_limit_ms, 100, 60'000),
        number_key("messages", &OpenAiConfig::messages, 1, 20),
        number_key("tokens_max", &OpenAiConfig::tokens_max, 0, 4'000),
    };
    return all;
}

net::Error problem(const std::string& name, const toml::node& node, const std::string& what) {
    return {net::ErrorKind::malformed, fmt::format("{}, line {}: {}", name, node.source().begin.line, what)};
}

std::string key_names() {
    std::vector<std::string> names;
    for (const Key& key : keys()) names.push_back(std::string{"openai."} + key.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

net::Result<OpenAiConfig> read_openai(const toml::table& table, const std::string& name) {
    OpenAiConfig config;
    for (const auto& [word, node] : table) {
        const auto key = std::find_if(keys().begin(), keys().end(), [&](const Key& one) { return word.str() == one.name; });
        if (key == keys().end()) return problem(name, node, fmt::format("unknown key \"openai.{}\"; known are {}", word.str(), key_names()));
        const Problem wrong = key->read(node, config);
        if (!wrong.empty()) return problem(name, node, fmt::format("openai.{} {}", word.str(), wrong));
    }
    if (config.base_url.host.empty() || config.model.empty()) return problem(name, table, "[openai] needs base_url and model");
    return config;
}

}  // namespace

net::Result<ReplyConfig> parse_reply_config(const std::string& text, const std::string& name) {
    ReplyConfig config;
    toml::table table;
    try {
        table = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return net::Error{net::ErrorKind::malformed, fmt::format("{}, line {}: {}", name, error.source().begin.line, error.description())};
    }
    for (const auto& [word, node] : table) {
        const toml::table* section = node.as_table();
        if (word.str() != "openai" || section == nullptr) {
            return problem(name, node, fmt::format("unknown {} \"{}\"; known are {}", section == nullptr ? "key" : "section", word.str(), key_names()));
        }
        auto openai = read_openai(*section, name);
        if (!openai) return openai.error();
        config.openai = *std::move(openai);
    }
    return config;
}

net::Result<std::string> parse_reply_key(const std::string& text, const std::string& name) {
    constexpr std::size_t key_bytes_max = 1024;
    std::string key = text;
    while (!key.empty() && (key.back() == '\n' || key.back() == '\r' || key.back() == ' ')) key.pop_back();
    const bool printable = std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7F; });
    if (key.empty() || key.size() > key_bytes_max || !printable) {
        return net::Error{net::ErrorKind::malformed, fmt::format("{} holds no key: one line without blanks is expected", name)};
    }
    return key;
}

}  // namespace parley::chat
