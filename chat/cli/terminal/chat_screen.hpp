// `parley chat`: the full-screen terminal client.
#pragma once

#include "chat/cli/exit.hpp"
#include "chat/cli/invocation.hpp"

namespace parley::chat {

Exit run(const ChatCommand& command, const GlobalOptions& options);

}  // namespace parley::chat
