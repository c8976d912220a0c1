#include "net/asio/detail/address.hpp"

#include <charconv>

#include <fmt/core.h>

namespace parley::net {

Result<HostPort> parse_address(const std::string& address) {
    const auto wrong = [&address] {
        return Error{ErrorKind::refused, fmt::format("\"{}\" is not an address; write HOST:PORT, for example 127.0.0.1:7400", address)};
    };
    const std::size_t colon = address.rfind(':');
    if (colon == std::string::npos || colon == 0) return wrong();
    HostPort parts{address.substr(0, colon), address.substr(colon + 1)};
    unsigned port = 0;
    const char* end = parts.port.data() + parts.port.size();
    const auto parsed = std::from_chars(parts.port.data(), end, port);
    if (parsed.ec != std::errc{} || parsed.ptr != end || port > 65535) return wrong();
    if (parts.host.front() == '[' && parts.host.back() == ']') {
        parts.host = parts.host.substr(1, parts.host.size() - 2);
    } else if (parts.host.find(':') != std::string::npos) {
        return wrong();   // which colon would end the host?
    }
    if (parts.host.empty()) return wrong();
    return parts;
}

std::string text_of(const boost::asio::ip::tcp::endpoint& endpoint) {
    const auto address = endpoint.address();
    return fmt::format(fmt::runtime(address.is_v6() ? "[{}]:{}" : "{}:{}"), address.to_string(), endpoint.port());
}

}  // namespace parley::net
