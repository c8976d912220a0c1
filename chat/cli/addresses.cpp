// Parsing and printing of addresses; no name is resolved here.
#include "chat/cli/addresses.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace parley::chat {
namespace {

net::Error bad_address(const std::string& text) {
    return {net::ErrorKind::malformed,
            fmt::format("\"{}\" is not an address; write HOST:PORT, for example 127.0.0.1:7400", text)};
}

}  // namespace

net::Result<HostPort> parse_address(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) return bad_address(text);
    std::string host = text.substr(0, colon);
    if (host.front() == '[' && host.back() == ']' && host.size() > 2) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find_first_of(":[] \t/") != std::string::npos) {
        return bad_address(text);
    }
    std::uint16_t port = 0;
    const char* begin = text.data() + colon + 1;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(begin, end, port);
    if (error != std::errc{} || stop != end || port == 0) return bad_address(text);
    return HostPort{std::move(host), port};
}

std::string to_text(const HostPort& address) {
    const bool is_v6 = address.host.find(':') != std::string::npos;
    return is_v6 ? fmt::format("[{}]:{}", address.host, address.port) : fmt::format("{}:{}", address.host, address.port);
}

net::Result<std::vector<std::string>> parse_addresses(const std::string& text) {
    std::vector<std::string> result;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const auto address = parse_address(text.substr(begin, end - begin));
        if (!address) return address.error();
        std::string canonical = to_text(*address);
        if (std::find(result.begin(), result.end(), canonical) != result.end()) {
            return net::Error{net::ErrorKind::malformed, fmt::format("{} is named twice", canonical)};
        }
        result.push_back(std::move(canonical));
        begin = end + 1;
    }
    return result;
}

bool is_loopback(const std::string& host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

std::string short_list(const std::vector<std::string>& addresses) {
    const auto joined = [&] { return fmt::format("{}", fmt::join(addresses, ",")); };
    if (addresses.size() < 2) return joined();
    const auto first = parse_address(addresses.front());
    if (!first) return joined();
    for (std::size_t i = 1; i < addresses.size(); ++i) {
        const auto next = parse_address(addresses[i]);
        if (!next || next->host != first->host || next->port != first->port + i) return joined();
    }
    return fmt::format("{}-{}", to_text(*first), first->port + addresses.size() - 1);
}

}  // namespace parley::chat
