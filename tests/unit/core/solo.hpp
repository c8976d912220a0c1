// Solo: one replica, fed by hand, for tests of single rules. It is node 2 of three unless told otherwise; every write is
// durable at once, and what came out of the last step is kept.
#pragma once

#include <optional>
#include <utility>

#include "consensus/core/invariants.hpp"
#include "consensus/core/replica.hpp"
#include "tests/unit/core/cluster.hpp"

namespace parley::consensus::testing {

inline Ballot ballot(std::uint64_t round, std::uint64_t node) { return Ballot{round, NodeId{node}}; }
inline Value value(const std::string& text) { return Value{batch_of(text)}; }

class Solo {
public:
    explicit Solo(std::size_t voters = 3, Options options = {}, InitialState given = {}) {
        given.self = NodeId{2};
        for (std::size_t number = 1; number <= voters; ++number) {
            given.configuration.voters.push_back(Member{NodeId{number}, "", std::to_string(number)});
        }
        given.options = options;
        // Where leases are no subject, nobody waits for what an earlier life may have pledged.
        if (!given.configuration.leases) given.options.lease_window = {};
        replica.emplace(std::move(given), moment());
    }

    Output& step(Event event) {
        last = replica->step(std::move(event), moment());
        return last;
    }
    Output& hear(std::uint64_t from, Message message) { return step(Received{NodeId{from}, std::move(message)}); }
    Output& pass(std::int64_t ms) {
        now += std::chrono::milliseconds{ms};
        return step(Tick{});
    }
    // Makes it leader of the ballot it returns, whatever the others hold: their promises say "nothing".
    Ballot lead() {
        pass(700);
        const Ballot mine = replica->status().ballot;
        hear(1, PrePrepareAnswer{mine, true, {}, {}, wall_ms()});
        hear(2, Prepare{mine, replica->chosen_through().next()});
        forward_to_self();
        hear(1, empty_promise(mine, replica->chosen_through()));
        forward_to_self();
        return mine;
    }
    // Delivers what the last step sent to the node itself, and what follows from that.
    void forward_to_self() {
        std::vector<Outgoing> mine;
        for (Outgoing& outgoing : last.messages) {
            if (outgoing.to == NodeId{2}) mine.push_back(std::move(outgoing));
        }
        for (Outgoing& outgoing : mine) {
            hear(2, std::move(outgoing.message));
            forward_to_self();
        }
    }
    static Promise empty_promise(Ballot ballot, Slot chosen_through) {
        Promise promise;
        promise.ballot = ballot;
        promise.chosen_through = chosen_through;
        promise.floor = Slot{1};
        promise.covered_from = chosen_through.next();
        promise.covered_through = chosen_through;
        promise.last = true;
        return promise;
    }

    template <class Type>
    [[nodiscard]] std::vector<Type> sent(std::optional<std::uint64_t> to = {}) const {
        std::vector<Type> found;
        for (const Outgoing& outgoing : last.messages) {
            const auto* message = std::get_if<Type>(&outgoing.message);
            if (message != nullptr && (!to || outgoing.to == NodeId{*to})) found.push_back(*message);
        }
        return found;
    }
    [[nodiscard]] std::vector<AcceptedValue> written() const {
        std::vector<AcceptedValue> records;
        for (const Write& write : last.writes) {
            if (const auto* accept = std::get_if<AcceptWrite>(&write)) records.push_back(accept->accepted);
        }
        return records;
    }
    [[nodiscard]] std::int64_t wall_ms() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() + skew_ms;
    }
    [[nodiscard]] ReplicaStatus status() const { return replica->status(); }
    Moment moment() { return Moment{now, net::WallTime{wall_ms()}, ++chance}; }

    std::optional<Replica> replica;
    Output last;
    net::Instant now{std::chrono::seconds{1000}};
    std::int64_t skew_ms = 0;
    std::uint64_t chance = 11;
};

}  // namespace parley::consensus::testing
