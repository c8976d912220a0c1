// SelfCheck: compares what this replica applied, and what came of it, with the other voters (docs/protocol.md, P13). At boundary
// slots every replica keeps two running hashes; they are told over and over, as soft messages that may be lost. It judges and does
// nothing by itself: what follows from a verdict is its owner's affair. Bounded: the newest boundaries of each voter.
#pragma once

#include <map>
#include <vector>

#include "chat/state/boundary.hpp"
#include "chat/wire/presence.hpp"
#include "consensus/core/types.hpp"
#include "net/ports/loop.hpp"

namespace parley::chat {

enum class Verdict {
    waiting,          // too few voters have told theirs, and nobody contradicts
    agrees,           // a majority has the same
    disputed,         // somebody has another one, and so far no majority agrees with anybody: nobody may serve
    results_differ,   // a majority applied the same and came to another result: this state is wrong
    batches_differ,   // a majority applied something else: this replica's log is wrong, it must not vote
};

struct Judgement {
    Verdict verdict = Verdict::waiting;
    std::uint64_t slot = 0;      // the boundary that tells
    friend bool operator==(const Judgement&, const Judgement&) = default;
};

using BoundaryReports = std::map<consensus::NodeId, std::vector<Boundary>>;

// The newest of `own` that is not `waiting` decides: hashes are chained, so it speaks for all before it. `reports` of others than
// `voters` count for nothing; `own` count when `self` is one of them.
Judgement judge(const std::vector<Boundary>& own, consensus::NodeId self, const BoundaryReports& reports,
                const std::vector<consensus::NodeId>& voters);

struct SelfCheckEvents {
    // Of what is committed here, in order.
    net::Function<std::vector<Boundary>()> own;
    // To all other replicas; may be lost.
    net::Function<void(const BoundaryReport&)> tell;
    // Another verdict than before. After results_differ and batches_differ nothing more is said.
    net::Function<void(const Judgement&)> judged;
};

class SelfCheck {
public:
    SelfCheck(net::Loop& loop, consensus::NodeId self, net::Duration beat, SelfCheckEvents events);
    SelfCheck(const SelfCheck&) = delete;
    SelfCheck& operator=(const SelfCheck&) = delete;
    ~SelfCheck();

    // Tells and compares from here on. Before that nothing is kept.
    void start();
    // A boundary may have been passed: it is told at once. Whoever catches up fast would have left it behind by the next beat, and others
    // may wait for exactly this one.
    void advanced();
    // Who counts from now on; what others told is forgotten.
    void set_voters(std::vector<consensus::NodeId> voters);
    // False: its bytes make no sense.
    bool heard(consensus::NodeId from, const BoundaryReport& report);

    [[nodiscard]] const Judgement& newest() const { return newest_; }
    [[nodiscard]] bool is_disputed() const { return newest_.verdict == Verdict::disputed; }

private:
    void tick();
    void tell();
    void look();

    net::Loop& loop_;
    consensus::NodeId self_;
    net::Duration beat_;
    SelfCheckEvents events_;
    std::vector<consensus::NodeId> voters_;
    BoundaryReports reports_;
    Judgement newest_;
    std::uint64_t told_through_ = 0;   // slot
    net::TimerId timer_;
    bool runs_ = false;
};

}  // namespace parley::chat
