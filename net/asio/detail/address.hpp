// "host:port" and "[v6]:port", taken apart and put together.
#pragma once

#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "net/ports/result.hpp"

namespace parley::net {

struct HostPort {
    std::string host;
    std::string port;
};

Result<HostPort> parse_address(const std::string& address);
std::string text_of(const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace parley::net
