#include "sim/oracles/judge.hpp"

#include <array>

namespace parley::sim {
namespace {

struct Described {
    const char* name;
    const char* meaning;
    int exit_code;
};

constexpr std::array<Described, oracles> described{{
    {"O1 agreement", "no slot with two chosen values, one value per (slot, ballot), nothing applied without a quorum", 10},
    {"O2 durability", "what a sent Prepare, Promise or Accepted claims is on that node's medium; promises never fall", 10},
    {"O3 equality", "equal hash chain, or SQLite digest, at equal slots", 10},
    {"O4 exactly-once", "at most one effect per (session, number), every answer equal to the first", 10},
    {"O5 real-time", "what returned before another call began has the lower slot", 10},
    {"O6 acknowledged", "everything acknowledged is there in the final audit", 10},
    {"O7 leases", "while a leader's lease lasts nobody else proposes what it does not know of, and no answer leaves on a lease that is over", 10},
    {"O8 quorums", "only voters of the configuration that governs a slot act there, and only once a quorum of them has answered", 10},
    {"O9 liveness", "after healing, everything is answered and all replicas are equal within a stated time", 11},
    {"O10 recovery", "a replica starts from any disk a crash within the fault model leaves", 10},
    {"O11 determinism", "the same seed gives the same events", 12},
    {"O12 snapshot", "a state that came as a snapshot is the one that replaying the log gives", 10},
    {"O13 bounds", "what a replica keeps in memory stays within its limits, and nothing waits when nobody asks for anything", 10},
    {"O14 delivery", "each subscriber's stream is gap-free, ordered and without repeats", 10},
    {"O15 log-time", "the log's time is within 5 s of the true one while a majority of the clocks heard is right, and never goes back", 10},
    {"O16 versions", "nobody sends, votes for or applies what its program, or the cluster's feature level, does not know", 10},
    {"O17 invariants", "no invariant of the product breaks (CHECK), no signal, no hang", 13},
    {"O18 preference", "who makes way does it for a higher priority and not too often, and when all is well nobody leads beside a higher one", 11},
    {"O19 files", "every chunk of a whole file lies durably on a quorum of the voters, and a file that is fetched is the one that was brought", 10},
}};

}  // namespace

const char* name_of(Oracle oracle) { return described.at(static_cast<std::size_t>(oracle)).name; }
const char* meaning_of(Oracle oracle) { return described.at(static_cast<std::size_t>(oracle)).meaning; }
int exit_code_of(Oracle oracle) { return described.at(static_cast<std::size_t>(oracle)).exit_code; }

void Judge::fail(Oracle oracle, std::string what) {
    if (verdict_) return;
    verdict_ = Verdict{oracle, std::move(what), queue_.now(), queue_.running_event()};
}

}  // namespace parley::sim
