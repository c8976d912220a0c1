// RawClient: a client that speaks the wire protocol by hand, well or badly, and keeps everything it hears.
#pragma once

#include <gtest/gtest.h>

#include "tests/unit/gateway/cluster.hpp"

namespace parley::chat::testing {

class RawClient {
public:
    RawClient(Cluster& cluster, const std::string& address, bool say_hello = true);
    ~RawClient();

    void send(net::SharedBytes bytes) { link->send(std::move(bytes)); }
    std::uint64_t ask(Question question, std::uint64_t seen_slot = 0, bool fresh = false);
    // Asks and runs the clock until the answer is there; a Failure of kind internal when none came.
    Payload answer(Question question, std::uint64_t seen_slot = 0);
    std::optional<Payload> answer_to(std::uint64_t id) const;

    // An account, this link speaking for it, and a session.
    Registered enrol(const std::string& name);
    Answer submit(Operation operation);

    template <class T>
    std::vector<T> pushed() const {
        std::vector<T> found;
        for (const ServerMessage& message : heard) {
            if (const auto* one = std::get_if<T>(&message)) found.push_back(*one);
        }
        return found;
    }
    std::vector<std::uint64_t> numbers_pushed() const;

    Cluster& cluster;
    FakeLoop loop;
    std::unique_ptr<net::Link> link;
    std::shared_ptr<Wire> wire;
    std::vector<ServerMessage> heard;
    bool closed = false;
    std::uint64_t last_id = 100;
    Token token{};
    SessionId session;
    std::uint64_t next_number = 1;
};

TokenHash hash_of(const Token& token);
// The failure's kind, or fails the test.
Failure::Kind failed(const Payload& payload);
const Answer& answered(const Payload& payload);

}  // namespace parley::chat::testing
