// Core: the parts of a replica that outlive its roles, in one place for the roles to work with. No logic of its own
// beyond small questions that need several parts.
#pragma once

#include <algorithm>

#include "consensus/core/acceptor.hpp"
#include "consensus/core/catch_up.hpp"
#include "consensus/core/chance.hpp"
#include "consensus/core/clocks.hpp"
#include "consensus/core/command_queue.hpp"
#include "consensus/core/departure.hpp"
#include "consensus/core/learner.hpp"
#include "consensus/core/lease.hpp"
#include "consensus/core/membership.hpp"
#include "consensus/core/options.hpp"
#include "consensus/core/outbox.hpp"
#include "consensus/core/quorum.hpp"
#include "consensus/core/reads.hpp"
#include "consensus/core/support.hpp"
#include "net/ports/marks.hpp"

namespace parley::consensus {

// How far this node's own writes are durable: a node with a stuck disk must not lead (P8).
struct OwnWrites {
    WriteId durable;
    bool in_flight = false;
    net::Instant since;   // of the oldest one in flight, at the earliest

    void asked(WriteId last, net::Instant now) {
        if (!in_flight && durable < last) since = now;
        in_flight = durable < last;
    }
    void became_durable(WriteId write, WriteId last, net::Instant now) {
        if (write <= durable || write > last) return;
        durable = write;
        since = now;
        in_flight = durable < last;
    }
    [[nodiscard]] bool stuck(net::Instant now, const Options& options) const {
        return in_flight && now - since > options.own_write_max;
    }
};

struct Core {
    NodeId self;
    Options options;
    Moment moment;
    Chance chance;
    Outbox out;
    Acceptor acceptor;
    Learner learner;
    const Voters& voters;   // the learner's: of the first slot that is not known as chosen, and of every open one
    CatchUp catch_up;
    Clocks clocks;
    CommandQueue queue;
    Support support;
    Pledge pledge;
    ReadRequests reads;
    OwnWrites own_writes;
    Departure departure;
    Ballot highest_seen;   // by any node: the next attempt goes above it
    // The latest Promise given and the write it waits for: a repeated Prepare gets no second one meanwhile.
    Ballot answered_ballot;
    WriteId answered_write;
    bool has_room = true;  // on the disk; without it nothing new is begun that has to be written (P16)

    void send_all(const Message& message) {
        for (const NodeId node : voters.nodes()) out.send(node, message);
    }
    void send_others(const Message& message) {
        for (const NodeId node : voters.nodes()) {
            if (node != self) out.send(node, message);
        }
    }
    // Learners too: they receive what voters receive.
    void send_members(const Message& message) {
        for (const NodeId node : voters.members()) out.send(node, message);
    }
    void send_other_members(const Message& message) {
        for (const NodeId node : voters.members()) {
            if (node != self) out.send(node, message);
        }
    }
    // True, and the end of this replica, when the cluster uses, or is about to use, a level that this program does not know.
    bool is_outdated_by(FeatureLevel level) {
        if (level <= options.feature_level || net::planted("newer_level_ignored")) return false;
        out.outdated(level);
        return true;
    }
    bool is_outdated_by(const Value& value) { return is_outdated_by(level_of(value).value_or(FeatureLevel{})); }
    bool is_outdated_by(const std::vector<AcceptedValue>& values) {
        return std::ranges::any_of(values, [this](const AcceptedValue& held) { return is_outdated_by(held.value); });
    }
    void saw(Ballot ballot) { highest_seen = std::max(highest_seen, ballot); }

    [[nodiscard]] std::int64_t clock_offset_ms() const { return clocks.offset_ms(self, voters, moment); }
    [[nodiscard]] bool clock_fit_to_lead() const {
        const std::int64_t offset = clock_offset_ms();
        return offset <= options.clock_skew_max_ms && offset >= -options.clock_skew_max_ms;
    }
    // May this node ask the others whether they would follow? The answers bring their clocks.
    [[nodiscard]] bool fit_to_ask() const { return may_have_a_say() && has_room; }
    [[nodiscard]] bool fit_to_lead() const { return fit_to_ask() && clock_fit_to_lead(); }
    // Who leads already stays without room, for reads and for the hand-over.
    [[nodiscard]] bool fit_to_stay() const { return may_have_a_say() && clock_fit_to_lead(); }
    // Does this node write down what that one asks for? Its own proposals are on their way already.
    [[nodiscard]] bool writes_for(NodeId from) const { return has_room || from == self || net::planted("votes_without_room"); }

private:
    [[nodiscard]] bool may_have_a_say() const {
        const bool votes = voters.contains(self) || net::planted("removed_node_campaigns");
        return votes && !own_writes.stuck(moment.now, options);
    }
};

}  // namespace parley::consensus
