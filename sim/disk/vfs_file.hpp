// One file as SQLite sees it: bytes go to the SimDisk, locks and the WAL's shared memory to a VfsNode that all
// connections to the same file in the same life of the disk share.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "net/ports/disk.hpp"

struct sqlite3_file;

namespace parley::sim {

struct VfsNode;

struct VfsFile {
    std::uint64_t disk_id = 0;
    std::uint64_t life = 0;
    std::string path;
    std::shared_ptr<net::File> file;
    bool syncs_folder = false;      // a journal: its first sync makes its name durable too
    bool removed_on_close = false;
    std::shared_ptr<VfsNode> node{};
    int lock = 0;                   // SQLITE_LOCK_…
    std::uint16_t shm_shared = 0;   // WAL locks held, one bit each
    std::uint16_t shm_exclusive = 0;
    bool shm_open = false;
};

// What SQLite has to set aside for one sqlite3_file.
std::size_t vfs_file_size();
// Builds the file in the memory SQLite gave.
void open_vfs_file(sqlite3_file* raw, VfsFile file);

// "a/b.db" lies in "a".
std::string folder_of(const std::string& path);

}  // namespace parley::sim
