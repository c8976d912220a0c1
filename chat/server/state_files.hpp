// The files of the state, and what becomes of them when the disk has changed one (docs/state.md Q6): they are set aside,
// never removed before another state stands in their place, for nobody knows yet whether somebody else still has one. The same
// happens to a state that the other replicas contradict (P13).
#pragma once

#include <cstdint>
#include <optional>
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
// The same for a state that a majority contradicts from this slot on (P13): its own log would make the same state again, so the next
// one has to be fetched.
net::Result<void> mark_diverged(net::Disk& disk, const StateFiles& files, std::uint64_t slot);
// The slot that a fetched state has to hold before this replica takes part again, if it was marked so.
net::Result<std::optional<std::uint64_t>> slot_to_fetch(net::Disk& disk, const StateFiles& files);
// It was fetched.
net::Result<void> remove_slot_to_fetch(net::Disk& disk, const StateFiles& files);
// This replica's log is contradicted: it must not vote any more, in no later life either. Everything else stays as it is.
net::Result<void> mark_expelled(net::Disk& disk, const StateFiles& files, std::uint64_t slot);
// The same for a data folder that is older than what others heard from it (P12).
net::Result<void> mark_went_back(net::Disk& disk, const StateFiles& files);
// A sentence when one of the two was marked.
net::Result<void> check_may_vote(net::Disk& disk, const StateFiles& files);
// At a start, before the database is opened. True: it was marked, and lies aside now. A crash in between is made good by
// the next start.
net::Result<bool> set_aside_if_marked(net::Disk& disk, const StateFiles& files);
// A state stands in the place of the damaged one.
net::Result<void> remove_set_aside(net::Disk& disk, const StateFiles& files);

net::Result<void> remove_if_there(net::Disk& disk, const std::string& path);

}  // namespace parley::chat
