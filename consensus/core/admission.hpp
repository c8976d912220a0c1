// Admission: is this message one that `from` can honestly have sent to `self`? The only filter between the network and
// the roles; what it lets through may still be late, repeated or of an older ballot.
#pragma once

#include "consensus/core/messages.hpp"

namespace parley::consensus {

// False for ballots of somebody else and for numbers so large that counting on would overflow. Who may send at all is the
// links' to judge: acceptors answer whatever configuration they know (P11), and only voters are counted.
bool admissible(NodeId from, NodeId self, const Message& message);

}  // namespace parley::consensus
