// Where the replicas of both kinds keep on a machine's disk what the world looks at and breaks.
#pragma once

namespace parley::sim {

inline constexpr const char* log_folder = "log";
inline constexpr const char* fetched_image = "state/incoming-ready";       // consensus::Fetch::ready_name in the folder of the state
inline constexpr const char* set_aside_state = "state/chat.db.damaged";   // of the chat: damaged, or contradicted by a majority

}  // namespace parley::sim
