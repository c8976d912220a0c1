// The measurements of parley-bench. They throw CommandFailed.
#pragma once

#include <vector>

#include "chat/bench/options.hpp"
#include "chat/bench/population.hpp"
#include "chat/bench/writers.hpp"
#include "chat/cli/exit.hpp"
#include "chat/cli/trust.hpp"

namespace parley::chat {

Exit run(const LoadCommand& command, const GlobalOptions& options);
Exit run(const FailoverCommand& command, const GlobalOptions& options);
Exit run(const RecordCommand& command, const GlobalOptions& options);
Exit run(const FanoutCommand& command, const GlobalOptions& options);
Exit run(const ConnectionsCommand& command, const GlobalOptions& options);
Exit run(const LoginsCommand& command, const GlobalOptions& options);
Exit run(const SizeCommand& command, const GlobalOptions& options);

// How many logins so many connections need.
std::uint32_t logins_for(const WritingOptions& writing);
// Which link carries which writers, and to which replica it goes first; round robin over those asked for.
std::vector<Writers::Place> places_of(const WritingOptions& writing, const Population& population, const Seen& seen,
                                      const std::vector<std::string>& servers);

}  // namespace parley::chat
