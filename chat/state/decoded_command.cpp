#include "chat/state/decoded_command.hpp"

namespace parley::chat {

net::Result<Command> decoded_command(net::ByteView bytes) { return net::decode<Command>(bytes); }

}  // namespace parley::chat
