#include "net/asio/asio_listener.hpp"

#include <set>

#include <boost/asio/ip/tcp.hpp>
#include <fmt/core.h>

#include "net/asio/detail/address.hpp"
#include "net/asio/detail/connection.hpp"
#include "net/asio/detail/listening.hpp"
#include "net/ports/check.hpp"

namespace parley::net {

namespace {
constexpr Duration pause_after_failed_accept = std::chrono::milliseconds(100);
}

struct AsioListener::Impl : std::enable_shared_from_this<AsioListener::Impl> {
    Impl(AsioLoop& owner, std::shared_ptr<TlsContext> context, const LinkOptions& limits)
        : loop(*owner.impl()), tls(std::move(context)), options(limits), acceptor(loop.context) {}

    void accept();
    void on_accept(const boost::system::error_code& error, asio::ip::tcp::socket socket);
    void on_handshake(const std::shared_ptr<Connection>& connection, const Result<void>& result);
    void stop();

    AsioLoop::Impl& loop;
    std::shared_ptr<TlsContext> tls;
    LinkOptions options;
    asio::ip::tcp::acceptor acceptor;
    std::string address;
    Function<void(std::unique_ptr<Link>)> on_link;
    Function<void(const Error&)> on_refused;
    bool accepting = false;
    std::set<std::shared_ptr<Connection>> handshakes;
};

void AsioListener::Impl::accept() {
    if (accepting || !acceptor.is_open() || handshakes.size() >= options.handshakes_max) return;
    accepting = true;
    acceptor.async_accept([self = shared_from_this()](const boost::system::error_code& error, asio::ip::tcp::socket socket) {
        self->on_accept(error, std::move(socket));
    });
}

void AsioListener::Impl::on_accept(const boost::system::error_code& error, asio::ip::tcp::socket socket) {
    accepting = false;
    if (!acceptor.is_open()) return;
    if (error) {
        // Out of descriptors, most likely: the peer waits in the kernel's queue until some are free again.
        loop.after(pause_after_failed_accept, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->accept();
        });
        if (on_refused) on_refused(Error{ErrorKind::full, fmt::format("cannot accept a connection: {}", error.message())});
        return;
    }
    auto connection = std::make_shared<Connection>(loop, std::move(socket), tls, "", options);
    handshakes.insert(connection);
    connection->begin(options.handshake_limit, [weak = weak_from_this(), raw = std::weak_ptr(connection)](const Result<void>& result) {
        const auto self = weak.lock();
        const auto done = raw.lock();
        if (self && done) self->on_handshake(done, result);
    });
    accept();
}

void AsioListener::Impl::on_handshake(const std::shared_ptr<Connection>& connection, const Result<void>& result) {
    handshakes.erase(connection);
    accept();
    if (!acceptor.is_open()) return connection->drop();
    if (result) return on_link(std::make_unique<AsioLink>(connection));
    const Error& why = result.error();
    if (on_refused) on_refused(Error{why.kind, fmt::format("{}: {}", connection->peer().address, why.message)});
}

void AsioListener::Impl::stop() {
    boost::system::error_code ignored;
    acceptor.close(ignored);
    for (const auto& connection : std::exchange(handshakes, {})) connection->drop();
}

AsioListener::AsioListener(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
AsioListener::~AsioListener() { impl_->stop(); }

Result<std::unique_ptr<AsioListener>> AsioListener::open(AsioLoop& loop, const std::string& address,
                                                         std::shared_ptr<TlsContext> tls, LinkOptions options) {
    const auto parts = parse_address(address);
    if (!parts) return parts.error();
    boost::system::error_code error;
    asio::ip::tcp::resolver resolver(loop.impl()->context);
    const auto found = resolver.resolve(parts->host, parts->port, asio::ip::tcp::resolver::passive, error);
    if (error || found.empty()) {
        return Error{ErrorKind::not_found, fmt::format("cannot listen on {}: {}", address, error.message())};
    }
    const asio::ip::tcp::endpoint endpoint = found.begin()->endpoint();
    if (!tls && !endpoint.address().is_loopback()) {
        return Error{ErrorKind::refused, fmt::format("without TLS only loopback addresses may be used, and {} is none", address)};
    }
    auto impl = std::make_shared<Impl>(loop, std::move(tls), options);
    auto listening = listen_on(impl->acceptor, endpoint);
    if (!listening) return listening.error();
    impl->address = *listening;
    return std::make_unique<AsioListener>(std::move(impl));
}

void AsioListener::start(Function<void(std::unique_ptr<Link>)> on_link, Function<void(const Error&)> on_refused) {
    impl_->on_link = std::move(on_link);
    impl_->on_refused = std::move(on_refused);
    impl_->accept();
}

void AsioListener::stop() { impl_->stop(); }

void AsioListener::use(std::shared_ptr<TlsContext> tls) {
    CHECK(impl_->tls != nullptr && tls != nullptr, "TLS is neither switched on nor off while a listener runs");
    impl_->tls = std::move(tls);
}

std::string AsioListener::address() const { return impl_->address; }

}  // namespace parley::net
