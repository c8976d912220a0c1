// The code of an invitation: whoever has it may register. Only its SHA-256 goes through the log.
#pragma once

#include <string>

#include "chat/state/commands.hpp"
#include "net/ports/secrets.hpp"

namespace parley::chat {

// 128 random bits as letters that survive every way a link travels.
std::string fresh_invitation_code(net::Secrets& secrets);
// So many people may register with it within so many days.
MakeInvite invitation_with(const std::string& code, std::uint32_t uses, std::uint32_t days);

}  // namespace parley::chat
