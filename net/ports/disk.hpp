// Disk: files with explicit durability, below one data folder. Nothing is durable until sync() of the file and, for a
// name that was made, renamed or removed, sync_directory() of its folder returned without error.
// Paths are relative to the disk's root, with '/' between parts; a path that leads outside is refused.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "net/ports/bytes.hpp"
#include "net/ports/function.hpp"
#include "net/ports/result.hpp"

namespace parley::net {

enum class OpenMode {
    read_only,
    read_write,   // must exist
    create_new,   // must not exist
    create_uncached,   // the same, for what is written once and seldom read: past the page cache, where the file system can do that
};

class File {
public:
    File() = default;
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    virtual ~File() = default;

    // Reads up to bytes.size(); fewer only at the end of the file.
    virtual Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> bytes) = 0;
    virtual Result<void> write(std::uint64_t offset, ByteView bytes) = 0;
    // fdatasync: the bytes written so far, and the size, outlive a power cut. A failure is final: never retried.
    virtual Result<void> sync() = 0;
    virtual Result<void> truncate(std::uint64_t size) = 0;
    [[nodiscard]] virtual Result<std::uint64_t> size() const = 0;
    // Forgets cached pages, so that the next read comes from the medium.
    virtual Result<void> drop_cache() = 0;
};

// Held while this process owns the folder; released when destroyed or when the process dies.
class FolderLock {
public:
    FolderLock() = default;
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    virtual ~FolderLock() = default;
};

class Disk {
public:
    Disk() = default;
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;
    virtual ~Disk() = default;

    virtual Result<std::shared_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
    virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
    virtual Result<void> remove(const std::string& path) = 0;
    // Makes the folder and its parents; one that is there already is no error.
    virtual Result<void> make_directory(const std::string& path) = 0;
    virtual Result<void> sync_directory(const std::string& path) = 0;
    // Names in the folder, sorted, without "." and "..".
    virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
    [[nodiscard]] virtual bool exists(const std::string& path) = 0;
    // ErrorKind::refused when another process holds it.
    virtual Result<std::unique_ptr<FolderLock>> lock(const std::string& path) = 0;

    // What this process may still write to the device before it is full. May block for as long as the device does.
    [[nodiscard]] virtual Result<std::uint64_t> free_bytes() = 0;

    // The asynchronous face, for the log: writes the buffers one behind the other from `offset` on, then fdatasync,
    // then `done` on the owner's Loop. Writes to one file end in the order given.
    virtual void write_and_sync(std::shared_ptr<File> file, std::uint64_t offset, std::vector<SharedBytes> buffers,
                                Function<void(Result<void>)> done) = 0;

    // Where the file is for code that opens it by itself: SQLite, through the VFS that belongs to this disk.
    [[nodiscard]] virtual std::string native_path(const std::string& path) const = 0;
};

}  // namespace parley::net
