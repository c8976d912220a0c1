// Departure: a node that was removed goes on answering until a quorum of those that are left knows the configuration without
// it as chosen, and will after any crash; it tells them of it, and asks. From then on nobody needs it: rule P11 of
// docs/protocol.md.
#pragma once

#include <map>
#include <optional>

#include "consensus/core/types.hpp"
#include "net/ports/time.hpp"

namespace parley::consensus {

struct Core;

class Departure {
public:
    void on_tick(Core& core);
    // What that node answered: it knows slots up to here as chosen. To who is no member a node says that of a configuration
    // only when it is on its disk (CatchUp::serve).
    void heard(NodeId from, Slot chosen_through) { known_[from] = chosen_through; }
    // Nobody needs this node any more.
    [[nodiscard]] bool over(const Core& core) const;

private:
    [[nodiscard]] bool knows(NodeId node, const Core& core) const;

    std::map<NodeId, Slot> known_;
    std::optional<net::Instant> asked_at_;
};

}  // namespace parley::consensus
