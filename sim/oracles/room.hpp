// RoomOracle (O13): whoever says that its disk has too little room begins nothing for others. No voter promises what it was first asked for, and none
// votes for what first reached it, while it was short; what was under way before may end (docs/protocol.md, P16).
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "consensus/core/messages.hpp"
#include "sim/oracles/judge.hpp"

namespace parley::sim {

class RoomOracle {
public:
    explicit RoomOracle(Judge& judge) : judge_(judge) {}

    // A Prepare or an Accept is handed to a node, and by its own account that has room, or not.
    void reached(consensus::NodeId to, bool has_room, const consensus::Message& message);
    // Promises and votes as they are sent.
    void sent(consensus::NodeId from, const consensus::Message& message);

private:
    using Asked = std::pair<consensus::Ballot, consensus::Slot>;   // slot 0: for a promise

    void answered(consensus::NodeId voter, const Asked& asked);

    Judge& judge_;
    std::map<consensus::NodeId, std::map<Asked, bool>> had_room_;   // when it was asked, once or more often
};

}  // namespace parley::sim
