// Asker: one question to one particular replica, over a link of its own. For status, verify and supervision, where it
// matters who answers; people's own requests go through Client.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "chat/wire/protocol.hpp"
#include "net/ports/link.hpp"
#include "net/ports/loop.hpp"

namespace parley::chat {

class Asker {
public:
    struct Reply {
        Payload payload;             // never a Failure: that is an error
        net::Duration round_trip{};  // from the question to its answer, without the handshake
    };
    using Done = net::Function<void(net::Result<Reply>)>;

    Asker(net::Loop& loop, net::Dialer& dialer);
    ~Asker();   // questions under way are dropped without a call

    void ask(const std::string& address, Question question, net::Duration within, Done done);

private:
    struct Talk;
    void dialled(std::uint64_t id, net::Result<std::unique_ptr<net::Link>> link);
    void heard(std::uint64_t id, const net::FrameView& frame);
    void put_question(Talk& talk);
    void finish(std::uint64_t id, net::Result<Reply> result);

    net::Loop& loop_;
    net::Dialer& dialer_;
    std::uint64_t next_ = 1;
    std::map<std::uint64_t, std::unique_ptr<Talk>> talks_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::chat
