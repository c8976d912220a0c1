// Orders for the lab of the local cluster (`parley up --lab`), from any program of the same user.
#pragma once

#include <string>

namespace parley::chat {

inline constexpr const char* lab_socket = "lab.sock";   // in the cluster's folder

// As chat/cli/up/lab.hpp takes them; what was done, in words. Throws CommandFailed.
std::string order_lab(const std::string& order);

}  // namespace parley::chat
