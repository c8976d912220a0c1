// PosixDisk: the production Disk, rooted at one folder. Every path is resolved by the kernel beneath that folder; links
// and ".." that lead out of it are refused. Failed writes and syncs are reported, never retried (docs/storage.md L5).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "net/ports/disk.hpp"
#include "net/ports/loop.hpp"

namespace parley::net {

struct PosixDiskOptions {
    // false: write_and_sync runs on a thread of its own and several waiting writes to one file share a sync.
    // true: it runs at once on the caller's thread (tools, small machines).
    bool inline_sync = false;
};

// What the disk was asked to do since it was made; read by status pages and tests, from any thread.
struct DiskCounters {
    std::atomic<std::uint64_t> writes{0};
    std::atomic<std::uint64_t> bytes_written{0};
    std::atomic<std::uint64_t> syncs{0};             // fdatasync of files
    std::atomic<std::uint64_t> directory_syncs{0};
};

class PosixDisk final : public Disk {
public:
    // The folder must exist, or std::runtime_error says what is wrong with it. `owner` gets the answers of
    // write_and_sync and outlives the disk.
    PosixDisk(Loop& owner, const std::string& root, PosixDiskOptions options = {});
    ~PosixDisk() override;   // finishes the writes under way; their answers are posted

    Result<std::shared_ptr<File>> open(const std::string& path, OpenMode mode) override;
    Result<void> rename(const std::string& from, const std::string& to) override;
    Result<void> remove(const std::string& path) override;   // a file, or an empty folder
    Result<void> make_directory(const std::string& path) override;
    Result<void> sync_directory(const std::string& path) override;
    Result<std::vector<std::string>> list(const std::string& path) override;
    [[nodiscard]] bool exists(const std::string& path) override;
    // `path` is the folder ("" for the root); the lock is the file "lock" in it, with the holder's process id.
    Result<std::unique_ptr<FolderLock>> lock(const std::string& path) override;
    [[nodiscard]] Result<std::uint64_t> free_bytes() override;
    void write_and_sync(std::shared_ptr<File> file, std::uint64_t offset, std::vector<SharedBytes> buffers,
                        Function<void(Result<void>)> done) override;
    [[nodiscard]] std::string native_path(const std::string& path) const override;

    [[nodiscard]] const DiskCounters& counters() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::net
