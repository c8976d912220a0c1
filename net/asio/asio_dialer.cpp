#include "net/asio/asio_dialer.hpp"

#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fmt/core.h>

#include "net/asio/authority.hpp"
#include "net/asio/detail/address.hpp"
#include "net/asio/detail/connection.hpp"
#include "net/asio/detail/tls_context_impl.hpp"
#include "net/ports/check.hpp"

namespace parley::net {
namespace {

// One dialled address, from the name to the finished handshake. Alive as long as one of its waits is.
class Attempt : public std::enable_shared_from_this<Attempt> {
public:
    using Answer = Function<void(Result<std::shared_ptr<Connection>>)>;

    Attempt(AsioLoop::Impl& loop, std::shared_ptr<TlsContext> tls, const LinkOptions& options, std::string address, Answer answer)
        : loop_(loop), tls_(std::move(tls)), options_(options), address_(std::move(address)), answer_(std::move(answer)),
          resolver_(loop.context), socket_(loop.context) {}

    void begin() {
        timer_ = loop_.after(options_.dial_limit, [self = shared_from_this()] {
            self->finish(Error{ErrorKind::timed_out, fmt::format("no answer from {} within {} ms", self->address_,
                std::chrono::duration_cast<std::chrono::milliseconds>(self->options_.dial_limit).count())});
        });
        loop_.post([self = shared_from_this()] { self->resolve(); });
    }

    void abandon() {
        answer_ = {};
        release();
    }

private:
    void resolve();
    void connect(const std::vector<asio::ip::tcp::endpoint>& endpoints);
    void shake_hands();

    void finish(Result<std::shared_ptr<Connection>> result) {
        if (!answer_) return;
        auto answer = std::move(answer_);
        if (result) connection_.reset();   // it is the owner's now
        release();
        answer(std::move(result));
    }
    void release() {
        loop_.cancel(timer_);
        resolver_.cancel();
        boost::system::error_code ignored;
        socket_.close(ignored);
        if (connection_) connection_->drop();
        connection_.reset();
    }
    void unreachable(const std::string& reason) {
        finish(Error{ErrorKind::unreachable, fmt::format("cannot reach {}: {}", address_, reason)});
    }

    AsioLoop::Impl& loop_;
    std::shared_ptr<TlsContext> tls_;
    LinkOptions options_;
    std::string address_;
    std::string host_;
    Answer answer_;   // empty once given
    asio::ip::tcp::resolver resolver_;
    asio::ip::tcp::socket socket_;
    std::shared_ptr<Connection> connection_;
    TimerId timer_;
};

void Attempt::resolve() {
    if (!answer_) return;
    const auto parts = parse_address(address_);
    if (!parts) return finish(parts.error());
    host_ = parts->host;
    boost::system::error_code not_numeric;
    const auto numeric = asio::ip::make_address(host_, not_numeric);
    if (!not_numeric) {
        return connect({asio::ip::tcp::endpoint(numeric, static_cast<unsigned short>(std::stoul(parts->port)))});
    }
    resolver_.async_resolve(host_, parts->port, [self = shared_from_this()](const boost::system::error_code& error,
                                                                            const asio::ip::tcp::resolver::results_type& found) {
        if (!self->answer_) return;
        if (error) return self->unreachable(error.message());
        std::vector<asio::ip::tcp::endpoint> endpoints;
        for (const auto& entry : found) endpoints.push_back(entry.endpoint());
        self->connect(endpoints);
    });
}

void Attempt::connect(const std::vector<asio::ip::tcp::endpoint>& endpoints) {
    for (const auto& endpoint : endpoints) {
        if (tls_ || endpoint.address().is_loopback()) continue;
        return finish(Error{ErrorKind::refused,
                            fmt::format("without TLS only loopback addresses may be used, and {} is none", address_)});
    }
    asio::async_connect(socket_, endpoints, [self = shared_from_this()](const boost::system::error_code& error,
                                                                        const asio::ip::tcp::endpoint&) {
        if (!self->answer_) return;
        if (error) return self->unreachable(error.message());
        self->shake_hands();
    });
}

void Attempt::shake_hands() {
    connection_ = std::make_shared<Connection>(loop_, std::move(socket_), tls_, host_, options_);
    // The attempt's own timer ends the handshake as well; the connection's is there for symmetry.
    const auto connection = connection_;
    connection->begin(options_.handshake_limit, [self = shared_from_this(), weak = std::weak_ptr(connection)](const Result<void>& result) {
        const auto ready = weak.lock();
        if (!result) return self->finish(Error{result.error().kind, fmt::format("{}: {}", self->address_, result.error().message)});
        self->finish(ready);
    });
}

}  // namespace

struct AsioDialer::Impl {
    Impl(AsioLoop& owner, std::shared_ptr<TlsContext> context, const LinkOptions& limits)
        : loop(*owner.impl()), tls(std::move(context)), options(limits) {}

    void dial(const std::string& address, std::shared_ptr<TlsContext> with, Attempt::Answer answer) {
        std::erase_if(attempts, [](const auto& attempt) { return attempt.expired(); });
        const auto attempt = std::make_shared<Attempt>(loop, std::move(with), options, address, std::move(answer));
        attempts.push_back(attempt);
        attempt->begin();
    }

    AsioLoop::Impl& loop;
    std::shared_ptr<TlsContext> tls;
    LinkOptions options;
    std::vector<std::weak_ptr<Attempt>> attempts;
};

AsioDialer::AsioDialer(AsioLoop& loop, std::shared_ptr<TlsContext> tls, LinkOptions options)
    : impl_(std::make_shared<Impl>(loop, std::move(tls), options)) {}

AsioDialer::~AsioDialer() {
    for (const auto& weak : impl_->attempts) {
        if (const auto attempt = weak.lock()) attempt->abandon();
    }
}

void AsioDialer::dial(const std::string& address, LinkPurpose, Function<void(Result<std::unique_ptr<Link>>)> on_result) {
    impl_->dial(address, impl_->tls, [answer = std::move(on_result)](Result<std::shared_ptr<Connection>> result) mutable {
        if (!result) return answer(result.error());
        answer(std::unique_ptr<Link>(std::make_unique<AsioLink>(std::move(*result))));
    });
}

void AsioDialer::use(std::shared_ptr<TlsContext> tls) {
    CHECK(impl_->tls != nullptr && tls != nullptr, "TLS is neither switched on nor off while a dialer runs");
    impl_->tls = std::move(tls);
}

void AsioDialer::ask_authority(const std::string& address, Function<void(Result<ShownAuthority>)> on_result) {
    impl_->dial(address, trusting_context(), [address, answer = std::move(on_result)](Result<std::shared_ptr<Connection>> result) mutable {
        if (!result) return answer(result.error());
        const auto shown = (*result)->tls()->shown_authority();
        (*result)->close();
        if (!shown) return answer(Error{ErrorKind::untrusted, fmt::format("{} does not show the authority of a cluster", address)});
        answer(ShownAuthority{*shown, fingerprint_of(*shown)});
    });
}

}  // namespace parley::net
