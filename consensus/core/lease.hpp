// Leases (P10): voters pledge to a leader that for a while they promise nothing to anybody else; while a quorum's pledges last,
// it answers reads without asking again. Pledge is the voter's half and Lease the leader's: all they share is a message that
// names a duration, never a moment. Off by default. The idea: Gray and Cheriton, "Leases" (1989); for Paxos: Chandra,
// Griesemer and Redstone, "Paxos Made Live" (2007), section 5.2, master leases.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "consensus/core/options.hpp"
#include "consensus/core/quorum.hpp"
#include "consensus/core/types.hpp"

namespace parley::consensus {

class Pledge {
public:
    // What an earlier life of this node pledged is not known: nobody gets a promise until the longest pledge is over.
    void begin(net::Instant now, const Options& options);

    // For how long this node pledges itself to that ballot from now on; zero while it is pledged to another one.
    [[nodiscard]] net::Duration give(Ballot ballot, net::Duration asked, net::Instant now, const Options& options);

    [[nodiscard]] bool binds(net::Instant now) const { return now < until_; }
    [[nodiscard]] net::Instant until() const { return until_; }

    // May this ballot not be promised now? It may if it belongs to the node pledged to, whose earlier lease is over with its earlier
    // ballot, or if that node hands over to it: whoever gives a token has given up its lease.
    [[nodiscard]] bool forbids(Ballot ballot, Ballot handed_over_by, net::Instant now) const;

    // This ballot is promised. If it was handed over, the next leader's lease need not wait.
    void promised(Ballot ballot, Ballot handed_over_by, net::Instant now);
    void release(net::Instant now) { until_ = now; }

private:
    // Is that ballot the one pledged to, or a later one of the same node?
    [[nodiscard]] bool is_to(Ballot ballot) const { return ballot_.round > 0 && ballot.node == ballot_.node && ballot >= ballot_; }

    Ballot ballot_;              // none after a start: nobody's token ends that wait
    net::Instant until_;
};

class Lease {
public:
    // The number of the question that leaves now: what is pledged in answer counts from this moment on.
    [[nodiscard]] std::uint64_t ask(net::Instant now, const Options& options);
    // That node has pledged so much, counted from some moment after it was asked, by a clock that may be faster than this one.
    void given(NodeId from, std::uint64_t question, net::Duration duration, net::Instant now, const Options& options);
    // Who of those that pledged counts: after each pledge. Other voters end() the lease first.
    void count(NodeId self, const Voters& voters);

    // Other voters govern, or leases are off now: what was pledged counts no more.
    void end();
    // Leadership is handed over: under this ballot there is no lease any more, for a token may be used late.
    void give_up();
    [[nodiscard]] bool given_up() const { return given_up_; }

    // The moment in which fewer than a quorum, this node included, will be pledged. None where no pledge is needed or too few are known.
    [[nodiscard]] const std::optional<net::Instant>& until() const { return until_; }

private:
    std::map<std::uint64_t, net::Instant> asked_;   // within the longest pledge
    std::uint64_t last_question_ = 0;
    std::map<NodeId, net::Instant> pledged_until_;
    std::optional<net::Instant> until_;
    bool given_up_ = false;
};

}  // namespace parley::consensus
