// replies.toml: which service quick replies may ask, and how. Only read; a file that is not there means that there is none. An
// unknown key is an error with its line. What a room may send is not in here: that is asked for room by room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/ports/http.hpp"

namespace parley::chat {

struct OpenAiConfig {
    net::HttpUrl base_url;                     // https://host/v1: chat/completions is added to it
    std::string model;
    std::optional<std::string> key_file{};     // none: no key is sent (a server on this machine)
    std::optional<std::string> ca_file{};      // authorities to trust in place of the system's
    std::uint32_t time_limit_ms = 8'000;
    std::uint32_t messages = 6;                // how many of the room's newest texts are sent
    std::uint32_t tokens_max = 200;            // asked of the service; 0: nothing is said about it
    friend bool operator==(const OpenAiConfig&, const OpenAiConfig&) = default;
};

struct ReplyConfig {
    std::optional<OpenAiConfig> openai;
};

// `name` is how the file is called in error sentences, which carry the line.
net::Result<ReplyConfig> parse_reply_config(const std::string& text, const std::string& name);

// A key as it lies in its file: one line of printable ASCII, the line's end cut off. The error does not repeat it.
net::Result<std::string> parse_reply_key(const std::string& text, const std::string& name);

}  // namespace parley::chat
