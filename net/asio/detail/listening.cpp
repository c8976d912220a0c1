#include "net/asio/detail/listening.hpp"

#include <fmt/core.h>

#include "net/asio/detail/address.hpp"

namespace parley::net {

Result<std::string> listen_on(boost::asio::ip::tcp::acceptor& acceptor, const boost::asio::ip::tcp::endpoint& endpoint) {
    namespace asio = boost::asio;
    boost::system::error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error == asio::error::address_in_use) {
        return Error{ErrorKind::exists, fmt::format("cannot listen on {}: another program uses this port", text_of(endpoint))};
    }
    if (error) return Error{ErrorKind::refused, fmt::format("cannot listen on {}: {}", text_of(endpoint), error.message())};
    return text_of(acceptor.local_endpoint());
}

}  // namespace parley::net
