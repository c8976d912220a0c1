// Addresses as people write them: HOST:PORT, several with commas, IPv6 in brackets.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/ports/result.hpp"

namespace parley::chat {

struct HostPort {
    std::string host;
    std::uint16_t port = 0;
    friend bool operator==(const HostPort&, const HostPort&) = default;
};

net::Result<HostPort> parse_address(const std::string& text);
std::string to_text(const HostPort& address);   // brackets around an IPv6 host

// "a:1,b:2"; at least one, no two alike.
net::Result<std::vector<std::string>> parse_addresses(const std::string& text);

// 127.0.0.0/8, ::1 or localhost.
bool is_loopback(const std::string& host);

// "127.0.0.1:7400-7402" where the ports follow each other on one host, else joined with commas.
std::string short_list(const std::vector<std::string>& addresses);

}  // namespace parley::chat
