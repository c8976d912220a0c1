// `parley up`: a local cluster in the foreground. It forms or resumes the folder, starts one parleyd a replica, restarts
// those that end, and leaves nothing behind when it ends, however it ends.
#pragma once

#include "chat/cli/exit.hpp"
#include "chat/cli/invocation.hpp"

namespace parley::chat {

Exit run(const UpCommand& command, const GlobalOptions& options);

}  // namespace parley::chat
