// From what the log recovered to what a Replica starts with. Between the two lies the decision which slots this node
// may call chosen: those held without a gap; what lies behind a damaged record stays the acceptor's to report.
#pragma once

#include "consensus/core/replica.hpp"
#include "consensus/state_machine.hpp"
#include "consensus/storage/log.hpp"

namespace parley::consensus {

// The result hands out nothing by itself: the slots behind applied.through up to its chosen_through are the caller's to read
// from the log. An error means the log contradicts itself.
net::Result<InitialState> initial_state(Log& log, const Options& options, const AppliedState& applied);

}  // namespace parley::consensus
