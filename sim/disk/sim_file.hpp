// SimFile: one open file of one life of a SimDisk. It holds no bytes; after a crash it only says io_failed.
#pragma once

#include "sim/disk/inode.hpp"
#include "sim/disk/sim_disk.hpp"

namespace parley::sim {

class SimFile final : public net::File {
public:
    // `disk` points to null once the disk object itself is gone.
    SimFile(std::shared_ptr<SimDisk*> disk, std::uint64_t life, std::string path, std::shared_ptr<SimInode> inode,
            bool writable)
        : disk_(std::move(disk)), life_(life), path_(std::move(path)), inode_(std::move(inode)), writable_(writable) {}

    net::Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> bytes) override;
    net::Result<void> write(std::uint64_t offset, net::ByteView bytes) override;
    net::Result<void> sync() override;
    net::Result<void> truncate(std::uint64_t size) override;
    [[nodiscard]] net::Result<std::uint64_t> size() const override;
    net::Result<void> drop_cache() override;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] SimInode& inode() { return *inode_; }
    [[nodiscard]] bool writable() const { return writable_; }
    // None when this handle belongs to the past.
    [[nodiscard]] SimDisk* disk() const;

private:
    std::shared_ptr<SimDisk*> disk_;
    std::uint64_t life_;
    std::string path_;
    std::shared_ptr<SimInode> inode_;
    bool writable_;
};

net::Error io_failed(std::string_view operation, const std::string& path);

}  // namespace parley::sim
