#include "net/asio/detail/connection.hpp"

#include <algorithm>
#include <array>

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <fmt/core.h>

#include "net/asio/detail/address.hpp"

namespace parley::net {
namespace {

constexpr std::size_t read_size_min = std::size_t{2} << 10U;   // grows where more comes at once; most clients are idle
constexpr std::size_t read_size_max = std::size_t{64} << 10U;
constexpr std::size_t record_size_max = std::size_t{16} << 10U;       // of TLS
constexpr std::size_t encrypted_at_once_max = std::size_t{256} << 10U;
constexpr std::size_t buffers_per_write_max = 64;
constexpr std::size_t bytes_per_turn_max = std::size_t{1} << 20U;     // one busy link must not hold up the others

// A dead machine says nothing: unanswered data and silence both end the link after about half a minute.
void set_options(asio::ip::tcp::socket& socket) {
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    const auto set = [&socket](int option, int value) {
        ::setsockopt(socket.native_handle(), IPPROTO_TCP, option, &value, sizeof value);
    };
    set(TCP_KEEPIDLE, 15);
    set(TCP_KEEPINTVL, 5);
    set(TCP_KEEPCNT, 3);
    set(TCP_USER_TIMEOUT, 30'000);
}

}  // namespace

Connection::Connection(AsioLoop::Impl& loop, Socket socket, const std::shared_ptr<TlsContext>& tls, const std::string& host,
                       const LinkOptions& options)
    : loop_(loop), socket_(std::move(socket)), options_(options), context_(tls), read_buffer_(read_size_min), reader_(options.frame_payload_size_max) {
    if (tls) tls_.emplace(*tls, host);
    set_options(socket_);
    boost::system::error_code gone;
    const auto remote = socket_.remote_endpoint(gone);
    peer_.address = gone ? "?" : text_of(remote);
}

// ---- handshake ----

void Connection::begin(Duration limit, Function<void(Result<void>)> on_ready) {
    on_ready_ = std::move(on_ready);
    if (!tls_) return handshake_done();
    timer_ = loop_.after(limit, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->fail(Error{ErrorKind::timed_out, "the TLS handshake took too long"});
    });
    go_on_with_handshake();
}

void Connection::go_on_with_handshake() {
    const auto done = tls_->handshake();
    tls_->take_output(cipher_);
    if (!done) return fail(done.error());
    ask_flush();
    if (*done) return handshake_done();
    read_more();
}

void Connection::handshake_done() {
    loop_.cancel(timer_);
    if (tls_) tls_->identify(peer_);
    state_ = State::open;
    auto ready = std::move(on_ready_);
    ready(Result<void>{});
}

// ---- reading ----

void Connection::start(LinkEvents events) {
    if (state_ != State::open && !failed_before_start_) return;
    events_ = std::make_shared<LinkEvents>(std::move(events));
    if (started_) return;
    started_ = true;
    loop_.post([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->resume();
    });
}

void Connection::resume() {
    if (failed_before_start_) {
        const auto events = std::exchange(events_, nullptr);
        if (events && events->on_closed) events->on_closed(*failed_before_start_);
        return;
    }
    if (state_ != State::open) return;
    // What came together with the end of the handshake.
    if (tls_) decrypt();
    if (state_ == State::open) read_more();
}

void Connection::read_more() {
    if (reading_ || state_ == State::closed) return;
    reading_ = true;
    socket_.async_read_some(asio::buffer(read_buffer_), [self = shared_from_this()](const boost::system::error_code& error,
                                                                                    std::size_t size) { self->on_read(error, size); });
}

void Connection::on_read(const boost::system::error_code& error, std::size_t size) {
    reading_ = false;
    if (state_ == State::closed) return;
    if (error) return state_ == State::closing ? shut() : fail(explain_end(error));
    if (state_ != State::closing) take_in(ByteView{read_buffer_}.first(size));
    // What arrives after our close() is read and forgotten: closing over unread bytes would cut off what we sent.
    if (size == read_buffer_.size() && size < read_size_max) read_buffer_.resize(size * 2);
    if (state_ == State::handshake || started_ || state_ == State::closing) read_more();
}

void Connection::take_in(ByteView bytes) {
    if (!tls_) {
        if (!first_byte_) first_byte_ = bytes[0];
        reader_.feed(bytes);
        return deliver();
    }
    if (auto fed = tls_->feed(bytes); !fed) {
        tls_->take_output(cipher_);
        return fail(fed.error());
    }
    if (state_ == State::handshake) return go_on_with_handshake();
    decrypt();
}

void Connection::decrypt() {
    std::array<std::byte, record_size_max> plain;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read()
    while (state_ == State::open) {
        const auto got = tls_->read(plain);
        if (!got) {
            tls_->take_output(cipher_);
            return fail(got.error());
        }
        if (*got == 0) break;
        reader_.feed(ByteView{plain}.first(*got));
        deliver();
    }
    // Answers that TLS itself gives, to a change of keys for one.
    if (state_ == State::open) {
        tls_->take_output(cipher_);
        if (cipher_sent_ < cipher_.size()) ask_flush();
    }
}

void Connection::deliver() {
    while (state_ == State::open && events_) {
        const auto frame = reader_.next();
        if (!frame) {
            const bool looks_like_tls = first_byte_ == std::byte{0x16} && frame.error().kind == ErrorKind::wrong_peer;
            return fail(looks_like_tls ? Error{ErrorKind::wrong_peer, "the other end speaks TLS, and this port does not"} : frame.error());
        }
        if (!*frame) return;
        first_byte_ = std::byte{};     // frames it is
        const auto events = events_;   // stays alive when the owner replaces it or goes away
        events->on_frame(**frame);
    }
}

// ---- the end ----

Error Connection::explain_end(const boost::system::error_code& error) const {
    if (state_ == State::handshake) {
        return Error{ErrorKind::unreachable, "the other end hung up during the TLS handshake"};
    }
    if (first_byte_ == std::byte{0x15}) return Error{ErrorKind::wrong_peer, "the server speaks TLS: leave out --tls off"};
    if (error == asio::error::eof) return Error{ErrorKind::closed, "the other end closed the link"};
    return Error{ErrorKind::unreachable, fmt::format("the link to {} broke: {}", peer_.address, error.message())};
}

void Connection::fail(Error error) {
    if (state_ == State::closed) return;
    const auto self = shared_from_this();
    const State before = std::exchange(state_, State::closed);
    // Best effort: the alert that tells the other end why.
    if (cipher_sent_ < cipher_.size()) write_cipher();
    shut();
    if (before == State::handshake) {
        auto ready = std::move(on_ready_);
        return ready(std::move(error));
    }
    if (before != State::open) return;
    if (!started_) {
        failed_before_start_ = std::move(error);
        return;
    }
    const auto events = std::exchange(events_, nullptr);
    if (events && events->on_closed) events->on_closed(error);
}

void Connection::shut() {
    state_ = State::closed;
    loop_.cancel(timer_);
    boost::system::error_code ignored;
    socket_.close(ignored);
    queue_.clear();
    cipher_.clear();
    cipher_sent_ = 0;
    queued_bytes_ = 0;
}

void Connection::drop() {
    failed_before_start_.reset();
    on_ready_ = {};
    if (state_ == State::closing) return;   // a farewell goes on without the owner
    events_.reset();
    if (state_ == State::closed) return;
    shut();
}

void Connection::close() {
    failed_before_start_.reset();
    events_.reset();
    if (state_ != State::open) return;
    state_ = State::closing;
    timer_ = loop_.after(options_.close_limit, [self = shared_from_this()] { self->shut(); });
    ask_flush();
    read_more();
}

// ---- writing ----

void Connection::send(SharedBytes frame) {
    if (state_ != State::open || frame->empty()) return;
    queued_bytes_ += frame->size();
    queue_.push_back(std::move(frame));
    if (queued_bytes_ > options_.queued_bytes_max) {
        loop_.post([weak = weak_from_this()] {
            const auto self = weak.lock();
            if (self) self->fail(Error{ErrorKind::full, fmt::format("{} does not read what it is sent", self->peer_.address)});
        });
    }
    ask_flush();
}

void Connection::ask_flush() {
    if (flush_asked_ || waiting_writable_) return;
    flush_asked_ = true;
    loop_.flush_later(shared_from_this());
}

void Connection::flush() {
    flush_asked_ = false;
    const std::size_t queued_before = queued_bytes_;
    while (state_ != State::closed) {
        if (queued_before - queued_bytes_ > bytes_per_turn_max) return ask_flush();
        if (tls_ && cipher_sent_ == cipher_.size()) encrypt_some();
        if (tls_ ? !write_cipher() : !write_plain()) return;
        if (queued_bytes_ == 0) break;
    }
    if (state_ == State::closing) return all_sent();
    if (state_ != State::open || queued_before == 0) return;
    const auto events = events_;
    if (events && events->on_drained) events->on_drained();
}

// Small frames share a record: each record costs 22 bytes and a pass through the cipher's set-up.
void Connection::encrypt_some() {
    cipher_.clear();
    cipher_sent_ = 0;
    cipher_plain_ = 0;
    while (!queue_.empty() && cipher_plain_ < encrypted_at_once_max) {
        const SharedBytes frame = std::move(queue_.front());
        queue_.pop_front();
        cipher_plain_ += frame->size();
        if (staging_.size() + frame->size() > record_size_max) {
            tls_->write(staging_);
            staging_.clear();
        }
        if (frame->size() >= record_size_max) {
            tls_->write(*frame);
        } else {
            staging_.insert(staging_.end(), frame->begin(), frame->end());
        }
    }
    tls_->write(staging_);
    staging_.clear();
    tls_->take_output(cipher_);
}

bool Connection::write_cipher() {
    while (cipher_sent_ < cipher_.size()) {
        boost::system::error_code error;
        const std::size_t put = socket_.write_some(asio::buffer(cipher_.data() + cipher_sent_, cipher_.size() - cipher_sent_), error);
        if (error) return on_write_error(error);
        cipher_sent_ += put;
    }
    queued_bytes_ -= std::exchange(cipher_plain_, 0);
    return true;
}

bool Connection::write_plain() {
    if (queue_.empty()) return true;
    std::array<asio::const_buffer, buffers_per_write_max> parts;
    std::size_t count = 0;
    for (const auto& frame : queue_) {
        if (count == parts.size()) break;
        const std::size_t skip = count == 0 ? first_sent_ : 0;
        parts[count++] = asio::buffer(frame->data() + skip, frame->size() - skip);
    }
    boost::system::error_code error;
    const std::size_t put = socket_.write_some(std::span{parts}.first(count), error);
    if (error) return on_write_error(error);
    drop_from_queue(put);
    return true;
}

void Connection::drop_from_queue(std::size_t size) {
    queued_bytes_ -= size;
    first_sent_ += size;
    while (!queue_.empty() && first_sent_ >= queue_.front()->size()) {
        first_sent_ -= queue_.front()->size();
        queue_.pop_front();
    }
}

bool Connection::on_write_error(const boost::system::error_code& error) {
    if (error == asio::error::would_block || error == asio::error::try_again) {
        wait_writable();
    } else if (state_ == State::closing) {
        shut();
    } else if (!reading_) {
        // A reader sees the end too, after the alert or the last frames that explain it.
        fail(explain_end(error));
    }
    return false;
}

void Connection::wait_writable() {
    if (waiting_writable_) return;
    waiting_writable_ = true;
    socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const boost::system::error_code& error) {
        self->waiting_writable_ = false;
        if (!error && self->state_ != State::closed) self->flush();
    });
}

void Connection::all_sent() {
    if (farewell_sent_) return;
    farewell_sent_ = true;
    if (tls_) {
        tls_->say_goodbye();
        tls_->take_output(cipher_);
        write_cipher();
    }
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    // The socket itself closes when the other end has read all of it and closes too, or when close_limit is over.
}

}  // namespace parley::net
