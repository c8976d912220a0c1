// ReplicaLink: the client's one connection, to whichever replica answers. It dials with jittered back-off, says hello,
// authenticates, notices silence and a missing leader, and moves on to the next address by itself.
// It knows nothing of what is asked over it, and repeats nothing: that is for those who asked.
#pragma once

#include <set>
#include <string>

#include "chat/client/client.hpp"

namespace parley::chat {

struct ReplicaLinkEvents {
    net::Function<void()> online;                      // requests may be sent; authenticated if there is a token
    net::Function<void()> offline;                     // what was asked and not answered must be asked again
    net::Function<void(ServerMessage&)> message;       // all but what concerns this class
    net::Function<void()> changed;                     // the ClientConnection did
    net::Function<void()> rejected;                    // the token is not known (any more)
    net::Function<void(const net::Error&)> ended;      // nothing is tried any more
    net::Function<std::uint64_t()> seen_slot;
};

class ReplicaLink {
public:
    ReplicaLink(const ClientPorts& ports, const ClientOptions& options, ReplicaLinkEvents events);
    ~ReplicaLink();

    void start();
    // Whose requests these are from now on. A link that speaks for somebody else is given up.
    void set_token(std::optional<Token> token);
    // Gives the link up, with the next address next. Before it was online the attempts become rarer.
    void drop(const net::Error& reason);
    void end(const net::Error& reason);

    // Only while online.
    void send(const ClientRequest& request);
    std::uint64_t next_request() { return ++last_request_; }

    [[nodiscard]] bool online() const { return connection_.state == ClientConnection::State::online; }
    [[nodiscard]] bool authenticated() const { return online() && connection_.authenticated; }
    [[nodiscard]] const ClientConnection& connection() const { return connection_; }
    [[nodiscard]] const std::vector<std::string>& addresses() const { return addresses_; }

private:
    void dial();
    void dialled(net::Result<std::unique_ptr<net::Link>> result);
    void distrust(const net::Error& error);
    void say_hello(std::unique_ptr<net::Link> link);
    void received(const net::FrameView& frame);
    void welcomed(Welcome welcome);
    void authenticate();
    void authentication_answered(const Payload& payload);
    void go_online(bool authenticated);
    void learn(const std::vector<std::string>& addresses);
    void release_link();
    void retry_later(const net::Error& reason);
    void watch();
    void arm_watch();
    template <class Callable>
    auto guarded(Callable callable);

    ClientPorts ports_;
    const ClientOptions& options_;
    ReplicaLinkEvents events_;
    ClientConnection connection_;
    std::vector<std::string> addresses_;
    std::size_t next_address_ = 0;
    std::set<std::string> distrusted_;                 // of the addresses, since they were last spoken with
    std::uint32_t failures_ = 0;                       // in a row
    std::optional<Token> token_;
    std::uint64_t cluster_ = 0;
    std::unique_ptr<net::Link> link_;
    std::uint64_t attempt_ = 0;                        // callbacks of earlier attempts are ignored
    std::uint64_t last_request_ = 16;                  // below: this class's own
    bool pinged_ = false;
    net::Instant heard_;
    std::optional<net::Instant> leaderless_since_;
    net::TimerId retry_;
    net::TimerId watch_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::chat
