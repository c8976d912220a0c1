// Connection: one TCP socket with or without TLS, from the handshake to the last byte. It lives as long as somebody
// needs it: the Link that owns it, or a farewell still under way. It must not outlive its Loop.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "net/asio/detail/loop_impl.hpp"
#include "net/asio/detail/tls_session.hpp"
#include "net/asio/link_options.hpp"
#include "net/frame/frame.hpp"
#include "net/ports/link.hpp"

namespace parley::net {

class Connection final : public Flushable, public std::enable_shared_from_this<Connection> {
public:
    using Socket = asio::ip::tcp::socket;

    // `host` as for TlsSession. Without `tls` frames travel in the clear.
    Connection(AsioLoop::Impl& loop, Socket socket, const std::shared_ptr<TlsContext>& tls, const std::string& host,
               const LinkOptions& options);

    // Handshake, within `limit`; then `on_ready`, once, possibly before this returns.
    void begin(Duration limit, Function<void(Result<void>)> on_ready);

    void start(LinkEvents events);
    void send(SharedBytes frame);
    void close();
    // At once, without a word to anyone.
    void drop();

    [[nodiscard]] std::size_t queued_bytes() const { return queued_bytes_; }
    [[nodiscard]] const PeerIdentity& peer() const { return peer_; }
    [[nodiscard]] const TlsSession* tls() const { return tls_ ? &*tls_ : nullptr; }

    void flush() override;

private:
    enum class State { handshake, open, closing, closed };

    void go_on_with_handshake();
    void handshake_done();
    void read_more();
    void on_read(const boost::system::error_code& error, std::size_t size);
    void take_in(ByteView bytes);
    void resume();
    void decrypt();
    void deliver();
    void fail(Error error);
    [[nodiscard]] Error explain_end(const boost::system::error_code& error) const;
    void shut();

    void ask_flush();
    void encrypt_some();
    bool write_cipher();   // true: all of it is out
    bool write_plain();    // the same
    bool on_write_error(const boost::system::error_code& error);
    void drop_from_queue(std::size_t size);
    void all_sent();
    void wait_writable();

    AsioLoop::Impl& loop_;
    Socket socket_;
    LinkOptions options_;
    std::shared_ptr<TlsContext> context_;   // the session's
    std::optional<TlsSession> tls_;
    PeerIdentity peer_;
    State state_ = State::handshake;
    TimerId timer_;   // of the handshake, then of the farewell
    Function<void(Result<void>)> on_ready_;

    std::shared_ptr<LinkEvents> events_;   // shared, so that events may be replaced while one of them runs
    bool started_ = false;
    std::optional<Error> failed_before_start_;

    Bytes read_buffer_;
    bool reading_ = false;
    std::optional<std::byte> first_byte_;   // to recognise TLS on a plain link
    FrameReader reader_;

    std::deque<SharedBytes> queue_;
    std::size_t first_sent_ = 0;      // bytes of queue_.front() that are out
    std::size_t queued_bytes_ = 0;
    Bytes cipher_;                    // encrypted, not yet handed to the system from cipher_sent_ on
    std::size_t cipher_sent_ = 0;
    std::size_t cipher_plain_ = 0;    // how many queued bytes it stands for
    Bytes staging_;                   // small frames become one record here
    bool flush_asked_ = false;
    bool waiting_writable_ = false;
    bool farewell_sent_ = false;
};

// What owners hold.
class AsioLink final : public Link {
public:
    explicit AsioLink(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
    ~AsioLink() override { connection_->drop(); }

    void start(LinkEvents events) override { connection_->start(std::move(events)); }
    void send(SharedBytes encoded_frame) override { connection_->send(std::move(encoded_frame)); }
    [[nodiscard]] std::size_t queued_bytes() const override { return connection_->queued_bytes(); }
    [[nodiscard]] const PeerIdentity& peer() const override { return connection_->peer(); }
    void close() override { connection_->close(); }

private:
    std::shared_ptr<Connection> connection_;
};

}  // namespace parley::net
