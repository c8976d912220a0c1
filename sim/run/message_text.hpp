// What a replica says about slots and ballots, in a few words; for drawings.
#pragma once

#include <string>

#include "consensus/core/messages.hpp"

namespace parley::sim {

std::string message_text(const consensus::Message& message);

}  // namespace parley::sim
