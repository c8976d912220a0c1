// Calls: questions whose answer changes nothing, or may be asked twice: reads, register, log in, open a session. Each is
// asked again after a reconnect or a "try later", until it is answered or its deadline passes.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "chat/client/replica_link.hpp"

namespace parley::chat {

using PayloadReply = net::Function<void(net::Result<Payload>)>;

class Calls {
public:
    // fresh: reads are linearizable.
    Calls(net::Loop& loop, ReplicaLink& link, bool fresh, net::Function<std::uint64_t()> seen_slot);
    ~Calls();

    void ask(Question question, bool needs_login, Deadline within, PayloadReply reply);

    void online();
    void offline();
    // True when it was the answer to one of these.
    bool answered(Response& response);
    // All that wait end with this error.
    void fail_all(const net::Error& error);
    // All that need a login do.
    void fail_logged_in(const net::Error& error);

    // A replica gave this reason to ask again later, for one of these or for an operation; empty: since then it did what it was asked.
    void put_off(std::string reason) { put_off_ = std::move(reason); }
    // What to say when the time for an answer is over.
    [[nodiscard]] net::Error out_of_time() const;

private:
    struct Call {
        Question question;
        bool needs_login = false;
        bool sent = false;
        net::TimerId deadline;
        net::TimerId retry;
        PayloadReply reply;
    };
    void send(std::uint64_t id, Call& call);
    void finish(std::uint64_t id, net::Result<Payload> result);
    void fail_where(bool only_logged_in, const net::Error& error);

    net::Loop& loop_;
    ReplicaLink& link_;
    bool fresh_;
    net::Function<std::uint64_t()> seen_slot_;
    std::map<std::uint64_t, Call> calls_;
    std::string put_off_;
};

// What a Failure means for whoever called.
net::Error error_of(const Failure& failure);

}  // namespace parley::chat
