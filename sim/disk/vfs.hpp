// The SQLite VFS "parley-sim": SQLite on SimDisk, for paths that SimDisk::native_path() made. Locks and the WAL's shared
// memory live in this process and are gone with the node's crash. Time and randomness are given, never taken.
#pragma once

#include <cstdint>

#include "net/ports/time.hpp"

namespace parley::sim {

inline constexpr const char* vfs_name = "parley-sim";

// Registers the VFS once; as the default one if asked (SQLite's random generator is seeded from the default VFS).
void register_vfs(bool as_default);

// Makes SQLite's process-wide generator start over from this seed: at every entry into a node.
void reseed_sqlite(std::uint64_t seed);

// SQLite's own VFS makes the name of a journal durable with its first sync, and every name beside it in passing. Whoever
// relies on that is found out by one that does not.
void let_vfs_sync_names(bool syncs);

// What SQLite takes for the time of day.
void set_sqlite_time(net::WallTime now);

}  // namespace parley::sim
