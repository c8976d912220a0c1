// Where passwords come from: the terminal without echo, a file, or standard input. Never an argument, never a log.
#pragma once

#include <string>

#include "chat/cli/invocation.hpp"
#include "net/ports/result.hpp"

namespace parley::chat {

// `twice`: the terminal asks again and compares, for a new password.
net::Result<std::string> obtain_password(const PasswordSource& source, bool twice);

// One line from the terminal, shown or hidden; an error when there is no terminal.
net::Result<std::string> ask_terminal(const std::string& question, bool hidden);

}  // namespace parley::chat
