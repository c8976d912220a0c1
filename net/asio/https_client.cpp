#include "net/asio/https_client.hpp"

#include <stdexcept>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <fmt/core.h>

#include "net/asio/detail/loop_impl.hpp"

namespace parley::net {
namespace {

namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using Code = boost::system::error_code;

constexpr std::uint32_t head_bytes_max = 16 << 10;

ssl::context make_context(const std::optional<std::string>& ca_file) {
    ssl::context context(ssl::context::tls_client);
    context.set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    context.set_verify_mode(ssl::verify_peer);
    Code error;
    if (ca_file) {
        context.load_verify_file(*ca_file, error);
        if (error) throw std::runtime_error(fmt::format("{} holds no certificate of an authority: {}", *ca_file, error.message()));
    } else {
        context.set_default_verify_paths(error);
    }
    return context;
}

// One question, from the name to the answer. Alive as long as one of its waits is.
class Exchange : public std::enable_shared_from_this<Exchange> {
public:
    using Answered = Function<void(Result<HttpAnswer>)>;

    Exchange(AsioLoop::Impl& loop, ssl::context& context, HttpPost post, Answered answered)
        : loop_(loop), post_(std::move(post)), answered_(std::move(answered)), resolver_(loop.context), stream_(loop.context, context),
          buffer_(head_bytes_max + post_.answer_bytes_max) {
        parser_.header_limit(head_bytes_max);
        parser_.body_limit(post_.answer_bytes_max);
    }

    // The one timer covers everything, so that a server that drips bytes gains nothing by it.
    void begin() {
        timer_ = loop_.after(post_.within, [self = shared_from_this()] {
            self->fail(ErrorKind::timed_out, fmt::format("did not answer within {} ms", self->within_ms()));
        });
        loop_.post([self = shared_from_this()] { self->resolve(); });
    }
    void abandon() {
        answered_ = {};
        release();
    }

private:
    void resolve();
    void connect(const std::vector<asio::ip::tcp::endpoint>& endpoints);
    void shake_hands();
    template <class Stream> void ask(Stream& stream);
    template <class Stream> void listen(Stream& stream);
    void take_answer();
    [[nodiscard]] http::request<http::string_body> request() const;

    [[nodiscard]] bool is_over() const { return !answered_; }
    [[nodiscard]] std::int64_t within_ms() const { return std::chrono::duration_cast<std::chrono::milliseconds>(post_.within).count(); }
    void fail(ErrorKind kind, const std::string& what) { finish(Error{kind, fmt::format("{} {}", post_.url.authority(), what)}); }
    void finish(Result<HttpAnswer> result) {
        if (is_over()) return;
        auto answered = std::move(answered_);
        release();
        answered(std::move(result));
    }
    void release() {
        loop_.cancel(timer_);
        resolver_.cancel();
        Code ignored;
        stream_.next_layer().close(ignored);
    }

