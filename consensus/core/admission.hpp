// Admission: is this message one that `from` can honestly have sent to `self`? The only filter between the network and
// the roles; what it lets through may still be late, repeated or of an older ballot.
#pragma once

#include "consensus/core/messages.hpp"
#include "consensus/core/quorum.hpp"

namespace parley::consensus {

// False for senders outside the voters, ballots of somebody else, and numbers so large that counting on would overflow.
bool admissible(NodeId from, NodeId self, const Message& message, const Voters& voters);

}  // namespace parley::consensus
