// Candidate: one attempt to lead. First the state-free question who would follow (P8), then phase 1 for all slots at
// once (P1). It proposes nothing: that is the leader's.
#pragma once

#include "consensus/core/core.hpp"
#include "consensus/core/promises.hpp"
#include "net/ports/marks.hpp"

namespace parley::consensus {

// What a role wants to happen to itself after an event.
enum class Next {
    stay,
    lead,       // a quorum promised
    give_up,    // become a follower, with new patience
    campaign,   // try at once with a higher ballot
    retry,      // become a follower and try again after a short random time, if no other leader is heard till then
};

class Candidate {
public:
    // Takes a ballot above everything seen and asks the others.
    explicit Candidate(Core& core);
    // A leader hands over: with its ballot and without asking, for who follows it would say no.
    Candidate(const TakeOver& token, Core& core);

    [[nodiscard]] Ballot ballot() const { return ballot_; }
    [[nodiscard]] bool preparing() const { return preparing_; }
    [[nodiscard]] const PromiseSet& promises() const { return promises_; }

    // A voter alone needs no answer.
    [[nodiscard]] Next start(Core& core) { return preparing_ ? Next::stay : maybe_prepare(core); }
    Next on(NodeId from, const PrePrepareAnswer& answer, Core& core);
    Next on(NodeId from, const Promise& promise, Core& core);
    Next on(const Reject& reject, Core& core);
    Next on_tick(Core& core);
    void on_peer_up(NodeId peer, Core& core);

    PromiseSet take_promises() { return std::move(promises_); }
    [[nodiscard]] Ballot handed_over_by() const { return handed_over_by_; }

private:
    Next maybe_prepare(Core& core);
    void prepare(Core& core);
    void ask(NodeId node, Core& core);
    [[nodiscard]] Ballot token() const { return net::planted("prepare_without_token") ? Ballot{} : handed_over_by_; }

    Ballot ballot_;
    Ballot handed_over_by_;        // none: nobody asked for this attempt
    bool preparing_ = false;
    Tally granted_;
    PromiseSet promises_{Slot{1}};
    Slot from_;                    // of the Prepare
    net::Instant deadline_;
    net::Instant asked_at_;
};

}  // namespace parley::consensus
