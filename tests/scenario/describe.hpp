// Messages, writes and values in words, as scenario transcripts show them. Ballots are round.node.
#pragma once

#include <string>

#include "consensus/core/step.hpp"

namespace parley::consensus::testing {

std::string describe(Ballot ballot);
std::string describe(const Value& value);
std::string describe(const Message& message);
std::string describe(const Write& write);
std::string describe(const ReplicaStatus& status);

}  // namespace parley::consensus::testing
