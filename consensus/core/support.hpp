// Support: the leader this node follows, how long yet, and when its own patience ends (P8: random time-outs, stickiness).
// It never promises anything; it only decides when to listen and when to ask.
#pragma once

#include <optional>

#include "consensus/core/chance.hpp"
#include "consensus/core/options.hpp"
#include "consensus/core/types.hpp"

namespace parley::consensus {

class Support {
public:
    // A leader of this ballot spoke. An older ballot than the one followed changes nothing while that one is live.
    void heard(NodeId leader, Ballot ballot, net::Instant now, const Options& options);

    // The connection to `node` closed: if it is the leader, its support ends at once and patience is short.
    void lost(NodeId node, net::Instant now, Chance& chance, const Options& options);

    // Follows nobody; a new full patience begins.
    void end(net::Instant now, Chance& chance, const Options& options);

    // A full, newly drawn patience from now on; who is followed stays.
    void wait(net::Instant now, Chance& chance, const Options& options);

    // Patience of a fraction of the time-out from now on.
    void wait_shortly(net::Instant now, Chance& chance, const Options& options);

    // Until a short random time behind that moment.
    void wait_beyond(net::Instant moment, Chance& chance, const Options& options);

    // This node promised: the candidate gets some time in which nobody else is told "yes".
    void promised(NodeId candidate, net::Instant now, Chance& chance, const Options& options);
    [[nodiscard]] bool reserved_for_another(NodeId candidate, net::Instant now) const {
        return now < reserved_until_ && candidate != reserved_for_;
    }

    [[nodiscard]] std::optional<NodeId> leader(net::Instant now, const Options& options) const;
    [[nodiscard]] bool live(net::Instant now, const Options& options) const { return leader(now, options).has_value(); }
    [[nodiscard]] bool impatient(net::Instant now) const { return now >= deadline_; }
    [[nodiscard]] Ballot ballot() const { return ballot_; }   // of the last leader followed

private:
    NodeId leader_;
    Ballot ballot_;
    bool following_ = false;
    net::Instant heard_at_;
    net::Duration patience_{};
    net::Instant deadline_;
    NodeId reserved_for_;
    net::Instant reserved_until_;
};

}  // namespace parley::consensus
