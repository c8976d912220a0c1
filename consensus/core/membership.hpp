// Membership: configurations as values of slots, and what one change makes of a configuration (rule P11 of docs/protocol.md).
// Pure rules; when a change may be proposed is the leader's.
#pragma once

#include <optional>

#include "consensus/core/types.hpp"
#include "net/ports/result.hpp"

namespace parley::consensus {

inline constexpr std::size_t voters_max = 9;
inline constexpr std::size_t learners_max = 4;

enum class ChangeKind : std::uint8_t {
    add,       // a learner: it receives and applies, and has no vote
    promote,   // a learner becomes a voter
    remove,    // a voter or a learner goes for good
    join,      // a learner is about to make its data folder: once, so that no two folders speak for one node (P12)
    move,      // a member is found at another address from now on
    raise,     // the cluster goes to another feature level: the leader's own doing, when all members know it
    leases_on,    // leaders answer reads on leases from now on (P10)
    leases_off,
    prefer,    // a member has another priority from now on: whether it should lead rather than others (P8)
};
constexpr ChangeKind greatest(ChangeKind) { return ChangeKind::prefer; }

struct MembershipChange {
    ChangeKind kind = ChangeKind::add;
    Member member;          // all but add look at the node only, join at its number, move at its address
    FeatureLevel level{};   // for raise
    std::uint32_t priority = default_priority;   // for prefer
};

// The configuration after the change, with the next id; or a sentence that says why there is none.
net::Result<Configuration> changed(const Configuration& before, const MembershipChange& change);

// Does `next` follow `before`? A configuration that was made for another one than it meets in the log has no effect.
bool follows(const Configuration& before, const Configuration& next);

Value value_of(const Configuration& configuration, std::int64_t log_time_ms);
// None for a value of another kind, or one that holds no configuration.
std::optional<Configuration> configuration_in(const Value& value);
std::optional<Configuration> configuration_in(const Batch& batch);

// The feature level of the configuration in this value, whether or not the rest of it can be read here. None: it holds no configuration.
std::optional<FeatureLevel> level_of(const Value& value);
std::optional<FeatureLevel> level_of(net::ByteView encoded_configuration);
// What a replica says, and ends with, when the cluster uses a level that its program does not know.
net::Error outdated(FeatureLevel cluster, FeatureLevel known);

const Member* find_voter(const Configuration& configuration, NodeId node);
const Member* find_learner(const Configuration& configuration, NodeId node);
// Voter or learner, nullptr for neither.
const Member* find_member(const Configuration& configuration, NodeId node);
// The default where the configuration says nothing of it.
std::uint32_t priority_of(const Configuration& configuration, NodeId node);

}  // namespace parley::consensus
