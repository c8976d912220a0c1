// The limits of one end's links. Every one of them is there so that no peer can make us wait or grow without end.
#pragma once

#include <chrono>
#include <cstddef>

#include "net/frame/frame.hpp"
#include "net/ports/time.hpp"

namespace parley::net {

struct LinkOptions {
    Duration handshake_limit = std::chrono::seconds(5);
    Duration dial_limit = std::chrono::seconds(3);               // name, connection and handshake together
    Duration close_limit = std::chrono::seconds(1);              // what is queued may still leave for this long
    std::size_t handshakes_max = 64;                             // more wait in the kernel's queue
    std::size_t frame_payload_size_max = parley::net::frame_payload_size_max;
    std::size_t queued_bytes_max = std::size_t{64} << 20U;       // beyond it the link breaks with ErrorKind::full
};

}  // namespace parley::net
