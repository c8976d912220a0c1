// A command as it was proposed, from its bytes in a slot. In a file of its own because of what g++ 12 makes of it (CMakeLists.txt).
#pragma once

#include "chat/state/commands.hpp"
#include "net/ports/result.hpp"

namespace parley::chat {

// ErrorKind::malformed for bytes that are no command.
net::Result<Command> decoded_command(net::ByteView bytes);

}  // namespace parley::chat
