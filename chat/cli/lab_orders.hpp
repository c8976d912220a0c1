// Orders for the lab of the local cluster (`parley up --lab`), from any program of the same user.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chat/cli/lab_words.hpp"
#include "net/asio/asio_loop.hpp"

namespace parley::chat {

inline constexpr const char* lab_socket = "lab.sock";   // in the cluster's folder

// A line as chat/cli/lab_words.hpp has it; what was done, in words. Throws CommandFailed.
std::string order_lab(const std::string& order);
// The same on a Loop that goes on meanwhile: an error with the same sentence. `done` may be called before this returns.
void order_lab(net::AsioLoop& loop, const LabOrder& order, net::Function<void(net::Result<std::string>)> done);

struct FoundLab {
    std::vector<std::string> servers;   // of replica 1, 2, …
    LabState state;
};
// The lab of the cluster with these servers, if that is the local one and has one.
void look_at_lab(net::AsioLoop& loop, const std::vector<std::string>& servers, net::Function<void(std::optional<FoundLab>)> done);

}  // namespace parley::chat
