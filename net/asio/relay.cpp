#include "net/asio/relay.hpp"

#include <array>
#include <deque>
#include <set>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <fmt/core.h>

#include "net/asio/detail/address.hpp"
#include "net/asio/detail/listening.hpp"
#include "net/asio/detail/loop_impl.hpp"

namespace parley::net {
namespace {

constexpr Duration pause_after_failed_accept = std::chrono::seconds{1};

using Socket = asio::ip::tcp::socket;
using Failure = boost::system::error_code;

}  // namespace

struct Relay::Impl : std::enable_shared_from_this<Relay::Impl> {
    class Pair;

    Impl(AsioLoop& owner, asio::ip::tcp::resolver::results_type to) : loop(owner), acceptor(owner.impl()->context), target(std::move(to)) {}

    void accept();
    void changed();   // what is held may pass now
    void close();

    AsioLoop& loop;
    asio::ip::tcp::acceptor acceptor;
    asio::ip::tcp::resolver::results_type target;
    std::string address;
    bool is_cut = false;
    Duration late{};
    std::set<std::shared_ptr<Pair>> pairs;
};

// One connection: the side that connected here, and the one that was made for it.
class Relay::Impl::Pair : public std::enable_shared_from_this<Pair> {
public:
    Pair(Impl& relay, Socket from) : relay_(&relay), ends_{std::move(from), Socket{relay.acceptor.get_executor()}} {}

    void begin() {
        asio::async_connect(ends_[1], relay_->target, [self = shared_from_this()](const Failure& error, const asio::ip::tcp::endpoint&) {
            if (self->relay_ == nullptr) return;
            if (error) return self->end();
            for (Socket& socket : self->ends_) {
                Failure ignored;
                socket.set_option(asio::ip::tcp::no_delay{true}, ignored);
            }
            self->read(0);
            self->read(1);
        });
    }
    void move_on() {
        for (const std::size_t way : {std::size_t{0}, std::size_t{1}}) write(way);
    }
    void close() {
        relay_ = nullptr;
        for (Socket& socket : ends_) {
            Failure ignored;
            socket.close(ignored);
        }
    }

private:
    struct Held {
        Instant due;
        std::vector<std::byte> bytes;   // none: it ended
    };
    struct Way {
        std::deque<Held> held;
        std::size_t size = 0;
        std::array<std::byte, 65536> buffer;
        bool reading = false;
        bool writing = false;
    };

    // From ends_[way] to the other one.
    void read(std::size_t way) {
        Way& here = ways_[way];
        if (relay_ == nullptr || here.reading || here.size >= held_bytes_max || (!here.held.empty() && here.held.back().bytes.empty())) return;
        here.reading = true;
        ends_[way].async_read_some(asio::buffer(here.buffer), [self = shared_from_this(), way](const Failure& error, std::size_t size) {
            if (self->relay_ == nullptr) return;
            Way& now = self->ways_[way];
            now.reading = false;
            const auto* const begin = now.buffer.data();
            now.held.push_back({self->relay_->loop.now() + self->relay_->late, error ? std::vector<std::byte>{} : std::vector<std::byte>(begin, begin + size)});
            now.size += size;
            self->write(way);
            self->read(way);
        });
    }
    void write(std::size_t way) {
        Way& here = ways_[way];
        if (relay_ == nullptr || relay_->is_cut || here.writing || here.held.empty()) return;
        const Instant now = relay_->loop.now();
        if (here.held.front().due > now) {
            relay_->loop.after(here.held.front().due - now, [weak = weak_from_this(), way] {
                if (const auto self = weak.lock()) self->write(way);
            });
            return;
        }
        if (here.held.front().bytes.empty()) return end();
        here.writing = true;
        asio::async_write(ends_[1 - way], asio::buffer(here.held.front().bytes), [self = shared_from_this(), way](const Failure& error, std::size_t size) {
            if (self->relay_ == nullptr) return;
            if (error) return self->end();
            Way& then = self->ways_[way];
            then.writing = false;
            then.held.pop_front();
            then.size -= size;
            self->write(way);
            self->read(way);
        });
    }
    void end() {
        Impl* const relay = std::exchange(relay_, nullptr);
        close();
        relay->pairs.erase(shared_from_this());
    }

    Impl* relay_;
    std::array<Socket, 2> ends_;
    std::array<Way, 2> ways_;
};

void Relay::Impl::accept() {
    acceptor.async_accept([self = shared_from_this()](const Failure& error, Socket socket) {
        if (!self->acceptor.is_open()) return;
        if (error) {   // out of descriptors, most likely
            self->loop.after(pause_after_failed_accept, [weak = self->weak_from_this()] {
                if (const auto later = weak.lock()) later->accept();
            });
            return;
        }
        const auto pair = std::make_shared<Pair>(*self, std::move(socket));
        self->pairs.insert(pair);
        pair->begin();
        self->accept();
    });
}

void Relay::Impl::changed() {
    for (const auto& pair : std::set{pairs}) pair->move_on();
}

void Relay::Impl::close() {
    Failure ignored;
    acceptor.close(ignored);
    for (const auto& pair : std::exchange(pairs, {})) pair->close();
}

Relay::Relay(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Relay::~Relay() { impl_->close(); }
std::string Relay::address() const { return impl_->address; }

void Relay::cut() { impl_->is_cut = true; }

void Relay::pass(Duration late) {
    impl_->is_cut = false;
    impl_->late = late;
    impl_->changed();
}

Result<std::unique_ptr<Relay>> Relay::open(AsioLoop& loop, const std::string& listen, const std::string& target) {
    asio::ip::tcp::resolver resolver(loop.impl()->context);
    const auto resolve = [&](const std::string& address) -> Result<asio::ip::tcp::resolver::results_type> {
        const auto parts = parse_address(address);
        if (!parts) return parts.error();
        Failure error;
        auto found = resolver.resolve(parts->host, parts->port, error);
        if (error || found.empty()) return Error{ErrorKind::not_found, fmt::format("cannot find {}: {}", address, error.message())};
        return found;
    };
    auto to = resolve(target);
    if (!to) return to.error();
    const auto here = resolve(listen);
    if (!here) return here.error();
    auto impl = std::make_shared<Impl>(loop, std::move(*to));
    auto listening = listen_on(impl->acceptor, here->begin()->endpoint());
    if (!listening) return listening.error();
    impl->address = *listening;
    impl->accept();
    return std::make_unique<Relay>(std::move(impl));
}

}  // namespace parley::net
