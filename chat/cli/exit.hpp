// How a command ends: its exit codes, and the one exception with which a command gives up.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "net/ports/result.hpp"

namespace parley::chat {

enum class Exit : int {
    ok = 0,
    refused = 1,       // understood and not done
    usage = 2,         // the command line makes no sense
    unreachable = 3,   // no quorum, or not reachable in time
};

// Caught once, in main, which prints the sentence to standard error.
struct CommandFailed : std::runtime_error {
    CommandFailed(Exit why, const std::string& sentence) : std::runtime_error(sentence), code(why) {}
    Exit code;
};

// What an error of the client library means for the exit code.
Exit exit_of(const net::Error& error);

template <class T>
T value_or_fail(net::Result<T> result) {
    if (!result) throw CommandFailed(exit_of(result.error()), result.error().message);
    return std::move(*result);
}
inline void require(const net::Result<void>& result) {
    if (!result) throw CommandFailed(exit_of(result.error()), result.error().message);
}

}  // namespace parley::chat
