// Result: a value or an Error, for everything that the outside world can make fail.
// An Error's message is a sentence for a person; its kind is for the program.
#pragma once

#include <stdexcept>
#include <string>

#include <boost/system/result.hpp>

namespace parley::net {

enum class ErrorKind {
    closed,        // the other end, or this one, closed the link in good order
    unreachable,   // no connection could be made, or it broke
    timed_out,     // nothing came back in time
    untrusted,     // certificate unknown, expired, missing or not for this peer
    malformed,     // bytes from outside that do not decode, or exceed a limit
    wrong_peer,    // another cluster, another node or another protocol version
    not_found,     // a file or name that is not there
    exists,        // a file or name that is there already
    full,          // no room left on the disk, or a bounded queue is full
    damaged,       // a checksum does not match what was stored
    io_failed,     // the disk failed a read, a write or a sync
    refused,       // understood and not done
    outdated,      // the cluster uses what this program does not know
    gone_back,     // this node's disk holds less than it did
};

struct Error {
    ErrorKind kind = ErrorKind::io_failed;
    std::string message;
    friend bool operator==(const Error&, const Error&) = default;
};

// Found by boost::system::result when value() is called on an error.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw std::runtime_error(error.message);
}

template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace parley::net
