#include "net/asio/http_pages.hpp"

#include <map>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <fmt/core.h>

#include "net/asio/detail/address.hpp"
#include "net/asio/detail/listening.hpp"
#include "net/asio/detail/loop_impl.hpp"

namespace parley::net {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr Duration pause_after_failed_accept = std::chrono::seconds{1};
constexpr std::uint32_t head_bytes_max = 8 << 10;
constexpr std::uint64_t body_bytes_max = 1 << 10;

// One connection, which carries one request. It owns itself while something is under way.
class Visit : public std::enable_shared_from_this<Visit> {
public:
    Visit(asio::ip::tcp::socket socket, std::weak_ptr<HttpPages::Impl> pages)
        : stream_(std::move(socket)), pages_(std::move(pages)), buffer_(head_bytes_max + body_bytes_max) {
        parser_.header_limit(head_bytes_max);
        parser_.body_limit(body_bytes_max);
    }

    void begin() {
        stream_.expires_after(HttpPages::request_within);
        http::async_read(stream_, buffer_, parser_, [self = shared_from_this()](const beast::error_code& error, std::size_t) {
            if (!error) return self->answer();
            self->end();
        });
    }
    void end();

private:
    void answer();
    HttpPage page_for(const http::request<http::string_body>& request);

    beast::tcp_stream stream_;
    std::weak_ptr<HttpPages::Impl> pages_;
    beast::flat_buffer buffer_;
    http::request_parser<http::string_body> parser_;
    http::response<http::string_body> response_;
};

}  // namespace

struct HttpPages::Impl : std::enable_shared_from_this<HttpPages::Impl> {
    Impl(AsioLoop& owner, Pages made) : loop(*owner.impl()), acceptor(loop.context), pages(std::move(made)) {}

    void accept() {
        if (accepting || !acceptor.is_open() || visits.size() >= connections_max) return;
        accepting = true;
        acceptor.async_accept([self = shared_from_this()](const boost::system::error_code& error, asio::ip::tcp::socket socket) {
            self->accepting = false;
            if (!self->acceptor.is_open()) return;
            if (error) {   // out of descriptors, most likely
                self->loop.after(pause_after_failed_accept, [weak = self->weak_from_this()] {
                    if (const auto later = weak.lock()) later->accept();
                });
                return;
            }
            const auto visit = std::make_shared<Visit>(std::move(socket), self);
            self->visits.emplace(visit.get(), visit);
            visit->begin();
            self->accept();
        });
    }

    void ended(Visit* visit) {
        visits.erase(visit);
        accept();
    }

    void close() {
        boost::system::error_code ignored;
        acceptor.close(ignored);
        for (const auto& [raw, weak] : std::exchange(visits, {})) {
            if (const auto visit = weak.lock()) visit->end();
        }
    }

    AsioLoop::Impl& loop;
    asio::ip::tcp::acceptor acceptor;
    Pages pages;
    std::string address;
    bool accepting = false;
    std::map<Visit*, std::weak_ptr<Visit>> visits;
};

namespace {

void Visit::end() {
    boost::system::error_code ignored;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    stream_.close();
    if (const auto pages = std::exchange(pages_, {}).lock()) pages->ended(this);
}

HttpPage Visit::page_for(const http::request<http::string_body>& request) {
    if (request.method() != http::verb::get && request.method() != http::verb::head) return {405, "text/plain", "only GET is answered here\n"};
    const auto pages = pages_.lock();
    if (!pages) return {503, "text/plain", "closing\n"};
    std::string path{request.target().data(), request.target().size()};
    path.resize(std::min(path.size(), path.find('?')));
    return pages->pages(path);
}

void Visit::answer() {
    const auto& request = parser_.get();
    HttpPage page = page_for(request);
    response_.version(request.version());
    response_.result(page.status);
    response_.keep_alive(false);
    response_.set(http::field::content_type, page.type);
    response_.set(http::field::cache_control, "no-store");
    if (page.status == 405) response_.set(http::field::allow, "GET, HEAD");
    const std::size_t size = page.body.size();
    if (request.method() != http::verb::head) response_.body() = std::move(page.body);
    response_.content_length(size);
    http::async_write(stream_, response_, [self = shared_from_this()](const beast::error_code&, std::size_t) { self->end(); });
}

}  // namespace

HttpPages::HttpPages(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpPages::~HttpPages() { impl_->close(); }
std::string HttpPages::address() const { return impl_->address; }

Result<std::unique_ptr<HttpPages>> HttpPages::open(AsioLoop& loop, const std::string& address, Pages pages) {
    const auto parts = parse_address(address);
    if (!parts) return parts.error();
    boost::system::error_code error;
    const auto ip = asio::ip::make_address(parts->host, error);
    if (error || !ip.is_loopback()) {
        return Error{ErrorKind::refused, fmt::format("monitoring pages are served on loopback addresses only, and {} is none", parts->host)};
    }
    asio::ip::tcp::resolver resolver(loop.impl()->context);
    const auto found = resolver.resolve(parts->host, parts->port, asio::ip::tcp::resolver::passive, error);
    if (error || found.empty()) return Error{ErrorKind::not_found, fmt::format("cannot listen on {}: {}", address, error.message())};
    auto impl = std::make_shared<Impl>(loop, std::move(pages));
    auto listening = listen_on(impl->acceptor, found.begin()->endpoint());
    if (!listening) return listening.error();
    impl->address = *listening;
    impl->accept();
    return std::make_unique<HttpPages>(std::move(impl));
}

}  // namespace parley::net
