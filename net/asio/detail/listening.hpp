// Opening a TCP acceptor; what every listener of net/asio begins with.
#pragma once

#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "net/ports/result.hpp"

namespace parley::net {

// Binds and listens; gives the address with the port that the system chose where 0 was asked for. A port in use is
// ErrorKind::exists.
Result<std::string> listen_on(boost::asio::ip::tcp::acceptor& acceptor, const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace parley::net
