// From what the log recovered to what a Replica starts with. Between the two lies the decision which slots this node
// may call chosen: those held without a gap; what lies behind a damaged record stays the acceptor's to report.
#pragma once

#include "consensus/core/replica.hpp"
#include "consensus/storage/log.hpp"

namespace parley::consensus {

// `applied_through` is the state machine's. The result hands out nothing by itself: slots applied_through+1 up to its
// chosen_through are the caller's to read from the log. An error means the log contradicts itself.
// `configuration`: the state machine's, of the slot after applied_through; none: the log's genesis.
net::Result<InitialState> initial_state(Log& log, const Options& options, Slot applied_through,
                                        const std::optional<Configuration>& configuration);

}  // namespace parley::consensus