    AsioLoop::Impl& loop_;
    HttpPost post_;
    Answered answered_;   // empty once given
    asio::ip::tcp::resolver resolver_;
    ssl::stream<asio::ip::tcp::socket> stream_;
    boost::beast::flat_buffer buffer_;
    http::request<http::string_body> request_;
    http::response_parser<http::string_body> parser_;
    TimerId timer_;
};

void Exchange::resolve() {
    if (is_over()) return;
    Code not_numeric;
    const auto numeric = asio::ip::make_address(post_.url.host, not_numeric);
    if (!not_numeric) return connect({asio::ip::tcp::endpoint(numeric, post_.url.port)});
    resolver_.async_resolve(post_.url.host, std::to_string(post_.url.port),
                            [self = shared_from_this()](const Code& error, const asio::ip::tcp::resolver::results_type& found) {
        if (self->is_over()) return;
        if (error) return self->fail(ErrorKind::unreachable, fmt::format("cannot be found: {}", error.message()));
        std::vector<asio::ip::tcp::endpoint> endpoints;
        for (const auto& entry : found) endpoints.push_back(entry.endpoint());
        self->connect(endpoints);
    });
}

void Exchange::connect(const std::vector<asio::ip::tcp::endpoint>& endpoints) {
    for (const auto& endpoint : endpoints) {
        if (post_.url.tls || endpoint.address().is_loopback()) continue;
        return fail(ErrorKind::refused, "is no loopback address; without TLS no other is spoken to");
    }
    asio::async_connect(stream_.next_layer(), endpoints, [self = shared_from_this()](const Code& error, const asio::ip::tcp::endpoint&) {
        if (self->is_over()) return;
        if (error) return self->fail(ErrorKind::unreachable, fmt::format("cannot be reached: {}", error.message()));
        self->shake_hands();
    });
}

void Exchange::shake_hands() {
    if (!post_.url.tls) return ask(stream_.next_layer());
    Code not_numeric;
    asio::ip::make_address(post_.url.host, not_numeric);
    // The server's name goes with the first message; an address has no place in it. (SSL_set_tlsext_host_name, without its cast.)
    if (not_numeric) SSL_ctrl(stream_.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, post_.url.host.data());
    stream_.set_verify_callback(ssl::host_name_verification(post_.url.host));
    stream_.async_handshake(ssl::stream_base::client, [self = shared_from_this()](const Code& error) {
        if (self->is_over()) return;
        if (!error) return self->ask(self->stream_);
        const bool distrusted = error.category() == asio::error::get_ssl_category() &&
                                ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_CERTIFICATE_VERIFY_FAILED;
        if (distrusted) return self->fail(ErrorKind::untrusted, "shows a certificate that is not trusted here, or not for that name");
        self->fail(ErrorKind::unreachable, fmt::format("does not speak TLS as it should: {}", error.message()));
    });
}

http::request<http::string_body> Exchange::request() const {
    http::request<http::string_body> request{http::verb::post, post_.url.path.empty() ? "/" : post_.url.path, 11};
    request.set(http::field::host, post_.url.authority());
    request.set(http::field::user_agent, "parley");
    request.set(http::field::accept, "application/json");
    request.set(http::field::content_type, "application/json");
    if (!post_.bearer.empty()) request.set(http::field::authorization, "Bearer " + post_.bearer);
    request.keep_alive(false);
    request.body() = post_.json;
    request.prepare_payload();
    return request;
}

template <class Stream>
void Exchange::ask(Stream& stream) {
    request_ = request();
    http::async_write(stream, request_, [self = shared_from_this(), &stream](const Code& error, std::size_t) {
        if (self->is_over()) return;
        if (error) return self->fail(ErrorKind::unreachable, fmt::format("did not take the question: {}", error.message()));
        self->listen(stream);
    });
}

template <class Stream>
void Exchange::listen(Stream& stream) {
    http::async_read(stream, buffer_, parser_, [self = shared_from_this()](const Code& error, std::size_t) {
        if (self->is_over()) return;
        if (!error) return self->take_answer();
        const bool too_large = error == http::error::body_limit || error == http::error::header_limit || error == http::error::buffer_overflow;
        if (too_large) return self->fail(ErrorKind::malformed, "answered with more than is taken");
        const bool cut = error == http::error::partial_message || error == http::error::end_of_stream || error == asio::error::connection_reset ||
                         error == ssl::error::stream_truncated || error == asio::error::eof;
        if (cut) return self->fail(ErrorKind::unreachable, "closed the connection before the answer was whole");
        self->fail(ErrorKind::malformed, fmt::format("answered with something that is no HTTP: {}", error.message()));
    });
}

void Exchange::take_answer() {
    auto& answer = parser_.get();
    finish(HttpAnswer{answer.result_int(), std::move(answer.body())});
}

}  // namespace

struct HttpsClient::Impl {
    Impl(AsioLoop& owner, const std::optional<std::string>& ca_file) : loop(*owner.impl()), context(make_context(ca_file)) {}

    AsioLoop::Impl& loop;
    ssl::context context;
    std::vector<std::weak_ptr<Exchange>> exchanges;
};

HttpsClient::HttpsClient(AsioLoop& loop, const std::optional<std::string>& ca_file) : impl_(std::make_shared<Impl>(loop, ca_file)) {}
HttpsClient::~HttpsClient() { abandon(); }

void HttpsClient::post(HttpPost request, Function<void(Result<HttpAnswer>)> on_answer) {
    std::erase_if(impl_->exchanges, [](const auto& exchange) { return exchange.expired(); });
    const auto exchange = std::make_shared<Exchange>(impl_->loop, impl_->context, std::move(request), std::move(on_answer));
    impl_->exchanges.push_back(exchange);
    exchange->begin();
}

void HttpsClient::abandon() {
    for (const auto& weak : std::exchange(impl_->exchanges, {})) {
        if (const auto exchange = weak.lock()) exchange->abandon();
    }
}

}  // namespace parley::net
