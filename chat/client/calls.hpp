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

private:
    struct Call {
        Question question;
        bool needs_login = false;
        bool sent = false;
        net::TimerId deadline;
        net::TimerId retry;
        std::string put_off;   // why the replica wants it asked again, when it last said so
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
};

// What a Failure means for whoever called.
net::Error error_of(const Failure& failure);
// `put_off`: what the replica gave as the reason to ask again; empty: it said nothing.
net::Error out_of_time(const std::string& put_off);

}  // namespace parley::chat
