// Caller: one link, one question at a time, each waited for. For setting up and for reading back; never while measuring.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "chat/wire/protocol.hpp"
#include "net/asio/asio_dialer.hpp"
#include "net/asio/asio_loop.hpp"

namespace parley::chat {

class Caller {
public:
    // Throws CommandFailed when none of the servers can be reached.
    Caller(net::AsioLoop& loop, net::AsioDialer& dialer, std::vector<std::string> servers, net::Duration within);
    ~Caller();

    // Asked again while the servers say "later". Any other Failure, and silence, is CommandFailed. What is read is all that was
    // acknowledged to anybody before.
    Payload call(const Question& question);
    template <class T>
    T call_for(const Question& question) {
        return std::get<T>(call(question));
    }
    void authenticate(const Token& token);

private:
    void connect();
    bool is_known();   // authenticates with the token
    std::optional<Payload> try_once(const Question& question);
    void heard(const net::FrameView& frame);
    void wait(net::Duration time);

    net::AsioLoop& loop_;
    net::AsioDialer& dialer_;
    std::vector<std::string> servers_;
    std::size_t server_ = 0;
    net::Duration within_;
    std::unique_ptr<net::Link> link_;
    std::optional<Token> token_;
    std::uint64_t next_ = 1;
    std::uint64_t seen_slot_ = 0;
    bool welcomed_ = false;
    bool broken_ = false;
    std::optional<Payload> answer_;
};

}  // namespace parley::chat
