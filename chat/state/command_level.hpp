// From which feature level on a command is one: below it replicas of an older version take its bytes for none at all, and
// every replica has to do the same with the same slot (docs/protocol.md, "Feature levels").
#pragma once

#include "chat/state/commands.hpp"
#include "consensus/core/types.hpp"

namespace parley::chat {

// Commands up to this level are applied here. A program may claim to know less as long as what belongs to them is not complete.
inline constexpr consensus::FeatureLevel highest_level_applied = consensus::level_of_files;
static_assert(highest_level_applied >= consensus::highest_feature_level);

consensus::FeatureLevel level_of(const Operation& operation);
consensus::FeatureLevel level_of(const Command& command);

}  // namespace parley::chat
