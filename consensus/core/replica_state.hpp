// Replica::State: the parts and the one role, with a handler for each event and message. Internal to the core.
// Handlers: replica.cpp (events, changes of role), voter.cpp (what a leader or candidate sends), proposer.cpp (what
// voters answer), learning.cpp (chosen slots and commands on their way).
#pragma once

#include <variant>

#include "consensus/core/candidate.hpp"
#include "consensus/core/core.hpp"
#include "consensus/core/leader.hpp"
#include "consensus/core/replica.hpp"

namespace parley::consensus {

struct Follower {};

struct Replica::State {
    State(InitialState initial, const Moment& moment);

    void on(const Tick&);
    void on(Received& event);
    void on(Proposed& event);
    void on(const Durable& event);
    void on(const PeerUp& event);
    void on(const PeerDown& event);
    void on(const LogRead& event);
    void on(const Compacted& event);
    void on(const ReadAsked& event);
    void on(const HandOver& event);
    void on(const RoomChanged& event);
    void on(const MembershipChange& event);

    // voter.cpp
    void on(NodeId from, const PrePrepare& m);
    void on(NodeId from, const Prepare& m);
    void on(NodeId from, const Accept& m);
    void on(NodeId from, const Heartbeat& m);
    void on(NodeId from, const Chosen& m);
    void on(NodeId from, const TakeOver& m);
    void on(NodeId from, const PledgeAsked& m);
    // proposer.cpp
    void on(NodeId from, const PrePrepareAnswer& m);
    void on(NodeId from, const Promise& m);
    void on(NodeId from, const Accepted& m);
    void on(NodeId from, const Reject& m);
    void on(NodeId from, const HeartbeatAnswer& m);
    void on(NodeId from, const Pledged& m);
    // learning.cpp
    void on(NodeId from, const CatchUpRequest& m);
    void on(NodeId from, const CatchUpData& m);
    void on(NodeId from, Forward& m);
    void on(NodeId from, const ForwardRefused& m);
    void on(NodeId from, const ReadRequest& m);
    void on(NodeId from, const ReadSlot& m);
    // Into the queue; the number not taken.
    std::size_t take(NodeId origin, std::vector<net::Bytes> commands);

    // The sender's ballot is not below the promise, so it leads, or this node is behind: follow it.
    void follow(NodeId leader, Ballot ballot);
    // False, after a Reject, when this node promised a higher ballot.
    bool current(NodeId from, Ballot ballot);
    void vote_again(const AcceptedValue& value);
    // The leader that this node follows, or is, gave the candidate its token.
    [[nodiscard]] bool handed_over(NodeId from, const Prepare& m) const;

    void campaign();
    void lead();
    void become_follower();
    void send_commands_back();
    void apply(Next next);
    // What is left to do whatever the event was.
    void pump();

    // The one this node follows, or itself.
    [[nodiscard]] std::optional<NodeId> known_leader() const;
    [[nodiscard]] bool leads() const { return std::holds_alternative<Leader>(role); }
    [[nodiscard]] ReplicaStatus status() const;

    Core core;
    std::variant<Follower, Candidate, Leader> role;
};

}  // namespace parley::consensus
