#include "net/ports/http.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

namespace parley::net {
namespace {

constexpr std::size_t url_bytes_max = 1024;

Error wrong(std::string_view text, const char* why) {
    return {ErrorKind::refused, fmt::format("\"{}\" {}; write https://HOST/PATH, for example https://api.example.org/v1", text, why)};
}

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F && c != '\\' && c != '"'; });
}

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == ':';
}

// By its words; what a name leads to is looked at once more when it is known.
bool names_loopback(const std::string& host) {
    if (host == "localhost" || host == "::1") return true;
    const bool numeric = std::all_of(host.begin(), host.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    return numeric && host.starts_with("127.");
}

bool take_port(std::string_view text, std::uint16_t& port) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return !text.empty() && error == std::errc{} && end == text.data() + text.size() && port > 0;
}

}  // namespace

std::string HttpUrl::authority() const {
    const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return port == (tls ? 443 : 80) ? name : fmt::format("{}:{}", name, port);
}

Result<HttpUrl> parse_http_url(std::string_view text) {
    HttpUrl url;
    std::string_view rest = text;
    if (text.size() > url_bytes_max || !is_plain(text)) return wrong(text.substr(0, 80), "is not an address of the web");
    if (rest.starts_with("https://")) {
        rest.remove_prefix(8);
    } else if (rest.starts_with("http://")) {
        rest.remove_prefix(7);
        url.tls = false;
        url.port = 80;
    } else {
        return wrong(text, "begins with neither https:// nor http://");
    }
    if (rest.find_first_of("@?#") != std::string_view::npos) return wrong(text, "holds more than a host and a path");
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    std::string_view place = rest.substr(0, slash);
    url.path = rest.substr(slash);
    while (url.path.ends_with('/')) url.path.pop_back();
    const bool bracketed = place.starts_with('[');
    const std::size_t end = bracketed ? place.find(']') : std::min(place.find(':'), place.size());
    if (end == std::string_view::npos) return wrong(text, "has a bracket that is never closed");
    url.host = place.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end);
    place.remove_prefix(bracketed ? end + 1 : end);
    if (!place.empty() && (!place.starts_with(':') || !take_port(place.substr(1), url.port))) return wrong(text, "has no port that could be used");
    if (url.host.empty() || !std::all_of(url.host.begin(), url.host.end(), is_name_character)) return wrong(text, "names no host");
    if (!url.tls && !names_loopback(url.host)) {
        return Error{ErrorKind::refused, fmt::format("{} goes over the network in the clear; http:// is for 127.0.0.1, [::1] and localhost "
                                                     "alone, elsewhere use https://", text)};
    }
    return url;
}

}  // namespace parley::net
