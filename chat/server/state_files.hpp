// The files of the state, and what becomes of them when the disk has changed one (docs/state.md Q6): they are set aside,
// never removed before another state stands in their place, for nobody knows yet whether somebody else still has one.
#pragma once

#include <string>

#include "net/ports/disk.hpp"

namespace parley::chat {

struct StateFiles {
    std::string folder;     // below the disk's root
    std::string database;
    const char* vfs = nullptr;
};

// The next start is to set the state aside: durable when this returns. The database may be open.
net::Result<void> mark_damaged(net::Disk& disk, const StateFiles& files);
// At a start, before the database is opened. True: it was marked, and lies aside now. A crash in between is made good by
// the next start.
net::Result<bool> set_aside_if_marked(net::Disk& disk, const StateFiles& files);
// A state stands in the place of the damaged one.
net::Result<void> remove_set_aside(net::Disk& disk, const StateFiles& files);

net::Result<void> remove_if_there(net::Disk& disk, const std::string& path);

}  // namespace parley::chat
