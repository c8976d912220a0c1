// What can go wrong with a simulated disk, as data: the world arms a fault, the disk fires it at the operation it names.
#pragma once

#include <cstdint>
#include <string>

#include "net/ports/time.hpp"

namespace parley::sim {

enum class CrashKind {
    process_kill,   // the page cache survives: what was written stays visible, and stays un-synced
    power_cut,      // only durable bytes survive for sure; un-synced sectors and names are drawn by chance
};

enum class DiskFaultKind {
    write_error,   // a prefix of the bytes lands, the call says io_failed
    sync_error,    // as on ext4: the pages become clean and stay visible, the durable bytes stay old
    read_error,    // the call says io_failed, nothing changes
    full,          // a write or a new file says ErrorKind::full
    stall,         // the operation takes `extra` longer (asynchronous face only)
    power_cut,     // the power fails inside this operation: from here on everything says io_failed
    misdirected,   // one block of what a sync makes durable lands somewhere else in the file; nobody is told
    rots,          // a bit of what a sync makes durable is another one on the medium, and the cache forgets the file
};

struct DiskFault {
    DiskFaultKind kind = DiskFaultKind::write_error;
    std::uint64_t skip = 0;        // lets so many matching operations pass first
    std::uint64_t count = 1;       // then hits so many
    std::string path_contains;     // empty: any file
    net::Duration extra{};         // stall only
};

}  // namespace parley::sim
