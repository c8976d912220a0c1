// Leadership: whether another voter should lead in the place of this leader, and which (docs/protocol.md, P8). A leader whose disk is
// full leaves to whoever has room; any other one makes way for the voter of the highest priority, once that one has been able to lead for
// a while. Pure: it is told what is known and what time it is, and hands nothing over itself. No safety rests on it, and it never
// makes anybody campaign.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <vector>

#include "consensus/core/membership.hpp"
#include "net/ports/time.hpp"

namespace parley::consensus {

struct LeadershipTimes {
    net::Duration beat = std::chrono::seconds{1};       // between two looks
    net::Duration steady = std::chrono::seconds{10};    // so long another voter is able to lead, without a break, before it is preferred
    net::Duration pause_min = std::chrono::seconds{10};   // between two attempts; doubles up to pause_max each time
    net::Duration pause_max = std::chrono::minutes{10};
    net::Duration back_within = std::chrono::minutes{1};  // leadership comes back in less than this: the other one is slow, or refuses
};

// What a replica sees at one look.
struct LeadershipSeen {
    bool leads = false;             // and is not handing over
    bool must_leave = false;        // its disk is full, and those of others are not
    std::vector<NodeId> able;       // other voters that could lead as well as this one, ordered by node id
};

struct Successor {
    NodeId node;
    bool for_priority = false;   // else for want of room
    friend bool operator==(const Successor&, const Successor&) = default;
};

class Leadership {
public:
    Leadership(NodeId self, LeadershipTimes times) : self_(self), times_(times), pause_(times.pause_min) {}

    // Who should lead now; none: as it is. Called at every beat, whoever leads, and whenever the room on the disks changes.
    std::optional<Successor> successor(const LeadershipSeen& seen, const Configuration& configuration, net::Instant now);
    // What successor() said has begun.
    void begun(const Successor& successor, net::Instant now);

    [[nodiscard]] const LeadershipTimes& times() const { return times_; }

private:
    void follow(const Configuration& configuration);
    void learn_from_last_time(net::Instant now);
    void watch(const std::vector<NodeId>& able, net::Instant now);
    [[nodiscard]] std::optional<Successor> with_room(const LeadershipSeen& seen, const Configuration& configuration) const;
    [[nodiscard]] std::optional<Successor> preferred(const Configuration& configuration, net::Instant now) const;

    NodeId self_;
    LeadershipTimes times_;
    std::vector<Priority> priorities_;               // as they were at the last look
    std::map<NodeId, net::Instant> able_since_;      // while this replica leads
    std::size_t turns_ = 0;                          // taken by others, for want of room
    net::Duration pause_;
    net::Instant next_attempt_{};
    std::optional<net::Instant> made_way_at_;        // for a priority, and has not led since
};

}  // namespace parley::consensus
